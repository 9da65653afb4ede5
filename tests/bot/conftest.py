"""Rasa as the set-up makes it: its environment, and the dialogue model of today's files."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

RASA = Path(".venv-rasa/bin/rasa")
MODEL = Path("models/mot-cua.tar.gz")
TRAINED_FROM = (
    "config.yml",
    "bot/domain",
    "bot/nlu",
    "bot/rules",
    "bot/stories",
    "bot/components",
    "vietnamese",
)
DATA = ("--data", "bot/nlu", "bot/rules", "bot/stories")
SECONDS = 600

QUIET = {
    "OMP_NUM_THREADS": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def rasa() -> Run:
    """Runs a Rasa command from the project's folder and returns what it printed."""

    def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [RASA, *arguments],
            env=os.environ | QUIET,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def model(rasa: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model in models/ when nothing changed since it was trained, or a new one."""
    if MODEL.exists() and MODEL.stat().st_mtime > newest():
        return MODEL.absolute()
    folder = tmp_path_factory.mktemp("models")
    names = ("--out", folder, "--fixed-model-name", "mot-cua")
    result = rasa("train", "--config", "config.yml", "--domain", "bot/domain", *DATA, *names)
    assert result.returncode == 0, result.stderr[-3_000:]
    return folder / "mot-cua.tar.gz"


def newest() -> float:
    """When the last of the files was changed that the model is made from."""
    paths = [path for name in TRAINED_FROM for path in (Path(name), *Path(name).rglob("*"))]
    return max(path.stat().st_mtime for path in paths if path.suffix in {".yml", ".py"})
