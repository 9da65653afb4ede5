"""Honcho, with what it lacks: a log per process, and who fell first."""

from __future__ import annotations

import logging
import signal
import threading
from collections import deque
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

LOG_BYTES = 5_000_000
LAST_LINES = 20
RETRY_SECONDS = 0.2
# Honcho ends by force what is left 5 s after the first process ended; this is for when none does.
GRACE_SECONDS = 15


class LogFiles:
    """Writes what each process prints to its own file; shows it too when asked to."""

    def __init__(self, folder: Path, screen: Printer | None = None) -> None:
        self.width = 0  # Honcho sets it: the longest name.
        self._folder = folder
        self._screen = screen
        self._files: dict[str, RotatingFileHandler] = {}
        self._last: dict[str, deque[str]] = {}

    def write(self, message: Message) -> None:
        """One message of honcho: some lines of one process, or honcho's own."""
        if self._screen:
            self._screen.width = self.width
            self._screen.write(message)
        if message.name == SYSTEM_PRINTER_NAME:
            return
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        for line in text.splitlines():
            self._last.setdefault(message.name, deque(maxlen=LAST_LINES)).append(line)
            self._file(message.name).emit(logging.makeLogRecord({"msg": line}))

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def last_lines(self, name: str) -> list[str]:
        return list(self._last.get(name, ()))

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files[name] = RotatingFileHandler(
                self.path(name), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
            )
        return self._files[name]


class Supervisor(Manager):  # type: ignore[misc]  # honcho is not typed
    """Starts processes and stops them all together: when one ends, or on a signal."""

    def __init__(self, logs: LogFiles) -> None:
        super().__init__(printer=logs)
        self.fallen: list[str] = []  # Those that had ended before the others were told to.
        self._asked = False

    def run(self) -> None:
        """Block until every process has ended."""
        signal.signal(signal.SIGHUP, self._hang_up)
        self.loop()

    @property
    def is_ending(self) -> bool:
        return self.returncode is not None or self._terminating

    def code(self, name: str) -> int:
        """What a process that has ended returned."""
        return int(self._processes[name]["returncode"])

    @property
    def was_asked(self) -> bool:
        """Whether a person or the system ended it, not one of its processes."""
        return self.returncode in (130, 143)

    def terminate(self) -> None:
        """Ask every process to end, and end by force what has not done so in time."""
        if self._asked:
            return
        if not self._all_started():
            # Honcho cannot signal a process whose number it has not heard of yet.
            _later(RETRY_SECONDS, self.terminate)
            return
        self._asked = True
        self.fallen = [name for name, one in self._processes.items() if "returncode" in one]
        super().terminate()
        _later(GRACE_SECONDS, self.kill)

    def _hang_up(self, _number: int, _frame: FrameType | None) -> None:
        """The terminal was closed."""
        signal.raise_signal(signal.SIGTERM)


def _later(seconds: float, action: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
