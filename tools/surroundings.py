"""The environment that our commands and processes run in: defaults, then .env, then the shell.

`python3 -m tools.surroundings COMMAND...` runs a single command in it.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from tools.processes import PROCESSES, BadSetting
from tools.tokens import tokens

ROOT = Path(__file__).resolve().parent.parent

DEFAULTS = {
    # Rasa reports home unless told not to; nobody's dialogues leave this machine.
    "RASA_TELEMETRY_ENABLED": "false",
    # A model that is not on disk is an error at start, not a download.
    "HF_HUB_OFFLINE": "1",
    # Notices of pinned libraries that nobody here can act on.
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONUNBUFFERED": "1",
    # Rasa's endpoints.yml has no defaults of its own.
    "RASA_DATABASE_URL": "sqlite:///var/rasa.db",
    "RASA_LOCK_STORE": "in_memory",
    "REDIS_HOST": "127.0.0.1",
    "REDIS_PORT": "6379",
}


def environment(env_file: Path = ROOT / ".env") -> dict[str, str]:
    """Raises BadSetting for a broken line of .env, or a port that is not a number."""
    settings = {**DEFAULTS, **tokens(env_file.parent), **read(env_file), **os.environ}
    # A port that is changed is changed for those who call there, too.
    return {**{f"{one.name.upper()}_URL": one.address(settings) for one in PROCESSES}, **settings}


def read(env_file: Path) -> dict[str, str]:
    """The settings of a .env file; {} when there is none. Raises BadSetting for a broken line."""
    if not env_file.exists():
        return {}
    settings = {}
    for number, line in enumerate(env_file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            settings.update(_setting(line))
        except ValueError as error:
            raise BadSetting(f"{env_file.name} line {number}: {error}") from error
    return settings


def _setting(line: str) -> dict[str, str]:
    words = shlex.split(line, comments=True)
    if not words:
        return {}
    name, equals, first = words[0].partition("=")
    if not equals:
        raise ValueError("expected NAME=value")
    return {name: " ".join([first, *words[1:]])}


if __name__ == "__main__":
    os.execvpe(sys.argv[1], sys.argv[1:], environment())  # noqa: S606 - what the caller asked for
