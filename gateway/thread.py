"""The thread of a conversation, read from what was asked and what was told."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Author, Item, Thread
from gateway.messages import Button, Checklist, ChecklistItem, FormLink, Link, Reply
from gateway.tables import Asked, Told, inbox, outbox

UNSENT = (Told.WAITING, Told.SENDING, Told.HELD)


def asked_after(name: str, after: int) -> sa.Select[Any]:
    """With what is not answered yet, wherever it stands."""
    wanted = sa.or_(inbox.c.sequence > after, inbox.c.state == Asked.NEW)
    return sa.select(inbox).where(inbox.c.conversation == name, wanted)


def told_after(name: str, after: int) -> sa.Select[Any]:
    return sa.select(outbox).where(outbox.c.conversation == name, outbox.c.sequence > after)


def told_at(name: str, sequence: int) -> sa.Select[Any]:
    """One reply, if the citizen can see it."""
    seen = outbox.c.state.in_((Told.SENDING, Told.SENT))
    return sa.select(outbox).where(
        outbox.c.conversation == name, outbox.c.sequence == sequence, seen
    )


def unsent(name: str) -> sa.Select[Any]:
    """Replies on their way, in order; nothing overtakes them."""
    on_the_way = outbox.c.state.in_(UNSENT)
    chosen = sa.select(outbox).where(outbox.c.conversation == name, on_the_way)
    return chosen.order_by(outbox.c.sequence)


def thread_of(asked: Sequence[sa.RowMapping], told: Sequence[sa.RowMapping], after: int) -> Thread:
    """Up to the first reply not sent yet: a page that asks "after 7" must never miss 6."""
    items: list[Item] = []
    pending = any(row["state"] == Asked.NEW for row in asked)
    for row in sorted((*asked, *told), key=lambda row: int(row["sequence"])):
        if row["state"] in (Told.WAITING, Told.HELD):
            return Thread(tuple(items), pending=True)
        if row["sequence"] > after and row["state"] not in (Told.WITHHELD, Told.DEAD):
            items.append(item_of(row))
    return Thread(tuple(items), pending)


def item_of(row: sa.RowMapping) -> Item:
    if "body" in row:
        text, message_id = row["body"]["text"], row["body"]["message_id"]
        return Item(row["sequence"], Author.CITIZEN, Reply(text), row["received_at"], message_id)
    reply = read_reply(row["reply"])
    author = Author(row["author"])
    return Item(row["sequence"], author, reply, row["written_at"], state=row["state"])


def read_reply(reply: dict[str, Any]) -> Reply:
    """A reply as the outbox keeps it."""
    link, checklist = reply["link"], reply.get("checklist")
    return Reply(
        text=reply["text"],
        buttons=tuple(Button(**button) for button in reply["buttons"]),
        link=Link(**link) if link else None,
        status=reply.get("status", ""),
        code=reply.get("code", ""),
        checklist=_checklist(checklist) if checklist else None,
        rateable=reply.get("rateable", False),
        by=reply.get("by", ""),
        case=reply.get("case", ""),
        answers_case=reply.get("answers_case", False),
        asks=reply.get("asks"),
        emptied=reply.get("emptied", 0),
        drawer=tuple(reply.get("drawer", ())),
        rated=reply.get("rated", False),
        shows=reply.get("shows", ""),
    )


def _checklist(checklist: dict[str, Any]) -> Checklist:
    items = (
        ChecklistItem(**item | {"forms": tuple(FormLink(**form) for form in item["forms"])})
        for item in checklist["items"]
    )
    return Checklist(**checklist | {"items": tuple(items), "notes": tuple(checklist["notes"])})
