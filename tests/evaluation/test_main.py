"""The commands, as someone who measures meets them, against a service on a port of its own."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from evaluation.__main__ import app
from evaluation.tables import WIDEST
from evaluation.testing import ranking
from knowledge.client import Answer, AnswerStatus, Choice


class Service(BaseHTTPRequestHandler):
    """Knows the procedures whose codes stand in a question, in that order."""

    def do_GET(self) -> None:
        self.reply({"status": "ok", "procedures": 159})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        codes = [word for word in body["question"].split() if word.isdigit()]
        if self.path == "/search":
            self.reply(asdict(ranking(*codes[: body["limit"]])))
        else:
            self.reply(asdict(answer(codes)))

    def reply(self, content: dict[str, Any]) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: Any) -> None:
        pass


def answer(codes: list[str]) -> Answer:
    if not codes:
        return Answer(AnswerStatus.UNANSWERED_NO_MATCH, version="v7")
    return Answer(AnswerStatus.ANSWERED, Choice(codes[0], ""), version="v7")


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, args=(0.01,)).start()
    monkeypatch.setenv("KNOWLEDGE_URL", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    rows = [
        {"id": "a", "question": "hỏi 1 2", "gold_codes": ["1"], "slice": "s", "part": "tune"},
        {"id": "b", "turns": ["hỏi 9", "và 3 4"], "gold_codes": ["4"], "part": "check"},
        {"id": "c", "question": "giá vàng", "gold_codes": [], "slice": "none", "part": "tune"},
        {"id": "d", "question": "hoi 5 6", "gold_codes": ["6"], "slice": "s", "part": "tune"},
    ]
    return write(tmp_path / "questions.jsonl", *rows)


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_prints_writes_predictions_and_a_report(judged: Path, tmp_path: Path) -> None:
    predictions, report = tmp_path / "new" / "predictions.jsonl", tmp_path / "new" / "report.md"

    result = run("retrieval", judged, "--predictions", predictions, "--report", report)

    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= WIDEST
    assert "hit@1, without diacritics" in result.stdout
    assert "b (all), rank 2, 45% sure: hỏi 9 / và 3 4" in result.stdout
    rows = list(map(json.loads, predictions.read_text().splitlines()))
    assert rows[0] == {"id": "a", "codes": ["1", "2"]}
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert "* catalogue: version v7, 159 procedures" in report.read_text()
    assert "4 of questions.jsonl, 1 of them not in the catalogue" in report.read_text()


def test_predicts_for_questions_that_nobody_judged(tmp_path: Path) -> None:
    bare = write(
        tmp_path / "bare.jsonl", {"id": "a", "question": "hỏi 1 2"}, {"id": "b", "turns": ["x 3"]}
    )
    predictions = tmp_path / "predictions.jsonl"

    result = run("retrieval", bare, "--predictions", predictions)

    assert (result.exit_code, result.stdout) == (0, "")
    assert predictions.read_text() == (
        '{"id": "a", "codes": ["1", "2"]}\n{"id": "b", "codes": ["3"]}\n'
    )
    assert "nothing to score" in run("retrieval", bare).output


def test_measures_a_part_or_a_few(judged: Path, tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.jsonl"

    run("retrieval", judged, "--part", "check", "--predictions", predictions)
    part = predictions.read_text()
    run("retrieval", judged, "--limit", 2, "--predictions", predictions)

    assert [json.loads(line)["id"] for line in part.splitlines()] == ["b"]
    assert len(predictions.read_text().splitlines()) == 2


def test_tunes_and_prints_what_goes_into_the_settings(judged: Path, tmp_path: Path) -> None:
    fragment = tmp_path / "search.yml"

    result = run("tune", judged, "--fragment", fragment)

    assert result.exit_code == 0, result.output
    assert "in use" in result.stdout
    assert fragment.read_text() in result.stdout
    assert yaml.safe_load(fragment.read_text()).keys() == {"signals", "known", "outcome"}


def test_splits_a_file(judged: Path) -> None:
    rows = [json.loads(line) | {"part": ""} for line in judged.read_text().splitlines()]
    write(judged, *rows)

    result = run("split", judged)

    assert result.stdout == "check: 2\ntune: 2\n"
    assert {json.loads(line)["part"] for line in judged.read_text().splitlines()} == {
        "tune",
        "check",
    }


def test_says_what_is_wrong_with_a_file_or_the_service(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = run("retrieval", tmp_path / "none.jsonl")
    empty = run("retrieval", judged, "--part", "other")
    monkeypatch.setenv("KNOWLEDGE_URL", "http://127.0.0.1:9")
    down = run("retrieval", judged)

    assert [each.exit_code for each in (missing, empty, down)] == [2, 2, 2]
    assert "none.jsonl" in missing.output
    assert "of part other" in empty.output
    assert "did not answer" in down.output
