"""What a person sees of the set-up: a line per step, and on a terminal what is going on now."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import TextIO

from tools.steplog import StepLog
from tools.steps import Step

CLEAR_LINE = "\r\033[K"


class Progress:
    """Prints finished steps as they end and, on a terminal, one live line for those at work."""

    def __init__(self, output: TextIO = sys.stdout) -> None:
        self._output = output
        self._live = output.isatty()
        self._lock = threading.Lock()
        self._at_work: dict[Step, tuple[float, StepLog]] = {}
        self._over = threading.Event()

    def __enter__(self) -> Progress:
        if self._live:
            threading.Thread(target=self._redraw, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._print()

    def unchanged(self, step: Step) -> None:
        self._print(f"  same  {step.title}")

    def started(self, step: Step, log: StepLog) -> None:
        with self._lock:
            self._at_work[step] = (time.monotonic(), log)
        if not self._live:
            self._print(f"  ....  {step.title}")

    def done(self, step: Step) -> None:
        self._print(f"  done  {step.title} ({self._stop(step):.1f} s)")

    def failed(self, step: Step, log: StepLog, reason: str) -> None:
        lines = [f"  FAIL  {step.title} ({self._stop(step):.1f} s): {reason}", ""]
        lines += [f"        | {line}" for line in log.last_lines(15)]
        lines += ["", f"        What to do: {step.advice}", f"        Whole log: {log.path}"]
        self._print("\n".join(lines))

    def _stop(self, step: Step) -> float:
        with self._lock:
            since, _ = self._at_work.pop(step)
        return time.monotonic() - since

    def _print(self, text: str = "") -> None:
        with self._lock:
            self._output.write((CLEAR_LINE if self._live else "") + text + ("\n" if text else ""))
            self._output.flush()

    def _redraw(self) -> None:
        while not self._over.wait(0.3):
            with self._lock:
                self._output.write(CLEAR_LINE + self._live_line())
                self._output.flush()

    def _live_line(self) -> str:
        width = shutil.get_terminal_size().columns - 1
        each = max(20, width // max(1, len(self._at_work)) - 2)
        now = time.monotonic()
        parts = [
            f"[{now - since:4.0f} s] {step.name}: {log.now()}"[:each].ljust(each)
            for step, (since, log) in self._at_work.items()
        ]
        return "  ".join(parts)[:width]
