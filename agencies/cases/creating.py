"""A confirmed form becomes a case: once, however often it is sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from agencies.cases import history
from agencies.cases.addressees import Addressee, addressee
from agencies.cases.citizen_steps import write
from agencies.cases.desk import Desk
from agencies.cases.model import CITIZEN, OPEN, Case, Created, EventKind, Handling, State, Wish
from agencies.cases.rows import CASES, findable, to_case
from agencies.cases.tables import attachment, case_
from agencies.cases.watch import next_look
from agencies.client import CaseAttachment, CaseDraft
from agencies.outbox.writing import Purpose, insert_if_new
from agencies.rows import words

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


async def create(desk: Desk, draft: CaseDraft, agency: str, routing: Mapping[str, Any]) -> Created:
    """Write the case, its first event, its attachments and what tells the agency."""
    await _one_at_a_time(desk, draft)
    before = await history.read(desk.connection, case_.c.submission == draft.submission)
    if before:
        return Created(before, is_new=False)
    if like := await _like(desk, draft):
        return Created(await _add_to(desk, like, draft), is_new=False, duplicate_of=like.code)
    to = await addressee(desk.connection, agency)
    case, is_new = await _insert(desk, draft, to, routing)
    if is_new:
        data = {"agency": to.code, "agency_name": to.name}
        data |= {"confirmed": agency} if agency != to.code else {}
        await desk.record(case, EventKind.CREATED, CITIZEN, data=data)
        await attach(desk, case, draft.attachments, by="citizen")
        await desk.tell_agency(case, Purpose.FORWARD, to=to)
    return Created(case, is_new)


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


async def _one_at_a_time(desk: Desk, draft: CaseDraft) -> None:
    """Two forms of one citizen wait for each other; SQLite has one writer anyway."""
    if desk.connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(draft.conversation))
        await desk.connection.execute(sa.select(lock))


async def _like(desk: Desk, draft: CaseDraft) -> Case | None:
    """An open case of the same citizen that says the same."""
    same = [case_.c.conversation == draft.conversation] if draft.conversation else []
    same += [case_.c.contact_phone == draft.contact.phone] if draft.contact.phone else []
    same += [case_.c.contact_email == draft.contact.email] if draft.contact.email else []
    if not same:
        return None
    found = CASES.where(sa.or_(*same), case_.c.state.in_(OPEN), case_.c.wish == draft.wish)
    newest = found.order_by(case_.c.id.desc()).limit(50).with_for_update(of=case_)
    rows = await desk.connection.execute(newest)
    share = desk.rules.duplicates.share_of_words
    cases = map(to_case, rows.mappings())
    return next((case for case in cases if _alike(case.text, draft.text) >= share), None)


def _alike(one: str, other: str) -> float:
    ours, theirs = set(words(one)), set(words(other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


async def _add_to(desk: Desk, case: Case, draft: CaseDraft) -> Case:
    changed, is_new = await write(desk, case, draft.text, draft.submission)
    if is_new:
        await attach(desk, changed, draft.attachments, by="citizen")
    return changed


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
            look = next_look(case, desk.rules, desk.deadlines, desk.now)
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
