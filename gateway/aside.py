"""What the transactions of a conversation do to the drawer and the errands, as statements."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.messages import Contact
from gateway.tables import drawer, errand

CONTACT, FILE = "contact", "file"  # What is in the drawer; CONTACT is also what a reply asks for.


def put_contact(connection: sa.Connection, name: str, contact: Contact, *, at: datetime) -> None:
    """With the message it was taken out of; the last one given counts."""
    before = sa.and_(drawer.c.conversation == name, drawer.c.kind == CONTACT)
    connection.execute(sa.delete(drawer).where(before))
    content = json.dumps(asdict(contact), ensure_ascii=False).encode()
    row = row_of(name, CONTACT, "", "application/json", content)
    connection.execute(sa.insert(drawer).values(**row, added_at=at))


def empty(name: str, upto: int) -> sa.Delete:
    """A case has it now; said with the words that tell the citizen so."""
    return sa.delete(drawer).where(drawer.c.conversation == name, drawer.c.id <= upto)


def erasure(name: str, *, at: datetime) -> sa.Insert:
    """With the erasing of the conversation itself."""
    body = {"conversation": name}
    row = {"path": "/erasures", "body": body, "attempts": 0, "not_before": at, "written_at": at}
    return sa.insert(errand).values(**row)


def row_of(name: str, kind: str, file_name: str, media_type: str, content: bytes) -> dict[str, Any]:
    return {
        "conversation": name,
        "kind": kind,
        "name": file_name,
        "media_type": media_type,
        "size": len(content),
        "content": content,
    }
