"""A second installation on ports and databases of its own, for tests and measurements."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.processes import PROCESSES, Process

START_SECONDS = 240
STOP_SECONDS = 30


class TrialFailed(Exception):
    """The processes did not start, or did not stop cleanly; the message ends with their log."""


@dataclass(frozen=True)
class Trial:
    """A running installation."""

    environment: dict[str, str]
    runner: subprocess.Popen[str]

    def url(self, name: str) -> str:
        return _process(name).address(self.environment)

    def port(self, name: str) -> int:
        return _process(name).port(self.environment)

    def is_well(self, name: str) -> bool:
        return _process(name).is_well(self.environment)


@contextmanager
def trial(home: Path, **settings: str) -> Iterator[Trial]:
    """Start the five processes with databases in `home`; stop them as Ctrl-C does.

    Raises TrialFailed. `settings` are environment variables, such as KNOWLEDGE_DIR.
    """
    environment = {**_environment(home), **settings}
    _run(["-m", "gateway", "migrate"], environment)
    _run(["-m", "agencies", "migrate"], environment)
    log = home / "run.log"
    with log.open("w") as output:
        runner = subprocess.Popen(
            [sys.executable, "-m", "tools.run", "--verbose"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running = Trial(environment, runner)
        try:
            _wait(running, log)
            yield running
        finally:
            runner.send_signal(signal.SIGINT)
            code = runner.wait(STOP_SECONDS)
    if code:
        raise TrialFailed(f"stopped with {code}\n{_end(log)}")


def _environment(home: Path) -> dict[str, str]:
    own = {process.port_setting: str(free_port()) for process in PROCESSES}
    own |= {
        "GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{home}/gateway.db",
        "AGENCIES_DATABASE_URL": f"sqlite+aiosqlite:///{home}/agencies.db",
        "RASA_DATABASE_URL": f"sqlite:///{home}/rasa.db",
        # One machine plays all the citizens.
        "GATEWAY_RATE_PER_SESSION": "1000/minute",
        "GATEWAY_RATE_PER_ADDRESS": "100000/minute",
    }
    # Addresses follow from the ports; one set outside would lead to another installation.
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return {**kept, **own}


def _run(arguments: Sequence[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], env=environment, check=True)  # noqa: S603


def _wait(running: Trial, log: Path) -> None:
    since = time.monotonic()
    while not all(process.is_well(running.environment) for process in PROCESSES):
        if running.runner.poll() is not None or time.monotonic() - since > START_SECONDS:
            raise TrialFailed(f"did not start\n{_end(log)}")
        time.sleep(0.5)


def _end(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]


def _process(name: str) -> Process:
    [found] = [process for process in PROCESSES if process.name == name]
    return found


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
