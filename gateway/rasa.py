"""Asks Rasa over its REST channel, and reads its answer as replies a channel can show."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.conversation import Turn
from gateway.messages import Button, Link, Reply


class Cause(StrEnum):
    """Why the citizen got an apology instead of an answer."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BAD_STATUS = "bad_status"
    BAD_ANSWER = "bad_answer"
    EMPTY = "empty"  # Rasa swallows its own errors and answers 200 with [].
    GAVE_UP = "gave_up"  # The message stopped the process that worked it, again and again.
    BUG = "bug"


class RasaFailed(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class RasaButton(BaseModel):
    title: str
    payload: str


class RasaMessage(BaseModel):
    """One element of the list that POST /webhooks/rest/webhook answers."""

    text: str | None = None
    buttons: list[RasaButton] | None = None
    custom: dict[str, Any] | None = None


class Source(BaseModel):
    title: str
    url: str


class Outcome(BaseModel):
    """How a question ended, and the procedure talked about."""

    status: str
    code: str = ""


_ANSWER = TypeAdapter(list[RasaMessage])


class Rasa:
    def __init__(self, http: httpx2.AsyncClient, *, seconds: float = 10.0) -> None:
        """`seconds` bounds the whole turn; the client's own timeouts bound each step only."""
        self._http = http
        self._seconds = seconds

    async def ask(self, turn: Turn) -> tuple[Reply, ...]:
        """Raises RasaFailed."""
        body = await self._post(turn)
        try:
            messages = _ANSWER.validate_json(body)
        except ValidationError as error:
            raise RasaFailed(Cause.BAD_ANSWER) from error
        replies = read_replies(messages)
        if not replies:
            raise RasaFailed(Cause.EMPTY)
        return replies

    async def is_up(self, seconds: float = 1.0) -> bool:
        try:
            async with asyncio.timeout(seconds):
                response = await self._http.get("/")
        except (TimeoutError, httpx2.HTTPError):
            return False
        return response.is_success

    async def _post(self, turn: Turn) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._http.post("/webhooks/rest/webhook", json=_request(turn))
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise RasaFailed(Cause.TIMEOUT) from error
        except httpx2.HTTPError as error:
            raise RasaFailed(Cause.UNREACHABLE) from error
        if not response.is_success:
            raise RasaFailed(Cause.BAD_STATUS)
        return response.content


def read_replies(messages: Sequence[RasaMessage]) -> tuple[Reply, ...]:
    """Texts with their buttons; a `custom` source or outcome belongs to the text before it."""
    replies: list[Reply] = []
    for message in messages:
        if message.text and message.text.strip():
            replies.append(Reply(message.text.strip(), _buttons(message)))
        link = _link(message.custom or {})
        if link and replies:
            replies[-1] = replace(replies[-1], link=link)
        outcome = _outcome(message.custom or {})
        if outcome and replies:
            replies[-1] = replace(replies[-1], status=outcome.status, code=outcome.code)
    return tuple(replies)


def _request(turn: Turn) -> dict[str, Any]:
    return {
        "sender": turn.rasa_session,
        "message": turn.text,
        "input_channel": turn.channel,
        # For actions: where a late answer must go, and what makes a repeated turn the same turn.
        "metadata": {"conversation": turn.conversation, "message_id": turn.message_id},
    }


def _buttons(message: RasaMessage) -> tuple[Button, ...]:
    return tuple(Button(button.title, button.payload) for button in message.buttons or ())


def _outcome(custom: dict[str, Any]) -> Outcome | None:
    try:
        return Outcome.model_validate(custom.get("answer"))
    except ValidationError:
        return None


def _link(custom: dict[str, Any]) -> Link | None:
    """Only https: what else a catalogue might hold is no place to send a citizen."""
    try:
        source = Source.model_validate(custom.get("source"))
        address = urlsplit(source.url)
    except ValueError:
        return None
    return Link(source.title, source.url) if address.scheme == "https" and address.netloc else None
