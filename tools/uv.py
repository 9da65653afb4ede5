"""uv, for what pip cannot do: bring a missing Python, find torch's CPU build."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools.steplog import StepLog
from tools.surroundings import ROOT

OWN = ROOT / "var" / "uv"
PINS = ROOT / "requirements" / "installers.txt"


def find_or_install(log: StepLog) -> Path:
    """The uv on PATH, else one in a folder of its own. Raises CommandFailed."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    command = OWN / "bin" / "uv"
    if not command.exists():
        log.run(sys.executable, "-m", "venv", OWN)
        log.run(OWN / "bin" / "python", "-m", "pip", "install", "-c", PINS, "uv")
    return command
