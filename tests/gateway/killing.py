"""A gateway that kills itself with SIGKILL at the n-th step of what webhooks set off.

A step is the begin or the end of a transaction that writes, or of a call to somebody else. One
process imports everything once, and each gateway is a fork of it, so that a kill costs a second.

Commands on standard input, one a line: `start KILL_AT AHEAD` (0 is never; AHEAD seconds are added
to the clock), `is_dead`, `kill`. Each is answered by one word.
"""

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError

import httpx2
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api import create_app
from gateway.database import SqliteDatabase
from gateway.settings import Settings
from gateway.store import now

Call = Callable[..., Awaitable[Any]]


class Steps:
    """Counts once the first webhook has come."""

    def __init__(self, kill_at: int) -> None:
        self._kill_at = kill_at
        self._count = 0
        self.armed = False

    def step(self) -> None:
        self._count += self.armed
        if self.armed and self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Call) -> Call:
        async def counted(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = await call(*arguments, **named)
            self.step()
            return result

        return counted


class Armed:
    """The app, which arms the steps when a webhook is called."""

    def __init__(self, app: ASGIApp, steps: Steps) -> None:
        self._app = app
        self._steps = steps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._steps.armed |= scope.get("path", "").startswith("/webhooks/")
        await self._app(scope, receive, send)


def serve(kill_at: int, ahead: float) -> None:
    steps, settings = Steps(kill_at), Settings()
    setattr(SqliteDatabase, "write", steps.around(SqliteDatabase.write))  # noqa: B010
    setattr(httpx2.AsyncClient, "send", steps.around(httpx2.AsyncClient.send))  # noqa: B010

    def clock() -> datetime:
        return now() + timedelta(seconds=ahead)

    app = Armed(create_app(settings, clock=clock), steps)
    uvicorn.run(app, port=settings.port, log_level="error", access_log=False)


def start(kill_at: int, ahead: float) -> int:
    child = os.fork()
    if not child:
        sys.stdin.close()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # What it logs is no answer of ours.
        serve(kill_at, ahead)
        os._exit(0)
    return child


def is_dead(child: int) -> bool:
    """Asked any number of times."""
    try:
        ended, _ = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return True
    return bool(ended)


def end(child: int) -> None:
    if child and not is_dead(child):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def wait_until_up(port: int) -> None:
    for _ in range(400):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise SystemExit("the gateway did not start")


def main() -> None:
    child, port = 0, Settings().port
    for line in sys.stdin:
        command, *values = line.split()
        if command == "start":
            child = start(int(values[0]), float(values[1]))
            wait_until_up(port)
            say("up")
        elif command == "is_dead":
            say("dead" if is_dead(child) else "alive")
        elif command == "kill":
            end(child)
            say("dead")
    end(child)  # Nobody is there any more who could say so.


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
