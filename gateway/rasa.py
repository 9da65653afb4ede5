"""Asks Rasa over its REST channel, and reads its answer as replies a channel can show."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.conversation import Turn
from gateway.custom import with_custom
from gateway.messages import Button, Reply


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
    """Texts with their buttons; what is `custom` belongs to the text before it."""
    replies: list[Reply] = []
    for message in messages:
        if message.text and message.text.strip():
            replies.append(Reply(message.text.strip(), _buttons(message)))
        if message.custom and replies:
            replies[-1] = with_custom(replies[-1], message.custom)
    return tuple(replies)


def _request(turn: Turn) -> dict[str, Any]:
    return {
        "sender": turn.rasa_session,
        "message": turn.text,
        "input_channel": turn.channel,
        # For actions: where a late answer must go, and what makes a repeated turn the same turn.
        "metadata": {
            "conversation": turn.conversation,
            "message_id": turn.message_id,
            **_beside(turn),
        },
    }


def _beside(turn: Turn) -> dict[str, Any]:
    """What was given instead of words, and the cases that answered or asked."""
    sealed = {"sealed": list(turn.sealed)} if turn.sealed else {}
    cases = {"answered_case": turn.answered_case, "asked_case": turn.asked_case}
    return sealed | {name: code for name, code in cases.items() if code}


def _buttons(message: RasaMessage) -> tuple[Button, ...]:
    return tuple(Button(button.title, button.payload) for button in message.buttons or ())
