"""Sets the project up: `python3 -m tools.setup run|test|check|training`, or single steps by name.

Standard library only, Python 3.9 or newer: it runs before any environment exists.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tools.debian import MissingPrograms
from tools.interpreters import NoInterpreter
from tools.plan import GOALS, STEPS, steps_for
from tools.processes import BadSetting
from tools.progress import Progress
from tools.steplog import CommandFailed, StepLog
from tools.steps import Stamps, Step
from tools.surroundings import ROOT
from tools.torch_build import CudaOnCpuMachine

EXPECTED = (BadSetting, CommandFailed, CudaOnCpuMachine, MissingPrograms, NoInterpreter, OSError)


class SetUp:
    """Runs steps side by side, each after those it needs; begins no step after a failure."""

    def __init__(self, stamps: Stamps, logs: Path, progress: Progress) -> None:
        self._stamps = stamps
        self._logs = logs
        self._progress = progress
        self._failed = threading.Event()

    def run(self, steps: Sequence[Step]) -> bool:
        """Whether every step ended well. A step stands behind those that it needs."""
        running: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(max_workers=max(1, len(steps))) as pool:
            for step in steps:
                before = [running[name] for name in step.needs if name in running]
                running[step.name] = pool.submit(self._run_after, before, step)
        for future in running.values():
            future.result()  # Raises what nobody expected.
        return not self._failed.is_set()

    def _run_after(self, before: Iterable[Future[None]], step: Step) -> None:
        for future in before:
            future.result()
        if self._failed.is_set():
            return
        if self._stamps.is_done(step):
            self._progress.unchanged(step)
        else:
            self._run_step(step)

    def _run_step(self, step: Step) -> None:
        log = StepLog(self._logs / f"{step.name}.log")
        # Of the inputs as they are now: a change made while the step runs asks for another run.
        fingerprint = self._stamps.fingerprint(step)
        self._stamps.forget(step)
        self._progress.started(step, log)
        try:
            step.work(log)
        except EXPECTED as error:
            self._failed.set()
            self._progress.failed(step, log, str(error))
        else:
            self._stamps.keep(step, fingerprint)
            self._progress.done(step)


def main(words: list[str]) -> int:
    try:
        steps = steps_for(words or ["run"])
    except KeyError as error:
        sys.stderr.write(f"no step {error}; there are: {', '.join([*GOALS, *STEPS])}\n")
        return 2
    try:
        with Progress() as progress:
            done = SetUp(Stamps(ROOT), ROOT / "var" / "log", progress).run(steps)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the next run goes on from here\n")
        return 130
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
