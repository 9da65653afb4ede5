"""The five processes as `make run` starts them, on ports and databases of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.processes import PROCESSES, Process

START_SECONDS = 240


class City:
    """A running installation."""

    def __init__(self, environment: dict[str, str], runner: "subprocess.Popen[str]") -> None:
        self.environment = environment
        self.runner = runner

    def url(self, name: str) -> str:
        return _process(name).address(self.environment)

    def is_well(self, name: str) -> bool:
        return _process(name).is_well(self.environment)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Start everything on the starter catalogue; stop it with Ctrl-C as an operator does."""
    home = tmp_path_factory.mktemp("city")
    environment = _environment(home)
    for command in (
        ["knowledge", "ensure", "data/catalogue.jsonl"],
        ["gateway", "migrate"],
        ["agencies", "migrate"],
    ):
        subprocess.run([sys.executable, "-m", *command], env=environment, check=True)  # noqa: S603
    with (home / "run.log").open("w") as log:
        runner = subprocess.Popen(
            [sys.executable, "-m", "tools.run", "--verbose"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running = City(environment, runner)
        _wait(running, home / "run.log")
        yield running
        runner.send_signal(signal.SIGINT)
        assert runner.wait(30) == 0, (home / "run.log").read_text()[-3000:]


def _environment(home: Path) -> dict[str, str]:
    own = {process.port_setting: str(_free_port()) for process in PROCESSES}
    own |= {
        "KNOWLEDGE_DIR": str(home / "knowledge"),
        "GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{home}/gateway.db",
        "AGENCIES_DATABASE_URL": f"sqlite+aiosqlite:///{home}/agencies.db",
        "RASA_DATABASE_URL": f"sqlite:///{home}/rasa.db",
        # One machine plays all the citizens.
        "GATEWAY_RATE_PER_SESSION": "1000/minute",
        "GATEWAY_RATE_PER_ADDRESS": "1000/minute",
    }
    # Addresses follow from the ports; one set outside would lead to another installation.
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return {**kept, **own, "HF_HUB_OFFLINE": "1"}


def _wait(city: City, log: Path) -> None:
    since = time.monotonic()
    while not all(process.is_well(city.environment) for process in PROCESSES):
        assert city.runner.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() - since < START_SECONDS, log.read_text()[-3000:]
        time.sleep(0.5)


def _process(name: str) -> Process:
    [found] = [process for process in PROCESSES if process.name == name]
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
