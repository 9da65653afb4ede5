"""What a citizen handed over beside the conversation, fetched from the gateway for the case only.

It passes through this process's memory into the case and is put nowhere else: no slot, no log.
"""

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

import httpx2

from agencies.client import CaseAttachment, CaseContact


@dataclass(frozen=True)
class Handed:
    """`upto` names the last of it: the gateway throws it away once told that a case has it."""

    contact: CaseContact = field(default_factory=CaseContact)
    files: tuple[CaseAttachment, ...] = ()
    upto: int = 0


class DrawerShut(Exception):
    """The gateway gave no usable answer; nothing may be sent without what is in the drawer."""


class Drawer(Protocol):
    async def contents(self, conversation: str) -> Handed:
        """Raises DrawerShut."""
        ...


class NoDrawer:
    """For conversations that come through no gateway."""

    async def contents(self, conversation: str) -> Handed:
        return Handed()


class HttpDrawer:
    def __init__(self, http: httpx2.AsyncClient) -> None:
        """The client knows the gateway's address and its staff token."""
        self._http = http

    async def contents(self, conversation: str) -> Handed:
        path = f"/staff/v1/conversations/{quote(conversation, safe=':')}/drawer"
        try:
            response = await self._http.get(path)
            response.raise_for_status()
            return _read(response.json())
        except (httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
            # Not the error's own words: they might quote what is in the drawer.
            raise DrawerShut(type(error).__name__) from None


def _read(body: dict[str, Any]) -> Handed:
    files = (
        CaseAttachment(file["name"], file["media_type"], b64decode(file["content"]))
        for file in body["files"]
    )
    return Handed(CaseContact(**body["contact"]), tuple(files), int(body["upto"]))
