"""Conversations played through the portal, each as a citizen of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx2
from tqdm import tqdm

from gateway.client import Message, NotTaken

FIELDS = ("turns", "messages")  # Lists of what the citizen says; `question` is a single message.
OTHER = "other"  # A turn that asked nothing of the catalogue: thanks, an emergency.
REFUSED = "refused"  # By the gateway: empty or too long. The citizen reads why.
FAILED = "failed"
TURN_SECONDS = 30.0
# The gateway counts by the minute; a fixed window is over after that long.
PATIENCE_SECONDS = 90.0


class UnreadableConversations(Exception):
    """The file cannot be read at all."""


class Client(Protocol):
    """One citizen's conversation; `GatewayClient`, or the one of `testing`."""

    async def ask(self, text: str, *, seconds: float = TURN_SECONDS) -> list[Message]: ...


# A new citizen each time.
Meet = Callable[[], AbstractAsyncContextManager[Client]]


@dataclass(frozen=True)
class Conversation:
    """`error` says what is wrong with a row that cannot be played."""

    id: str | int
    messages: tuple[str, ...]
    error: str = ""


@dataclass
class Played:
    """What came back, turn by turn; `error` tells why a conversation broke off."""

    id: str | int
    replies: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    error: str = ""

    def add(self, messages: Sequence[Message]) -> None:
        self.replies.append("\n\n".join(message.text for message in messages))
        self.statuses.append(next((each.status for each in messages if each.status), OTHER))
        self.codes.append(next((each.code for each in messages if each.code), ""))

    def refuse(self, text: str) -> None:
        self._end(text, REFUSED)

    def fail(self, error: str) -> None:
        self.error = error
        self._end("", FAILED)

    def row(self) -> dict[str, Any]:
        """`answer` is all that was said to the last message; "" when nothing was."""
        row: dict[str, Any] = {
            "id": self.id,
            "answer": self.replies[-1],
            "replies": self.replies,
            "statuses": self.statuses,
            "codes": self.codes,
        }
        return row | ({"error": self.error} if self.error else {})

    def _end(self, text: str, status: str) -> None:
        self.replies.append(text)
        self.statuses.append(status)
        self.codes.append("")


def read_conversations(path: Path) -> list[Conversation]:
    """One a line, with an error where it makes no sense. Raises UnreadableConversations."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise UnreadableConversations(f"{path}: {error}") from error
    return [_conversation(number, line) for number, line in enumerate(lines, 1) if line.strip()]


async def play(
    conversations: Sequence[Conversation], meet: Meet, *, at_once: int, pause: float = 2.0
) -> AsyncIterator[Played]:
    """Play them, several at once, and give each when it is over, in the order of the file."""
    free = asyncio.Semaphore(at_once)

    async def run(conversation: Conversation) -> Played:
        async with free:
            return await _play(conversation, meet, pause)

    tasks = [asyncio.create_task(run(each)) for each in conversations]
    with tqdm(total=len(tasks), desc="playing", disable=None) as bar:
        for task in tasks:
            task.add_done_callback(lambda _: bar.update())
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()


async def _play(conversation: Conversation, meet: Meet, pause: float) -> Played:
    played = Played(conversation.id)
    if conversation.error:
        played.fail(conversation.error)
        return played
    try:
        async with meet() as client:
            for text in conversation.messages:
                await _turn(played, client, text, pause)
    except (TimeoutError, httpx2.HTTPError) as error:
        played.fail(f"turn {len(played.replies) + 1}: {error!r}")
    return played


async def _turn(played: Played, client: Client, text: str, pause: float) -> None:
    try:
        played.add(await _ask(client, text, pause))
    except NotTaken as refusal:
        played.refuse(refusal.text)


async def _ask(client: Client, text: str, pause: float) -> list[Message]:
    """Ask, and again where the gateway says that it is too much at once."""
    waited = 0.0
    while True:
        try:
            return await client.ask(text)
        except NotTaken as error:
            if error.reason != "too_many" or waited >= PATIENCE_SECONDS:
                raise
        await asyncio.sleep(pause)
        waited += pause


def _conversation(number: int, line: str) -> Conversation:
    try:
        row = json.loads(line)
        messages = next((row[name] for name in FIELDS if row.get(name)), None)
        messages = [row["question"]] if messages is None else messages
        if not all(isinstance(each, str) for each in messages):
            raise TypeError("a message is a text")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return Conversation(number, (), f"line {number}: {error!r}")
    return Conversation(row.get("id", number), tuple(messages))
