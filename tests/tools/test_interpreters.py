"""Finding a Python: one that really runs, of the version that is wanted."""

import sys
from pathlib import Path

import pytest

from tests.tools.conftest import Commands
from tools import interpreters
from tools.interpreters import NoInterpreter
from tools.steplog import StepLog

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_takes_a_python_that_runs(commands: Commands, log: StepLog) -> None:
    assert interpreters.find(HERE, log) == Path(sys.executable)


def test_passes_over_a_shim_that_fails(commands: Commands, log: StepLog) -> None:
    shim = commands.add("bin/python9.9", "echo 'command not found' >&2; exit 127")
    good = commands.add("pyenv/versions/9.9.1/bin/python9.9", "echo 9.9")

    assert interpreters.find("9.9", log) == good
    assert f"{shim}: command not found" in log.path.read_text()


def test_passes_over_another_version(commands: Commands) -> None:
    other = commands.add("bin/python9.9", "echo 9.8")

    assert interpreters.probe(other, "9.9") == "is Python 9.8"


def test_asks_uv_for_what_is_not_there(commands: Commands, log: StepLog) -> None:
    commands.add("bin/uv", 'test "$2" = find && echo /opt/python9.9; exit 0')

    assert interpreters.find("9.9", log) == Path("/opt/python9.9")


def test_says_what_to_install_when_nothing_helps(commands: Commands, log: StepLog) -> None:
    commands.add("bin/uv", "exit 2")

    with pytest.raises(NoInterpreter, match=r"pyenv install 9\.9.*python9\.9-venv"):
        interpreters.find("9.9", log)
