"""A confirmed form becomes a case: once, however often it is sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from agencies.cases import history
from agencies.cases.addressees import Addressee, addressee
from agencies.cases.citizen_steps import message_key
from agencies.cases.desk import Desk
from agencies.cases.forgetting import one_at_a_time, was_forgotten
from agencies.cases.model import (
    CITIZEN,
    Case,
    Created,
    EventKind,
    Handling,
    NotNow,
    State,
    Wish,
)
from agencies.cases.repeats import add, repeated, similar
from agencies.cases.rows import findable
from agencies.cases.tables import attachment, case_, case_event
from agencies.cases.watch import next_look
from agencies.client import CaseAttachment, CaseDraft
from agencies.outbox.writing import Purpose, insert_if_new

MOST_TRIES = 20  # Of codes: 2^40 exist, so one collision is rare and twenty mean something else.
_EMPTY: dict[str, Any] = {
    "registered_at": None,
    "forwarded_at": None,
    "answered_at": None,
    "closed_at": None,
    "register_year": None,
    "register_number": None,
    "waiting_since": None,
    "overdue_told": None,
    "assignee_id": None,
    "draft": "",
    "draft_by": None,
    "answer": "",
    "answered_by": None,
    "rating": None,
    "rating_words": "",
    "rated_at": None,
    "erased_at": None,
    "warned": 0,
    "reopened": 0,
    "version": 1,
}


async def create(
    desk: Desk, draft: CaseDraft, agency: str, routing: Mapping[str, Any]
) -> Created | NotNow:
    """Write the case, its first event, its attachments and what tells the agency."""
    await one_at_a_time(desk.connection, draft.conversation)
    if await _was_forgotten(desk, draft):
        return NotNow("", "forgotten")
    if before := await _written_before(desk, draft.submission):
        return before
    to = await addressee(desk.connection, agency)
    if like := await repeated(desk, draft, to):
        case, is_new = await add(desk, like, draft)
        await attach(desk, case, draft.attachments if is_new else (), by="citizen")
        return Created(case, is_new=False, duplicate_of=like.code)
    hint = await similar(desk, draft)
    case, is_new = await _insert(desk, draft, to, routing)
    if is_new:
        data = {"agency": to.code, "agency_name": to.name}
        data |= {"confirmed": agency} if agency != to.code else {}
        data |= {"similar_to": hint} if hint else {}
        await desk.record(case, EventKind.CREATED, CITIZEN, data=data)
        await attach(desk, case, draft.attachments, by="citizen")
        await desk.tell_agency(case, Purpose.FORWARD, to=to)
    return Created(case, is_new)


async def _was_forgotten(desk: Desk, draft: CaseDraft) -> bool:
    confirmed = draft.consent.at if draft.consent else None
    return await was_forgotten(
        desk.connection, draft.conversation, confirmed=confirmed, now=desk.now
    )


async def attach(
    desk: Desk, case: Case, attachments: tuple[CaseAttachment, ...], *, by: str
) -> None:
    """Keep files with a case; whoever calls has looked at their kind and size."""
    for file in attachments:
        values = {
            "case_id": case.id,
            "name": file.name,
            "media_type": file.media_type,
            "size": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "content": file.content,
            "added_at": desk.now,
            "by": by,
        }
        await desk.connection.execute(attachment.insert().values(values))


async def _written_before(desk: Desk, submission: str) -> Created | None:
    """The form came before: as a case of its own, or added to one."""
    if case := await history.read(desk.connection, case_.c.submission == submission):
        return Created(case, is_new=False)
    added = sa.select(case_event.c.case_id).where(case_event.c.key == message_key(submission))
    case = await history.read(desk.connection, case_.c.id.in_(added))
    return Created(case, is_new=False, duplicate_of=case.code) if case else None


async def _insert(
    desk: Desk, draft: CaseDraft, to: Addressee, routing: Mapping[str, Any]
) -> tuple[Case, bool]:
    values = _values(desk, draft, to, routing)
    for _ in range(MOST_TRIES):
        coded = values | {"code": desk.code()}
        row = coded | {"search_text": findable(coded)}
        insert = insert_if_new(desk.connection, case_).values(row).returning(case_.c.id)
        written = (await desk.connection.execute(insert)).first()
        same = case_.c.submission == draft.submission
        case = await history.read(desk.connection, same)
        if written and case:
            look = next_look(case, desk.rules, desk.deadlines)
            update = case_.update().where(case_.c.id == case.id).values(look_at=look)
            await desk.connection.execute(update)
            return case, True
        if case:  # Another process was first with the same form.
            return case, False
    raise RuntimeError(f"{MOST_TRIES} new codes were all taken")


def _values(
    desk: Desk, draft: CaseDraft, to: Addressee, routing: Mapping[str, Any]
) -> dict[str, Any]:
    procedure, place = draft.procedure, draft.place
    field = procedure.field if procedure else ""
    same_day = desk.rules.same_day_for(field, draft.category, draft.wish)
    dues = desk.deadlines.dues(desk.now, handling=Handling.OWN, same_day=same_day)
    return _EMPTY | {
        "submission": draft.submission,
        "wish": Wish(draft.wish),
        "category": draft.category,
        "text": draft.text,
        "channel": draft.channel,
        "conversation": draft.conversation,
        "procedure_code": procedure.code if procedure else "",
        "procedure_title": procedure.title if procedure else "",
        "field": field,
        "place_code": place.code if place else "",
        "place_name": place.name if place else "",
        "dossier_code": draft.dossier_code,
        **{f"contact_{name}": value for name, value in asdict(draft.contact).items()},
        "consent_version": draft.consent.version if draft.consent else "",
        "consent_at": draft.consent.at if draft.consent else None,
        "agency_id": to.id,
        "routing": dict(routing),
        "handling": Handling.OWN,
        "state": State.RECEIVED,
        "received_at": desk.now,
        "counted_from": desk.now,
        "register_due": dues.register,
        "forward_due": dues.forward,
        "reply_due": dues.reply,
        "calendar_version": dues.calendar_version,
    }
