"""The two Python environments: Rasa's own, and the one for everything else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tools import interpreters, torch_build
from tools.steplog import StepLog
from tools.surroundings import ROOT

INSTALLERS = "requirements/installers.txt"


@dataclass(frozen=True)
class Environment:
    folder: str
    version: str
    requirements: str

    @property
    def python(self) -> Path:
        return ROOT / self.folder / "bin" / "python"

    def build(self, log: StepLog) -> None:
        """Make the environment what its requirement file says; one that works is kept."""
        if interpreters.probe(self.python, self.version):
            self._create(log)
        self._pip(log, "--upgrade", "-c", INSTALLERS, "pip")
        if torch_build.has_gpu():
            self.install(self.requirements, log)
        else:
            self._install_without_cuda(log)

    def install(self, requirements: str, log: StepLog) -> None:
        self._pip(log, "--progress-bar", "raw", "-r", requirements)

    def _install_without_cuda(self, log: StepLog) -> None:
        pins = ROOT / self.requirements
        if torch_build.torch_pin(pins):
            # First and alone: what is installed already is not exchanged for PyPI's build.
            torch_build.install_cpu(self.python, pins, log)
        self.install(self.requirements, log)
        torch_build.refuse_cuda(ROOT / self.folder)

    def _create(self, log: StepLog) -> None:
        python = interpreters.find(self.version, log)
        folder = ROOT / self.folder
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        log.run(python, "-m", "venv", folder)

    def _pip(self, log: StepLog, *arguments: str) -> None:
        log.run(self.python, "-m", "pip", "install", *arguments)


APP = Environment(".venv", "3.11", "requirements/app.txt")
RASA = Environment(".venv-rasa", "3.10", "bot/requirements.txt")
