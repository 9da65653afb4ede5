"""The gateway as its own process, and a small Rasa over real HTTP, for tests from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self
from urllib.error import URLError

from gateway.testing import Messages, echo


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RasaServer:
    """Answers POST /webhooks/rest/webhook as `answer` says, after `seconds`."""

    def __init__(self, answer: Callable[[str], Messages] = echo) -> None:
        self.answer = answer
        self.seconds = 0.0
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, text: str) -> Messages:
        self.asked.append(text)
        time.sleep(self.seconds)
        return self.answer(text)

    def _handler(rasa) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._respond(b"Hello from Rasa: 3.6.21")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._respond(json.dumps(rasa.reply(body["message"])).encode())

            def _respond(self, body: bytes) -> None:
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # The gateway was killed meanwhile.

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


class GatewayProcess:
    """`python -m gateway serve` on a free port, migrated, with a database in the folder."""

    def __init__(self, folder: Path, *, rasa_url: str, **environment: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "gateway.log"
        self._environment = {
            **os.environ,
            "GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/gateway.db",
            "GATEWAY_PORT": str(port),
            "GATEWAY_RATE_PER_SESSION": "1000/minute",
            "HOST": "127.0.0.1",
            "HOTLINE": "1900 0000",
            "RASA_URL": rasa_url,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._run("migrate").wait()

    def start(self, seconds: float = 90.0) -> None:
        self._process = self._run("serve")
        deadline = time.monotonic() + seconds
        while not self._is_up():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"the gateway did not start: {self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Ends it as a supervisor does, and returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it without giving it a chance."""
        self._end(signal.SIGKILL)

    def log(self) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _run(self, command: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "gateway", command],
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(20)
        self._process = None
        return code

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as response:  # noqa: S310
                return bool(response.status == 200)
        except (URLError, OSError):
            return False
