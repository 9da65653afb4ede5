"""A conversation with a citizen: who answers, the turn being worked, the thread as they see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.messages import Reply


class Mode(StrEnum):
    """Who answers the citizen."""

    BOT = "bot"
    WAITING = "waiting"  # The question was handed over; no one has taken it up.
    STAFF = "staff"
    CLOSED = "closed"  # Staff are done; the citizen's next message is the bot's again.


class Author(StrEnum):
    CITIZEN = "citizen"
    BOT = "bot"
    NOTICE = "notice"  # The gateway itself, while staff have the conversation.
    STAFF = "staff"


def may_send(author: Author, mode: Mode) -> bool:
    """Whether a reply may still go out, asked right before it does.

    The turn that hands a conversation over still says so; once staff write, the bot is silent.
    """
    return author is not Author.BOT or mode in (Mode.BOT, Mode.WAITING)


@dataclass(frozen=True)
class Turn:
    """A message of a citizen that this process, and no other, is answering."""

    id: int
    conversation: str
    channel: str
    text: str
    message_id: str
    mode: Mode
    rasa_session: str
    attempts: int
    lease: str
    received_at: datetime
    masked: bool = False  # Personal data was taken out of the text.
    sealed: tuple[str, ...] = ()  # Kinds of contact that are kept instead of the text.
    unread: str = ""  # What is wrong with what looks like a contact.
    asks: str = ""  # What an open form awaits.
    answered_case: str = ""  # The case whose answer the citizen read last.
    asked_case: str = ""  # The case of a question that is not answered yet.
    staff_at: datetime | None = None  # When staff last did something in it.


@dataclass(frozen=True)
class Delivery:
    """A written reply that this process, and no other, is sending while the lease is its own."""

    conversation: str
    sequence: int
    reply: Reply
    lease: str


@dataclass(frozen=True)
class Item:
    """One place in the thread."""

    sequence: int
    author: Author
    reply: Reply
    at: datetime
    message_id: str = ""  # Of the citizen's own messages.
    state: str = ""  # Of a reply: gateway.tables.Told.


@dataclass(frozen=True)
class Thread:
    items: tuple[Item, ...]
    pending: bool  # A message of the citizen is not answered yet.
