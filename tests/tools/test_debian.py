"""The programs of the tests: installed by whoever may, named for whoever may not."""

import os

import pytest

from tests.tools.conftest import Commands
from tools import debian
from tools.steplog import StepLog


@pytest.fixture
def machine(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Has PostgreSQL, apt-get, and nothing else."""
    monkeypatch.setenv("PATH", str(commands.folder / "bin"))
    commands.add("bin/postgres", "exit 0")
    commands.add("bin/apt-get", 'echo "apt-get $*"')
    return commands


def test_asks_only_for_what_is_not_there(machine: Commands) -> None:
    assert debian.missing() == ["redis-server", "chromium"]


def test_root_gets_it_installed(
    machine: Commands, log: StepLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    debian.install(log)

    asked = [line for line in log.last_lines(9) if not line.startswith("$")]
    assert asked[0] == "apt-get update"
    assert asked[1].endswith("redis-server chromium")


def test_others_are_told_what_to_install(
    machine: Commands, log: StepLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(debian.MissingPrograms, match="redis-server chromium"):
        debian.install(log)


def test_nothing_is_installed_when_all_is_there(machine: Commands, log: StepLog) -> None:
    for command in debian.PROGRAMS.values():
        machine.add(f"bin/{command}", "exit 0")

    debian.install(log)

    assert log.last_lines(1) == []
