"""Sets the project up: `python3 -m tools.setup run|test|check`, or single steps by name.

Standard library only, Python 3.9 or newer: it runs before any environment exists.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.debian import MissingPrograms
from tools.interpreters import NoInterpreter
from tools.plan import GOALS, STEPS, Lane, lanes_for
from tools.progress import Progress
from tools.steplog import CommandFailed, StepLog
from tools.steps import Stamps, Step
from tools.surroundings import ROOT
from tools.torch_build import CudaOnCpuMachine

EXPECTED = (CommandFailed, CudaOnCpuMachine, MissingPrograms, NoInterpreter, OSError, ValueError)


class SetUp:
    """Runs lanes of steps; after the first failure no further step is begun."""

    def __init__(self, stamps: Stamps, logs: Path, progress: Progress) -> None:
        self._stamps = stamps
        self._logs = logs
        self._progress = progress
        self._failed = threading.Event()

    def run(self, lanes: Iterable[Lane]) -> bool:
        """Whether every step ended well."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._run_lane, lanes))
        return not self._failed.is_set()

    def _run_lane(self, lane: Lane) -> None:
        for step in lane:
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
        lanes = lanes_for(words or ["run"])
    except KeyError as error:
        sys.stderr.write(f"no step {error}; there are: {', '.join([*GOALS, *STEPS])}\n")
        return 2
    try:
        with Progress() as progress:
            done = SetUp(Stamps(ROOT), ROOT / "var" / "log", progress).run(lanes)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the next run goes on from here\n")
        return 130
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
