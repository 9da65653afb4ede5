"""Finds the Python that an environment needs: on PATH, in pyenv's versions, or through uv."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import uv
from tools.steplog import CommandFailed, StepLog

# A Python without these two cannot make an environment: Debian packs them separately.
PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
PROBE_SECONDS = 30


class NoInterpreter(Exception):
    """No Python of the wanted version is here, and none could be brought."""


def find(version: str, log: StepLog) -> Path:
    """A Python of this version that really runs. Raises NoInterpreter."""
    for candidate in candidates(version):
        problem = probe(candidate, version)
        if not problem:
            return candidate
        log.write(f"{candidate}: {problem}")
    return _bring(version, log)


def candidates(version: str) -> Iterator[Path]:
    seen = set()
    for path in _places(version):
        if path not in seen and os.access(path, os.X_OK) and path.is_file():
            seen.add(path)
            yield path


def _places(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    folders = [Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one]
    for name in (f"python{version}", "python3", "python"):
        for folder in folders:
            yield folder / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted((pyenv / "versions").glob(f"{version}.*"), reverse=True):
        yield folder / "bin" / f"python{version}"


def probe(python: Path, version: str) -> str:
    """Why this Python will not do, or "". It is run: pyenv's shims are there but fail."""
    try:
        done = subprocess.run(  # noqa: S603 - the path was found on this machine
            [python, "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it does not run"])[-1]
    found = done.stdout.strip()
    return "" if found == version else f"is Python {found}"


def _bring(version: str, log: StepLog) -> Path:
    try:
        command = uv.find_or_install(log)
        log.run(command, "python", "install", version)
        log.run(command, "python", "find", "--managed-python", version)
    except CommandFailed as error:
        raise NoInterpreter(_advice(version)) from error
    return Path(log.last_lines(1)[0])


def _advice(version: str) -> str:
    return (
        f"Python {version} was not found, and uv could not download it. Install it in one of "
        f"these ways and start again: `pyenv install {version}`; `uv python install {version}`; "
        f"or your system's packages python{version} and python{version}-venv."
    )
