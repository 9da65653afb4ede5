"""The way of agencies into a conversation: as far as a case of theirs is part of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx2


@dataclass(frozen=True)
class Part:
    """What of a conversation concerns a case: what was said after `since`, up to `until`, unless
    it belongs to another case; and all that belongs to this one."""

    case_code: str
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True)
class StaffMessage:
    """A message of a conversation as staff see it: masked, as it is stored."""

    id: int
    sender: str
    text: str
    by: str
    case: str
    at: str
    # "sent"; "queued": on its way; "held": the provider takes nothing for the citizen until they
    # write again; "dead": given up. They have it only if it is sent.
    delivery: str = "sent"


@dataclass(frozen=True)
class StaffView:
    """`mode` is "taken" while the staff of another case have the conversation."""

    mode: str
    staff_name: str
    messages: tuple[StaffMessage, ...]


@dataclass(frozen=True)
class Taken:
    """The staff of another case have the conversation just now."""


class ConversationGone(Exception):
    """It was erased, or never was: nothing can be said in it any more."""


class StaffLineDown(Exception):
    """The gateway gave no usable answer; it may be tried again with the same key."""


class StaffLine:
    """The way of agencies into a citizen's conversation. The HTTP client given has the token."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    @classmethod
    def at(cls, url: str, token: str, *, seconds: float = 10.0) -> "StaffLine":
        headers = {"Authorization": f"Bearer {token}"}
        return cls(httpx2.AsyncClient(base_url=url, headers=headers, timeout=seconds))

    async def write(
        self,
        conversation: str,
        text: str,
        *,
        key: str,
        author_name: str = "",
        case_code: str = "",
        rate: bool = False,
        purpose: str = "",
    ) -> str | Taken:
        """Show a message to the citizen, once for a key; returns its `StaffMessage.delivery`.

        The same key again tells what became of it. `purpose` is a delivery's ("answer",
        "question", "status"): such a message always gets in. Without one it is talk, which is
        Taken while the staff of another case talk. Raises ConversationGone, StaffLineDown.
        """
        body: dict[str, Any] = {"key": key, "text": text, "author_name": author_name}
        body |= {"case_code": case_code, "rate": rate, "purpose": purpose}
        told = await self._call("POST", f"{_path(conversation)}/messages", body)
        return told if isinstance(told, Taken) else str(told["delivery"])

    async def take_over(self, conversation: str, author_name: str, part: Part) -> StaffView | Taken:
        """The bot is silent from now on. Raises ConversationGone, StaffLineDown."""
        return await self._mode(conversation, "staff", author_name, part)

    async def give_back(self, conversation: str, author_name: str, part: Part) -> StaffView | Taken:
        """The bot answers again, and says so. Raises ConversationGone, StaffLineDown."""
        return await self._mode(conversation, "bot", author_name, part)

    async def read(self, conversation: str, part: Part) -> StaffView:
        """The last messages that concern the case. Raises ConversationGone, StaffLineDown."""
        params = {"case_code": part.case_code, "until": part.until.isoformat()}
        if part.since:
            params["since"] = part.since.isoformat()
        body = await self._call("GET", _path(conversation), params=params)
        messages = tuple(StaffMessage(**message) for message in body["messages"])
        return StaffView(body["mode"], body["staff_name"], messages)

    async def close(self) -> None:
        await self._http.aclose()

    async def _mode(
        self, conversation: str, mode: str, author_name: str, part: Part
    ) -> StaffView | Taken:
        body = {"mode": mode, "author_name": author_name, "case_code": part.case_code}
        told = await self._call("POST", f"{_path(conversation)}/mode", body)
        return told if isinstance(told, Taken) else await self.read(conversation, part)

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        params: dict[str, str] | None = None,
    ) -> Any:
        try:
            response = await self._http.request(method, path, json=body, params=params)
            if response.status_code == httpx2.codes.NOT_FOUND and _says_not_found(response):
                raise ConversationGone(path)
            if response.status_code == httpx2.codes.CONFLICT:
                return Taken()
            response.raise_for_status()
            return response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise StaffLineDown(f"{method}: {type(error).__name__}") from error


def _path(conversation: str) -> str:
    return f"/staff/v1/conversations/{quote(conversation, safe=':')}"


def _says_not_found(response: httpx2.Response) -> bool:
    """The gateway itself, not a proxy that knows no such path. Raises ValueError."""
    body = response.json()
    return isinstance(body, dict) and body.get("error") == "not_found"
