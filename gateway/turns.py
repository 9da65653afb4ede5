"""Turns as rows of the inbox: the next one to work, its lease, what is kept of a message."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.aside import CONTACT
from gateway.conversation import Mode, Turn
from gateway.messages import Incoming
from gateway.tables import Asked, conversation, inbox

OF_CONVERSATION = (
    "mode",
    "rasa_session",
    "staff_at",
    "asks",
    "asked_case",
    "answered_case",
    "answered_until",
)


def next_turn(moment: datetime) -> sa.Select[Any]:
    earlier = inbox.alias()
    blocked = sa.exists().where(
        earlier.c.state == Asked.NEW,
        earlier.c.conversation == inbox.c.conversation,
        earlier.c.sequence < inbox.c.sequence,
    )
    return (
        sa.select(inbox, *(conversation.c[name] for name in OF_CONVERSATION))
        .join(conversation, conversation.c.name == inbox.c.conversation)
        .where(inbox.c.state == Asked.NEW, ~blocked)
        .where(sa.or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < moment))
        .order_by(inbox.c.id)
        .limit(1)
        .with_for_update(of=inbox, skip_locked=True)
    )


def turn_of(row: dict[str, Any], moment: datetime) -> Turn:
    until = row["answered_until"]
    return Turn(
        id=row["id"],
        conversation=row["conversation"],
        channel=row["channel"],
        text=row["body"]["text"],
        message_id=row["body"]["message_id"],
        mode=Mode(row["mode"]),
        rasa_session=row["rasa_session"],
        attempts=row["attempts"],
        lease=row["lease"],
        received_at=row["received_at"],
        masked=row["body"].get("masked", False),
        staff_at=row["staff_at"],
        sealed=tuple(row["body"].get("sealed", ())),
        unread=row["body"].get("unread", ""),
        asks=row["asks"],
        answered_case=row["answered_case"] if until is None or until > moment else "",
        asked_case=row["asked_case"],
    )


def body_of(message: Incoming, *, asks: str) -> dict[str, Any]:
    body: dict[str, Any] = {"text": message.text, "message_id": message.message_id}
    if message.contact:
        body["sealed"] = list(message.contact.kinds)
    if message.unread and asks == CONTACT:
        body["unread"] = message.unread
    return body | {"masked": True} if message.masked else body


def leased(turn: Turn, values: dict[str, Any]) -> sa.Update:
    """Changes the message only for as long as it is ours."""
    ours = sa.and_(inbox.c.id == turn.id, inbox.c.lease == turn.lease)
    return sa.update(inbox).where(ours).values(**values)
