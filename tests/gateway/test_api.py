import json
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from gateway.api import create_app
from gateway.client import GatewayClient
from gateway.settings import Settings
from gateway.testing import FakeRasa
from tests.gateway.conftest import browser

STATIC = Path("gateway/widget/static")


async def test_health_tells_the_state_of_each_part(app: FastAPI, http: httpx2.AsyncClient) -> None:
    response = await http.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "dialogue": "ok",
        "rasa": "ok",
    }


async def test_with_rasa_down_the_gateway_is_healthy_and_says_so(
    http: httpx2.AsyncClient, rasa: FakeRasa
) -> None:
    rasa.is_down = True

    response = await http.get("/healthz")

    assert response.status_code == 200
    assert response.json()["rasa"] == "down"


async def test_a_gateway_whose_loops_do_not_run_is_not_healthy(
    settings: Settings, rasa: FakeRasa
) -> None:
    app = create_app(settings, rasa_http=rasa.http())

    async with browser(app) as http:
        response = await http.get("/healthz")

    assert response.status_code == 503
    assert response.json()["dialogue"] == "down"
    assert response.json()["database"] == "down"  # Not migrated: no table to read.


async def test_without_a_database_the_citizen_reads_an_apology_with_the_hotline(
    settings: Settings, rasa: FakeRasa
) -> None:
    app = create_app(settings, rasa_http=rasa.http())

    async with browser(app) as http:
        response = await http.post("/web/v1/messages", json={"text": "xin chào"})

    assert response.status_code == 503
    assert response.json()["error"] == "unavailable"
    assert "1900 0000" in response.json()["message"]


async def test_metrics_count_turns_apologies_and_refusals(
    citizen: GatewayClient, http: httpx2.AsyncClient, rasa: FakeRasa
) -> None:
    await citizen.ask("một")
    rasa.is_down = True
    await citizen.ask("hai")
    await http.post("/web/v1/messages", json={"text": ""})

    text = (await http.get("/metrics")).text

    assert 'gateway_turns_total{outcome="answered"} 1.0' in text
    assert 'gateway_apologies_total{cause="unreachable"} 1.0' in text
    assert 'gateway_refusals_total{reason="empty"} 1.0' in text
    assert "gateway_turn_seconds_count 2.0" in text
    assert "gateway_rasa_seconds_count 2.0" in text


async def test_the_page_carries_the_operators_settings(http: httpx2.AsyncClient) -> None:
    response = await http.get("/")

    assert response.headers["content-type"].startswith("text/html")
    assert 'lang="vi"' in response.text
    assert "1900 0000" in response.text
    assert 'href="tel:19000000"' in response.text
    assert 'max-length="2000"' in response.text


async def test_a_hotline_is_shown_as_text_whatever_it_holds(
    settings: Settings, rasa: FakeRasa
) -> None:
    odd = settings.model_copy(update={"hotline": '<b>"1022"</b>'})

    async with browser(create_app(odd, rasa_http=rasa.http())) as http:
        page = (await http.get("/")).text

    assert "<b>" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("path", ["/", "/widget/mot-cua-chat.js", "/web/v1/events", "/nowhere"])
async def test_every_answer_tells_browsers_what_not_to_do(
    http: httpx2.AsyncClient, path: str
) -> None:
    headers = (await http.get(path)).headers

    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]


async def test_the_operator_may_let_a_site_show_the_page_in_a_frame(
    settings: Settings, rasa: FakeRasa
) -> None:
    framed = settings.model_copy(update={"frame_ancestors": "https://tinh.gov.vn"})

    async with browser(create_app(framed, rasa_http=rasa.http())) as http:
        policy = (await http.get("/")).headers["content-security-policy"]

    assert "frame-ancestors https://tinh.gov.vn" in policy


def test_a_setting_cannot_smuggle_in_another_directive() -> None:
    with pytest.raises(ValueError, match="sources divided by spaces"):
        Settings(frame_ancestors="'none'; script-src *")


@pytest.mark.parametrize("path", ["/nowhere", "/widget/../api.py", "/widget/../../texts.yml"])
async def test_what_is_not_there_is_said_in_vietnamese(http: httpx2.AsyncClient, path: str) -> None:
    response = await http.get(path)

    assert response.status_code == 404
    assert response.json()["message"].startswith("Không tìm thấy")


async def test_the_api_is_documented_without_another_hosts_scripts(
    http: httpx2.AsyncClient,
) -> None:
    document = (await http.get("/web/v1/openapi.json")).json()
    docs = await http.get("/docs")

    assert {"/web/v1/messages", "/web/v1/events", "/web/v1/conversation"} <= set(document["paths"])
    message = document["paths"]["/web/v1/messages"]["post"]["requestBody"]["content"]
    assert "text" in message["application/json"]["schema"]["properties"]
    assert docs.status_code == 404


def test_the_widget_is_small_and_asks_no_other_host_for_anything() -> None:
    modules = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
    scripts = list(modules.values())
    # Loaded when they are needed.
    later = ("print.js", "attachments.js", "case-rating.js", "restart.js")
    first = [script for name, script in modules.items() if name not in later]
    everything = [path.read_text(encoding="utf-8") for path in STATIC.iterdir()]
    page = Path("gateway/widget/index.html").read_text(encoding="utf-8")

    assert sum(len(script.encode()) for script in first) < 28_500
    assert not any(f'from "./{name}"' in script for name in later for script in first)
    for text in (*everything, page):
        addresses = text.replace("http://www.w3.org/2000/svg", "").replace("https:\\/\\/", "")
        assert "http://" not in addresses
        assert "https://" not in addresses.replace("but https", "")
    for forbidden in ("innerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert not any(forbidden in script for script in scripts)


def test_every_sentence_of_the_widget_is_used() -> None:
    strings = json.loads((STATIC / "strings.json").read_text(encoding="utf-8"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))

    # Senders are looked up by name.
    unused = {key for key in strings if f".{key}" not in scripts} - {"citizen", "staff"}

    assert unused == set()
