"""Rasa and the action server as they are started for citizens, over a small catalogue."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2

from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Section
from tests.actions.talk import BIRTHS, HOTLINE, MARRIAGE, NO_MATCH, NO_PROCEDURE, answered, clarify
from tests.bot.conftest import QUIET
from vietnamese.text import fold

SECONDS_TO_START = 120
SECONDS_TO_ANSWER = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(question: str, *, focus: str | None, among: list[str], **_: object) -> Answer:
    """What a catalogue of four procedures says."""
    known = {choice.code: choice for choice in (*BIRTHS, MARRIAGE)}
    text = fold(question)
    aspect = Aspect.FEE if "phi" in text else Aspect.DOCUMENTS
    if len(among) == 1:
        return told(known[among[0]], aspect)
    if "ket hon" in text:
        return told(MARRIAGE, aspect)
    if "khai sinh" in text:
        return clarify(*BIRTHS)
    if focus and aspect is Aspect.FEE:
        return told(known[focus], aspect)
    return NO_PROCEDURE if "phi" in text else NO_MATCH


def compare(question: str, codes: list[str]) -> Answer:
    known = {choice.code: choice for choice in (*BIRTHS, MARRIAGE)}
    named = tuple(known[code] for code in codes)
    sections = (Section(Aspect.TIME, question),)
    found = Answer(AnswerStatus.ANSWERED, sections=sections, choices=named)
    return found if len(named) > 1 else NO_PROCEDURE


def told(procedure: Choice, aspect: Aspect) -> Answer:
    return answered(procedure, aspect, text=f"- {aspect.value} {{of}} {procedure.code}")


class Catalogue(BaseHTTPRequestHandler):
    """The knowledge service's door, as the client knows it."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = compare(**request) if self.path == "/comparisons" else answer(**request)
        body = json.dumps(asdict(found)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def catalogue() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Catalogue)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """A Redis that keeps nothing, on the port it is told."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        wait_for_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=SECONDS_TO_ANSWER)


def wait_for_port(port: int) -> None:
    end = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextmanager
def started(
    command: list[str], settings: Mapping[str, str], door: str, log: Path
) -> Iterator[None]:
    """A process that answers at its door, stopped at the end."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, env=os.environ | QUIET | dict(settings), stdout=file, stderr=file
        )
    try:
        wait_for(door, process, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=SECONDS_TO_ANSWER)


def wait_for(door: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx2.get(door, timeout=SECONDS_TO_ANSWER).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"{door} did not answer: {log.read_text()[-2_000:]}")


def rasa_command(model: Path) -> list[str]:
    """The one of the Procfile, with today's model."""
    lines = Path("Procfile").read_text(encoding="utf-8").splitlines()
    [line] = [line.removeprefix("rasa:") for line in lines if line.startswith("rasa:")]
    assert "models/mot-cua.tar.gz" in line
    return ["sh", "-c", line.replace("models/mot-cua.tar.gz", shlex.quote(str(model)))]


class Bot:
    """Starts and stops the two processes of the dialogue, and speaks with them as the gateway."""

    def __init__(self, model: Path, folder: Path, database: str, redis: int | None = None) -> None:
        self._model = model
        self._folder = folder
        self._rasa, self._actions = free_port(), free_port()
        self._settings = {
            "RASA_PORT": str(self._rasa),
            "ACTIONS_PORT": str(self._actions),
            "ACTIONS_URL": f"http://127.0.0.1:{self._actions}",
            "RASA_DATABASE_URL": database,
            "RASA_LOCK_STORE": "redis" if redis else "in_memory",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis or 6379),
            "HOTLINE": HOTLINE,
        }

    @property
    def log(self) -> str:
        return (self._folder / "rasa.log").read_text(encoding="utf-8")

    @contextmanager
    def rasa(self) -> Iterator[None]:
        door = f"http://127.0.0.1:{self._rasa}/"
        log = self._folder / "rasa.log"
        with started(rasa_command(self._model), self._settings, door, log):
            yield

    @contextmanager
    def actions(self, knowledge: str) -> Iterator[None]:
        door = f"http://127.0.0.1:{self._actions}/healthz"
        settings = self._settings | {"KNOWLEDGE_URL": knowledge}
        command = [sys.executable, "-m", "actions"]
        with started(command, settings, door, self._folder / "actions.log"):
            yield

    def say(self, text: str, sender: str = "s") -> list[dict[str, Any]]:
        """One turn; the messages of the bot."""
        response = httpx2.post(
            f"http://127.0.0.1:{self._rasa}/webhooks/rest/webhook",
            json={"sender": sender, "message": text, "input_channel": "portal"},
            timeout=SECONDS_TO_ANSWER,
        )
        assert response.status_code == 200
        messages: list[dict[str, Any]] = response.json()
        return messages

    def text(self, text: str, sender: str = "s") -> str:
        """The same, as a citizen reads it."""
        return "\n".join(one["text"] for one in self.say(text, sender) if one.get("text"))
