"""What is kept of a conversation besides its words: what is awaited, asked and answered in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Mode
from gateway.messages import Reply

QUESTION, ANSWER = "question", "answer"  # Purposes of what agencies deliver.
FRESH = timedelta(days=1)  # So long after the citizen is back "5" rates the answer they read.


def of_replies(replies: Sequence[Reply], *, at: datetime, kept: timedelta) -> dict[str, Any]:
    """Only what a reply says of it changes what is awaited, however much is said in between."""
    changes: dict[str, Any] = {}
    for reply in replies:
        if reply.asks is not None:
            changes["asks"] = reply.asks
        if reply.case:  # The thread is kept for the answer.
            changes["kept_until"] = at + kept
        if reply.rated:
            changes |= {"answered_case": "", "answered_until": None}
    return changes


def of_staff(row: sa.RowMapping, reply: Reply, purpose: str) -> dict[str, Any]:
    """What they ask waits for the citizen's words, until something else is talked of."""
    changes: dict[str, Any] = {}
    if purpose == QUESTION:
        changes["asked_case"] = reply.case
    elif purpose == ANSWER or reply.case != row["asked_case"]:
        changes["asked_case"] = ""
    if purpose == ANSWER or reply.answers_case:
        changes |= {"answered_case": reply.case, "answered_until": None}
    return changes


def of_message(row: sa.RowMapping, *, at: datetime) -> dict[str, Any]:
    unread = row["answered_case"] and row["answered_until"] is None
    return {"answered_until": at + FRESH} if unread else {}


def owner_of(row: sa.RowMapping, moment: datetime, patience: timedelta) -> str:
    """The case whose staff have a conversation; "" once they have been silent for too long."""
    present = row["mode"] == Mode.STAFF and row["staff_at"] and row["staff_at"] + patience > moment
    return str(row["staff_case"]) if present else ""
