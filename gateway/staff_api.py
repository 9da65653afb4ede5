"""What the other processes of ours call for staff: write to a citizen, take a conversation over."""

import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi import Path as InPath
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.clean import clean
from gateway.conversation import Delivery, Item
from gateway.inbox import Refused
from gateway.messages import Reply
from gateway.parts import Parts
from gateway.staff import TakenByAnother
from gateway.store import UnknownConversation
from gateway.stream import SENDERS
from gateway.tables import Told
from gateway.texts import Refusal

FATES = {Told.SENT: "sent", Told.DEAD: "dead", Told.HELD: "held"}  # Else it is on its way.

Name = Annotated[str, InPath(min_length=3, max_length=200, pattern=r"^[a-z]+:")]


class StaffMessage(BaseModel):
    """`key` is the sender's: the same key twice is one message."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[A-Za-z0-9_:.-]{1,100}$")
    text: str = Field(min_length=1, max_length=20_000)
    author_name: str = Field(default="", max_length=200)
    case_code: str = Field(default="", max_length=40)
    rate: bool = False
    purpose: str = Field(default="", max_length=20, pattern=r"^[a-z_]*$")  # "": talk.


class StaffMode(StrEnum):
    BOT = "bot"
    STAFF = "staff"


class ModeChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: StaffMode
    author_name: str = Field(default="", max_length=200)
    case_code: str = Field(min_length=1, max_length=40)  # Whose staff it is.


class Mode(BaseModel):
    mode: StaffMode


class Delivered(BaseModel):
    """`sent`: the channel has it; `queued`: it is tried again; `held`: the provider takes nothing
    for the citizen until they write again; `dead`: given up."""

    delivery: str


class SeenMessage(BaseModel):
    id: int
    sender: str
    text: str
    by: str
    case: str
    at: datetime
    delivery: str  # As in Delivered.


class SeenConversation(BaseModel):
    mode: str
    staff_name: str
    messages: list[SeenMessage]


class KeptContact(BaseModel):
    name: str
    phone: str
    email: str
    address: str


class KeptFile(BaseModel):
    name: str
    media_type: str
    content: str  # Base64.


class DrawerContents(BaseModel):
    """What the citizen handed over for a case; gone once a reply names the case and `upto`."""

    contact: KeptContact
    files: list[KeptFile]
    upto: int


class StaffApi:
    def __init__(self, parts: Parts, *, seconds: float = 3.0) -> None:
        """So many seconds whoever writes waits to hear what became of it."""
        self._parts = parts
        self._seconds = seconds

    async def write(self, name: Name, message: StaffMessage) -> Delivered:
        """Show a message to the citizen, at once or as soon as the channel takes it."""
        text = clean(message.text)
        if not text:
            raise Refused(Refusal.EMPTY)
        key = f"staff:{name}:{message.key}"
        reply = Reply(
            text, by=message.author_name, case=message.case_code, answers_case=message.rate
        )
        with refusing():
            told = await self._parts.staff.write(name, reply, key=key, purpose=message.purpose)
        await self._send(name, told)
        return Delivered(delivery=_fate(await self._parts.staff.fate(key)))

    async def change_mode(self, name: Name, change: ModeChange) -> Mode:
        """Who answers the citizen from now on; they are told when it changes."""
        staff, texts = self._parts.staff, self._parts.texts
        who, case = change.author_name, change.case_code
        with refusing():
            if change.mode is StaffMode.STAFF:
                told = await staff.take_over(name, who, texts.taken_over(who), case=case)
            else:
                told = await staff.give_back(name, texts.given_back(who), case=case)
        await self._send(name, told)
        return Mode(mode=change.mode)

    async def read(
        self,
        name: Name,
        case_code: Annotated[str, Query(min_length=1, max_length=40)],
        until: AwareDatetime,
        since: AwareDatetime | None = None,
    ) -> SeenConversation:
        """The last messages that concern a case, masked as they are stored."""
        with refusing():
            seen = await self._parts.staff.seen(name, case=case_code, since=since, until=until)
        messages = [_message(item) for item in seen.items]
        return SeenConversation(mode=seen.mode, staff_name=seen.staff_name, messages=messages)

    async def drawer(self, name: Name) -> DrawerContents:
        """For whoever makes the case, and puts nothing of it anywhere else."""
        contents = await self._parts.drawer.contents(name)
        files = [
            KeptFile(
                name=kept.name, media_type=kept.media_type, content=b64encode(content).decode()
            )
            for kept, content in contents.files
        ]
        contact = KeptContact(**asdict(contents.contact))
        return DrawerContents(contact=contact, files=files, upto=contents.upto)

    async def _send(self, name: str, deliveries: list[Delivery]) -> None:
        await self._parts.outbox.deliver(deliveries, seconds=self._seconds)
        self._parts.signals.wake(name)


def routes(parts: Parts) -> APIRouter:
    api = StaffApi(parts)
    guard = Depends(bearer(parts.settings.staff_token))
    router = APIRouter(prefix="/staff/v1/conversations", tags=["staff"], dependencies=[guard])
    router.post("/{name}/messages", status_code=202)(api.write)
    router.post("/{name}/mode")(api.change_mode)
    router.get("/{name}")(api.read)
    router.get("/{name}/drawer")(api.drawer)
    return router


def bearer(token: str) -> Callable[[str], Awaitable[None]]:
    """Lets a request in that shows the token; nobody when none is set."""

    async def check(authorization: Annotated[str, Header()] = "") -> None:
        scheme, _, shown = authorization.partition(" ")
        right = secrets.compare_digest(shown.strip().encode(), token.encode())
        if not token or scheme.lower() != "bearer" or not right:
            raise Refused(Refusal.NOT_ALLOWED)

    return check


def _message(item: Item) -> SeenMessage:
    reply = item.reply
    return SeenMessage(
        id=item.sequence,
        sender=SENDERS[item.author],
        text=reply.text,
        by=reply.by,
        case=reply.case,
        at=item.at,
        delivery=_fate(Told(item.state)) if item.state else "sent",
    )


def _fate(state: Told | None) -> str:
    return FATES.get(state or Told.WAITING, "queued")


@contextmanager
def refusing() -> Iterator[None]:
    try:
        yield
    except UnknownConversation as error:
        raise Refused(Refusal.NOT_FOUND) from error
    except TakenByAnother as error:
        raise Refused(Refusal.TAKEN) from error
