"""The random walk without Rasa and the portal: thousands of turns with the actions, the knowledge
service and its search in one process. What a message is taken for is a guess, often a wrong one.
"""

import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from actions.meaning import BY_INTENT
from actions.reply import Manner
from actions.testing import FakeEscalation
from bot.vary import read_examples
from gateway.client import Choice, Message
from knowledge.__main__ import ensure
from knowledge.api import create_app
from knowledge.client import KnowledgeClient
from knowledge.index.embedder import open_embedder
from knowledge.search import SearchSettings
from knowledge.serving import Serving
from knowledge.versions import Versions
from tests.actions.talk import Talk, said
from tests.journeys.facts import Records
from tests.journeys.promises import CATALOGUE, HOTLINE, Walk, report
from tests.journeys.walking import HELD_BACK, Speech, Walker

pytestmark = pytest.mark.model

TURNS = int(os.environ.get("WALK_TURNS_INSIDE") or 2_500)
SEED = int(os.environ.get("WALK_SEED") or 20_261_122)
ASKING = ("ask_procedure", "ask_aspect", "nlu_fallback")
ANY = (*ASKING, "choose", "affirm", "deny", *BY_INTENT)  # All that runs an action.
MISREAD = 0.15  # Of the messages whose kind is known.


class Guesses:
    """What Rasa takes a message for: right where the message is a held-back one, mostly."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._known = {
            text: intent
            for intent, texts in read_examples(HELD_BACK).items()
            for text in texts
            if intent in ANY
        }

    def __call__(self, text: str) -> str:
        chance = self._random.random()
        if chance < MISREAD:
            return self._random.choice(ANY)
        return self._known.get(text) or self._random.choice(ASKING)


@pytest.fixture
async def knowledge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KnowledgeClient]:
    """The service over the starter catalogue, as its client meets it."""
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path))
    ensure(CATALOGUE)
    serving = Serving(
        Versions(tmp_path), open_embedder("var/models/e5-small"), SearchSettings.load(), ""
    )
    app = create_app(serving)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://knowledge") as http,
    ):
        yield KnowledgeClient(http)


async def test_whatever_is_said_and_misread_every_turn_keeps_the_promises(
    knowledge: KnowledgeClient,
) -> None:
    walk = Walk(Records.read(CATALOGUE, hotline=HOTLINE))
    speech, guess = Speech.read(walk.records.titles), Guesses(SEED)
    seed = SEED

    while len(walk.seconds) < TURNS:
        talk = Talk(knowledge, manner=Manner(HOTLINE), escalation=FakeEscalation())
        await wander(talk, Walker(speech, seed), guess, walk)
        seed += 1

    assert not walk.faults, report(walk)


async def wander(talk: Talk, walker: Walker, guess: Guesses, walk: Walk) -> None:
    heard: list[str] = []
    replies: list[Message] = []
    for _ in range(walker.turns):
        heard.append(walker.next(replies))
        began = time.perf_counter()
        await talk.say(heard[-1], guess(heard[-1]))
        took = time.perf_counter() - began
        replies = messages(talk)
        walk.look(heard, replies, took)


def messages(talk: Talk) -> list[Message]:
    """What was said, as the gateway would carry it."""
    texts = [message for message in talk.messages if said(message)]
    outcome = talk.customs.get("answer", {})
    return [
        Message(
            place,
            "assistant",
            said(message),
            tuple(Choice(**button) for button in message["buttons"]),
            status=outcome.get("status", ""),
            code=outcome.get("code", ""),
        )
        for place, message in enumerate(texts)
    ]
