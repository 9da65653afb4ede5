import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from evaluation.chat import (
    Conversation,
    UnreadableConversations,
    play,
    read_conversations,
)
from gateway.client import Message, NotTaken


class Portal:
    """Answers as told; counts the citizens and how many are there at once."""

    def __init__(self) -> None:
        self.now = self.most = self.citizens = self.refusals = 0
        self.heard: list[tuple[int, str]] = []

    @asynccontextmanager
    async def meet(self) -> AsyncIterator["Citizen"]:
        self.citizens += 1
        self.now += 1
        self.most = max(self.most, self.now)
        yield Citizen(self, self.citizens)
        self.now -= 1


class Citizen:
    def __init__(self, portal: Portal, number: int) -> None:
        self._portal = portal
        self._number = number

    async def ask(self, text: str, *, seconds: float = 30.0) -> list[Message]:
        await asyncio.sleep(0)
        self._portal.heard.append((self._number, text))
        if text == "busy" and self._portal.refusals < 2:
            self._portal.refusals += 1
            raise NotTaken("too_many", "Bạn chờ một chút.")
        if text == "":
            raise NotTaken("empty", "Tin nhắn trống.")
        if text == "down":
            raise httpx2.ConnectError("down")
        if text == "late":
            raise TimeoutError
        return [
            Message(1, "assistant", f"re {text}"),
            Message(2, "assistant", "nguồn", status="answered", code=f"c-{text}"),
        ]


async def rows(portal: Portal, *conversations: Conversation, at_once: int = 2) -> list[Any]:
    return [
        played.row() async for played in play(conversations, portal.meet, at_once=at_once, pause=0)
    ]


async def test_a_row_holds_the_last_answer_and_every_turn() -> None:
    [row] = await rows(Portal(), Conversation("a", ("một", "hai")))

    assert row == {
        "id": "a",
        "answer": "re hai\n\nnguồn",
        "replies": ["re một\n\nnguồn", "re hai\n\nnguồn"],
        "statuses": ["answered", "answered"],
        "codes": ["c-một", "c-hai"],
    }


async def test_each_conversation_is_a_citizen_of_its_own_several_at_once() -> None:
    portal = Portal()
    conversations = [Conversation(f"{n}", ("một", "hai")) for n in range(9)]

    played = await rows(portal, *conversations, at_once=3)

    assert [row["id"] for row in played] == [f"{n}" for n in range(9)]
    assert (portal.citizens, portal.most) == (9, 3)
    assert {number for number, _ in portal.heard} == set(range(1, 10))


@pytest.mark.parametrize("trouble", ["down", "late"])
async def test_a_failed_row_tells_why_and_leaves_the_others(trouble: str) -> None:
    failed, fine = await rows(
        Portal(), Conversation("a", ("một", trouble, "ba")), Conversation("b", ("một",))
    )

    assert failed["error"].startswith("turn 2: ")
    assert failed["answer"] == ""
    assert failed["statuses"] == ["answered", "failed"]
    assert fine["statuses"] == ["answered"]
    assert "error" not in fine


async def test_a_refused_message_is_answered_by_the_refusal_and_the_next_one_goes_on() -> None:
    [row] = await rows(Portal(), Conversation("a", ("", "một")))

    assert row["replies"] == ["Tin nhắn trống.", "re một\n\nnguồn"]
    assert row["statuses"] == ["refused", "answered"]


async def test_waits_where_the_gateway_says_that_it_is_too_much() -> None:
    portal = Portal()

    [row] = await rows(portal, Conversation("a", ("busy",)))

    assert row["statuses"] == ["answered"]
    assert [text for _, text in portal.heard] == ["busy"] * 3


def test_reads_single_messages_and_conversations(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    content = [
        {"id": "a", "question": "một"},
        {"id": 7, "messages": ["một", "hai"]},
        {"turns": ["một"], "slice": "x"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in content) + "\n\n")

    assert read_conversations(path) == [
        Conversation("a", ("một",)),
        Conversation(7, ("một", "hai")),
        Conversation(3, ("một",)),
    ]


@pytest.mark.parametrize("line", ["{", "[1]", '"x"', "{}", '{"turns": [1]}', '{"turns": []}'])
async def test_a_line_that_makes_no_sense_is_a_failed_row(tmp_path: Path, line: str) -> None:
    path = tmp_path / "messages.jsonl"
    path.write_text(f'{line}\n{{"id": "b", "question": "một"}}\n')

    failed, fine = await rows(Portal(), *read_conversations(path))

    assert (failed["id"], failed["statuses"]) == (1, ["failed"])
    assert failed["error"].startswith("line 1: ")
    assert fine["statuses"] == ["answered"]


def test_says_that_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableConversations, match=r"none\.jsonl"):
        read_conversations(tmp_path / "none.jsonl")
