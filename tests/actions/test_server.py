import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from prometheus_client import generate_latest
from rasa_sdk import Action
from rasa_sdk.interfaces import ActionNotFoundException

from actions.server import ApologisingExecutor, Metrics
from actions.services import all_actions
from tests.actions.talk import HOTLINE, MANNER, ScriptedKnowledge, responses

SECONDS_TO_START = 30


class Broken(Action):
    def name(self) -> str:
        return "action_broken"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        dispatcher.utter_message(text="half an answer")
        raise RuntimeError("a bug")


def call(action: str, text: str = "?", intent: str = "human_wish") -> dict[str, Any]:
    """What Rasa posts to run an action."""
    return {
        "next_action": action,
        "sender_id": "s",
        "domain": {"intents": [intent]},
        "version": "3.6.21",
        "tracker": {
            "sender_id": "s",
            "slots": {},
            "latest_message": {"text": text, "intent": {"name": intent, "confidence": 1.0}},
            "latest_action_name": "action_listen",
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
        },
    }


async def test_an_action_that_fails_apologises_and_changes_nothing() -> None:
    metrics = Metrics()
    executor = ApologisingExecutor([Broken()], metrics, hotline=HOTLINE)

    result = await executor.run(call("action_broken"))

    assert result is not None
    assert result.events == []
    assert result.responses == [{"response": "utter_error_search", "hotline": HOTLINE}]
    assert b'actions_runs_total{action="action_broken",outcome="failed"} 1.0' in (
        generate_latest(metrics.registry)
    )


async def test_rasa_is_told_when_it_asks_for_an_unknown_action() -> None:
    executor = ApologisingExecutor([], Metrics(), hotline=HOTLINE)

    with pytest.raises(ActionNotFoundException):
        await executor.run(call("action_unknown"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The real process, with a knowledge service that is down."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ACTIONS_PORT": str(port),
        "KNOWLEDGE_URL": "http://127.0.0.1:9",  # Nothing listens there.
        "HOTLINE": HOTLINE,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "actions"], env=os.environ | settings, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=SECONDS_TO_START)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx2.get(url).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer")


def test_says_that_it_is_well_and_what_it_can_do(server: str) -> None:
    body = httpx2.get(f"{server}/healthz").json()

    assert body["status"] == "ok"
    assert body["actions"] == sorted(
        action.name() for action in all_actions(ScriptedKnowledge(), manner=MANNER)
    )


def test_answers_rasa_and_counts_it(server: str) -> None:
    body = httpx2.post(f"{server}/webhook", json=call("action_tell_contact")).json()

    assert body["responses"][0]["response"] == "utter_person_not_taken"
    assert 'action="action_tell_contact",outcome="ok"' in httpx2.get(f"{server}/metrics").text


def test_apologises_with_the_hotline_while_knowledge_is_down(server: str) -> None:
    body = httpx2.post(
        f"{server}/webhook", json=call("action_answer_procedure", intent="ask_procedure")
    ).json()

    message, note = body["responses"]
    assert note["custom"]["answer"]["status"] == "error_search"
    assert message["response"] == "utter_error_search"
    assert message["hotline"] == HOTLINE
    assert "{hotline}" in responses()[message["response"]]


def test_does_not_listen_to_the_world_unless_told(server: str) -> None:
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://{other_address()}:{server.rsplit(':', 1)[1]}/healthz", timeout=2)


def other_address() -> str:
    """Another loopback address of this machine: a server bound to 0.0.0.0 would answer it."""
    return "127.0.0.2"
