"""Replies as rows of the outbox: which is sent next, whose it is, what its parts were."""

import hashlib
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Delivery
from gateway.tables import Told, conversation, outbox
from gateway.thread import UNSENT

MAX_ATTEMPTS = 8  # Of one reply; what comes after it in its conversation waits no longer then.
NOTICE = "notice"  # Instead of a part's place: that an answer is there, not the answer.
REMEMBERED = 50  # Parts of one reply whose echoes are known.


def next_reply(moment: datetime, resting: Collection[str]) -> sa.Select[Any]:
    """The oldest due reply of a channel that does not rest and of a conversation with none unsent
    before it, but for those that failed too often."""
    earlier = outbox.alias()
    overtaking = sa.exists().where(
        earlier.c.state.in_(UNSENT),
        earlier.c.conversation == outbox.c.conversation,
        earlier.c.sequence < outbox.c.sequence,
        earlier.c.attempts < MAX_ATTEMPTS,
    )
    left_behind = sa.and_(outbox.c.state == Told.SENDING, outbox.c.lease_until < moment)
    rested = [outbox.c.conversation.not_like(f"{name}:%") for name in sorted(resting)]
    return (
        sa.select(outbox, conversation.c.mode)
        .join(conversation, conversation.c.name == outbox.c.conversation)
        .where(sa.or_(outbox.c.state == Told.WAITING, left_behind), *rested)
        .where(outbox.c.not_before <= moment, ~overtaking)
        .order_by(outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    )


def ours(delivery: Delivery) -> sa.ColumnElement[bool]:
    """The row, for as long as nobody else has taken it over."""
    return sa.and_(
        outbox.c.conversation == delivery.conversation,
        outbox.c.sequence == delivery.sequence,
        outbox.c.state == Told.SENDING,
        outbox.c.lease == delivery.lease,
    )


def given_back(name: str, lease: str) -> sa.Update:
    """What was leased and not sent waits again, as if it had not been."""
    rows = sa.and_(
        outbox.c.conversation == name, outbox.c.state == Told.SENDING, outbox.c.lease == lease
    )
    return sa.update(outbox).where(rows).values(state=Told.WAITING, lease=None, lease_until=None)


def revived(channel: str, moment: datetime) -> sa.Update:
    """What was given up is tried again."""
    dead = sa.and_(outbox.c.state == Told.DEAD, outbox.c.conversation.startswith(f"{channel}:"))
    fresh = {"attempts": 0, "failing_since": None, "reason": "", "not_before": moment}
    return sa.update(outbox).where(dead).values(state=Told.WAITING, **fresh)


def change(row_id: int, **values: Any) -> sa.Update:
    return sa.update(outbox).where(outbox.c.id == row_id).values(**values)


def fingerprint(text: str) -> str:
    """Of words as they are read, however a provider spaces and composes them.

    >>> fingerprint("Cần:\\n- tờ khai ") == fingerprint("Cần: - tờ khai")
    True
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def settled(row: sa.RowMapping, *, said: str, provider_id: str) -> dict[str, Any]:
    """The next part, which reads so, is with the provider: nothing is in doubt any more."""
    part = {"part": said, "id": provider_id}
    return {
        "parts_done": row["parts_done"] + 1,
        "said": [*row["said"], part][-REMEMBERED:],
        **WELL,
    }


WELL: dict[str, Any] = {"tried_part": "", "attempts": 0, "failing_since": None, "reason": ""}
