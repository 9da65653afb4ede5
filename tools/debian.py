"""The programs that the whole test run drives: PostgreSQL, Redis and a real browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.steplog import StepLog

# Package of Debian -> the command it brings.
PROGRAMS = {"postgresql": "postgres", "redis-server": "redis-server", "chromium": "chromium"}
# Debian keeps the server's commands of each PostgreSQL version off PATH.
POSTGRESQL = Path("/usr/lib/postgresql")


class MissingPrograms(Exception):
    """Programs that tests need are not here and cannot be installed by this user."""


def missing() -> list[str]:
    return [package for package, command in PROGRAMS.items() if not _is_here(command)]


def _is_here(command: str) -> bool:
    return bool(shutil.which(command)) or any(POSTGRESQL.glob(f"*/bin/{command}"))


def install(log: StepLog) -> None:
    """Install what is missing, as root on Debian. Raises MissingPrograms, CommandFailed."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise MissingPrograms(f"install these first: {' '.join(packages)}")
    log.run("apt-get", "update")
    log.run(
        *("apt-get", "install", "--yes", "--no-install-recommends", *packages),
        DEBIAN_FRONTEND="noninteractive",
    )
