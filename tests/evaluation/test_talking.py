"""The commands about conversations, as someone who measures meets them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evaluation.__main__ import app
from evaluation.tables import WIDEST
from knowledge.client import Answer, AnswerStatus, Aspect
from tests.evaluation.test_intents import rasa
from tests.gateway.processes import GatewayProcess, RasaServer

__all__ = ["rasa"]


class Knowledge(BaseHTTPRequestHandler):
    """Reads that a fee is asked for where a question says so with its diacritics."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        aspects = (Aspect.FEE,) if "lệ phí" in body["question"] else ()
        answer = Answer(AnswerStatus.UNANSWERED_NO_PROCEDURE, aspects=aspects)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(asdict(answer)).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def knowledge(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Knowledge)
    Thread(target=server.serve_forever, args=(0.01,)).start()
    monkeypatch.setenv("KNOWLEDGE_URL", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    with RasaServer() as rasa:
        gateway = GatewayProcess(tmp_path, rasa_url=rasa.url)
        try:
            gateway.start()
            yield gateway
        finally:
            gateway.kill()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_scores_intents_and_lists_what_is_mixed_up(rasa: Path, tmp_path: Path) -> None:
    messages = tmp_path / "messages.yml"
    messages.write_text("nlu:\n- intent: greet\n  examples: |\n    - chào\n    - alo\n")
    report = tmp_path / "new" / "report.json"

    result = run("nlu", messages, "--model", tmp_path / "m", "--rasa", rasa, "--report", report)

    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= WIDEST
    assert "  1 greet -> thank: alo" in result.stdout
    assert "without diacritics: 1 of 2 too unsure, to the catalogue" in result.stdout
    written = json.loads(report.read_text())["as written"]
    assert written["mixed_up"] == [["greet", "thank", ["alo"]]]
    assert [score["f1"] for score in written["scores"]] == [2 / 3, 0]


@pytest.mark.usefixtures("knowledge")
def test_scores_aspects_of_the_running_service(tmp_path: Path) -> None:
    questions = write(
        tmp_path / "aspects.jsonl",
        {"id": "a", "question": "lệ phí?", "aspects": ["fee"]},
        {"id": "b", "question": "khai sinh", "aspects": ["overview"]},
    )

    result = run("aspects", questions)

    assert result.exit_code == 0, result.output
    assert "as written: 100.0% with all aspects, in the order asked" in result.stdout
    assert "without diacritics: 50.0% with all" in result.stdout
    assert "1 fee -> overview: le phi?" in result.stdout


def test_plays_conversations_through_a_real_gateway(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    messages = write(
        tmp_path / "messages.jsonl",
        {"id": "a", "turns": ["một", "hai"]},
        {"id": "b"},
        {"id": "c", "question": "ba"},
    )
    out = tmp_path / "new" / "replies.jsonl"

    result = run("chat", messages, "--out", out, "--gateway", gateway.url)

    assert result.exit_code == 0, result.output
    assert "3 conversations, 3 messages" in result.stdout
    assert "ended other: 2, failed: 1" in result.stdout
    first, broken, last = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert first["replies"] == ["Bạn hỏi: một", "Bạn hỏi: hai"]
    assert first["answer"] == "Bạn hỏi: hai"
    assert broken["error"]
    assert (last["id"], last["answer"], last["statuses"]) == ("c", "Bạn hỏi: ba", ["other"])


def test_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_URL", "http://127.0.0.1:9")
    rows = write(tmp_path / "rows.jsonl", {"id": "a", "question": "x", "aspects": ["fee"]})
    out = tmp_path / "out.jsonl"

    no_messages = run("nlu", tmp_path / "none.yml")
    no_model = run("nlu", "--rasa", tmp_path / "none")
    no_service = run("aspects", rows)
    no_questions = run("aspects", tmp_path / "none.jsonl")
    no_gateway = run("chat", rows, "--out", out, "--gateway", "http://127.0.0.1:9")
    no_rows = run("chat", tmp_path / "none.jsonl", "--out", out)

    every = (no_messages, no_model, no_service, no_questions, no_gateway, no_rows)
    assert [each.exit_code for each in every] == [2] * 6
    assert "none.yml" in no_messages.output
    assert "did not answer a" in no_service.output
    assert "does not answer" in no_gateway.output
    assert "none.jsonl" in no_rows.output
    assert not out.exists()
