"""The HTTP adapter, against a small server of the kind a province would have."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest

from actions.dossier import DossierFate, DossierReport, DossierStatus
from actions.dossier_http import HttpDossierStatus
from actions.services import dossiers as from_environment
from tests.actions.dossier_contract import FACTS, KNOWN, DossierContract

TOKEN = "a-token"
DOSSIER = {
    "status": "Đang giải quyết",
    "agency": {"name": "UBND phường Sông Trong"},
    "due": "2026-11-26T17:00:00+07:00",
    "owner": "Nguyễn Văn A",
}
PLACES = {
    "Tình trạng": "status",
    "Thủ tục": "procedure.title",
    "Cơ quan giải quyết": "agency.name",
    "Ngày hẹn trả kết quả": "due",
}
Answering = Callable[[str], tuple[int, bytes]]


def knows_one(code: str) -> tuple[int, bytes]:
    if code == KNOWN:
        return 200, json.dumps(DOSSIER).encode()
    return 404, b"{}"


@contextmanager
def province(answering: Answering) -> Iterator[str]:
    """A server that wants a token and answers by the code in its path."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("x-token") == TOKEN
            status, body = (
                answering(unquote(self.path.removeprefix("/hs/"))) if known else (401, b"")
            )
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hs/{{code}}"
    finally:
        server.shutdown()
        server.server_close()


def adapter(address: str, token: str = TOKEN, seconds: float = 5) -> HttpDossierStatus:
    http = httpx2.AsyncClient(headers={"X-Token": token}, timeout=seconds)
    return HttpDossierStatus(http, address, PLACES)


class TestHttpDossierStatus(DossierContract):
    @pytest.fixture
    def dossiers(self) -> Iterator[DossierStatus]:
        with province(knows_one) as address:
            yield adapter(address)

    @pytest.fixture
    def stopped(self) -> DossierStatus:
        with province(knows_one) as address:
            pass
        return adapter(address)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (403, b"{}"),
        (302, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"status": ""}'),
        (200, b'{"status": {"a": 1}}'),
        (200, b'{"status": null}'),
    ],
)
async def test_an_answer_it_cannot_read_is_no_answer(status: int, body: bytes) -> None:
    with province(lambda _: (status, body)) as address:
        assert (await adapter(address).look_up(KNOWN)).fate is DossierFate.DOWN


async def test_a_wrong_token_is_no_answer() -> None:
    with province(knows_one) as address:
        assert (await adapter(address, token="wrong").look_up(KNOWN)).fate is DossierFate.DOWN


async def test_waits_no_longer_than_it_is_told() -> None:
    def slowly(code: str) -> tuple[int, bytes]:
        sleep(1)
        return knows_one(code)

    with province(slowly) as address:
        report = await adapter(address, seconds=0.1).look_up(KNOWN)

    assert report.fate is DossierFate.DOWN


async def test_what_the_province_writes_is_shown_as_one_clean_line_each() -> None:
    body = json.dumps({"status": "Đang\n\u200bxử  lý\x00 " + "x" * 1_000}).encode()

    with province(lambda _: (200, body)) as address:
        report = await adapter(address).look_up(KNOWN)

    [(label, value)] = report.facts
    assert label == "Tình trạng"
    assert value.startswith("Đang xử lý x")
    assert len(value) == 300


async def test_never_logs_a_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "actions")

    with province(lambda _: (500, b"")) as address:
        await adapter(address).look_up(KNOWN)

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("actions")]
    assert ours == ["dossier lookup failed: HTTPStatusError"]


def test_an_address_without_a_place_for_the_code_is_refused() -> None:
    with pytest.raises(ValueError, match="code"):
        adapter("http://127.0.0.1/hs")


async def test_is_built_from_the_environment(tmp_path: Path) -> None:
    settings = tmp_path / "dossier.yml"
    settings.write_text('code: ""\nfacts: {"Tình trạng": status}\n', encoding="utf-8")

    with province(knows_one) as address:
        built = from_environment(
            {
                "DOSSIER_URL": address,
                "DOSSIER_TOKEN_HEADER": "X-Token",
                "DOSSIER_TOKEN": TOKEN,
                "DOSSIER_SETTINGS": str(settings),
            }
        )
        assert built is not None
        report = await built.look_up(KNOWN)

    assert report == DossierReport(DossierFate.FOUND, FACTS[:1])


def test_no_address_is_no_lookup() -> None:
    assert from_environment({}) is None
