"""What the transactions of a conversation do to the drawer and the errands, as statements."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Item
from gateway.messages import Contact, Reply
from gateway.tables import drawer, errand

CONTACT, FILE = "contact", "file"  # What is in the drawer; CONTACT is also what a reply asks for.
KINDS = {"contact": CONTACT, "files": FILE}  # As replies call it.


def put_contact(connection: sa.Connection, name: str, contact: Contact, *, at: datetime) -> Contact:
    """With the message it was taken out of. What is given last counts; a name that was given by
    itself stays with the number that follows. Returns all that is known."""
    here = _kept(name, CONTACT)
    known = asdict(contact_of(connection, name) or Contact())
    contact = Contact(**known | {kind: value for kind, value in asdict(contact).items() if value})
    connection.execute(sa.delete(drawer).where(here))
    content = json.dumps(asdict(contact), ensure_ascii=False).encode()
    row = row_of(name, CONTACT, "", "application/json", content)
    connection.execute(sa.insert(drawer).values(**row, added_at=at))
    return contact


def contact_of(connection: sa.Connection, name: str) -> Contact | None:
    content = connection.scalar(sa.select(drawer.c.content).where(_kept(name, CONTACT)))
    return Contact(**json.loads(content)) if content else None


def with_contact(connection: sa.Connection, name: str, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The citizen reads what they handed over; it is kept nowhere but in the drawer."""
    if not any(item.reply.shows for item in items):
        return items
    contact = contact_of(connection, name)
    return tuple(replace(item, reply=showing(item.reply, contact)) for item in items)


def showing(reply: Reply, contact: Contact | None) -> Reply:
    if not reply.shows or contact is None:
        return reply
    values = ", ".join(value for value in asdict(contact).values() if value)
    return replace(reply, text=reply.text.replace(reply.shows, values))


def throw_out(connection: sa.Connection, name: str, replies: Sequence[Reply]) -> None:
    """What a case has now, or nobody wants any more; with the words that tell the citizen so."""
    for reply in replies:
        if reply.case and reply.emptied:
            upto = sa.and_(drawer.c.conversation == name, drawer.c.id <= reply.emptied)
            connection.execute(sa.delete(drawer).where(upto))
        for kind in reply.drawer:
            connection.execute(sa.delete(drawer).where(_kept(name, KINDS[kind])))


def erasure(name: str, *, at: datetime) -> sa.Insert:
    """With the erasing of the conversation itself."""
    body = {"conversation": name}
    row = {"path": "/erasures", "body": body, "attempts": 0, "not_before": at, "written_at": at}
    return sa.insert(errand).values(**row)


def row_of(
    name: str, kind: str, file_name: str, media_type: str, content: bytes, event_key: str = ""
) -> dict[str, Any]:
    return {
        "conversation": name,
        "kind": kind,
        "name": file_name,
        "media_type": media_type,
        "size": len(content),
        "content": content,
        "event_key": event_key,
    }


def _kept(name: str, kind: str) -> sa.ColumnElement[bool]:
    return sa.and_(drawer.c.conversation == name, drawer.c.kind == kind)
