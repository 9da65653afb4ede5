"""What the tests of the set-up share."""

from pathlib import Path

import pytest

from tools.steplog import StepLog


@pytest.fixture
def log(tmp_path: Path) -> StepLog:
    return StepLog(tmp_path / "log" / "step.log")


class Commands:
    """Stand-ins for programs: small shell scripts in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, place: str, body: str) -> Path:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Of the machine's own programs only those of /bin stay in reach."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return Commands(tmp_path)
