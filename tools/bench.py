"""Measures a whole installation: start, memory of each process, and how long citizens wait."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import ports
from tools.processes import PROCESSES
from tools.trial import Trial, trial


def main(arguments: list[str]) -> int:
    """Pass the arguments on to `python -m evaluation latency`."""
    since = time.monotonic()
    with tempfile.TemporaryDirectory() as home, trial(Path(home)) as running:
        say(f"ready after {time.monotonic() - since:.1f} s")
        code = _latency(running, arguments)
        for name, megabytes in _memory(running).items():
            say(f"{name:12}{megabytes:8.0f} MB")
    return code


def _latency(running: Trial, arguments: list[str]) -> int:
    urls = {f"{process.name.upper()}_URL": running.url(process.name) for process in PROCESSES}
    command = [sys.executable, "-m", "evaluation", "latency", *arguments]
    return subprocess.run(command, env={**running.environment, **urls}, check=False).returncode  # noqa: S603


def _memory(running: Trial) -> dict[str, float]:
    """Memory in MB of each process with its children; what they share is counted once."""
    found = {}
    for process in PROCESSES:
        folder = ports.listener(process.port(running.environment))
        if folder is not None:
            found[process.name] = _share_of_group(os.getpgid(int(folder.name)))
    return found


def _share_of_group(group: int) -> float:
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                total += _proportional(folder)
        except OSError:
            continue
    return total


def _proportional(folder: Path) -> float:
    lines = (folder / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if line.startswith("Pss:")]
    return int(line.split()[1]) / 1024


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
