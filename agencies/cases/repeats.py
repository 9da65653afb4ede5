"""A form that says again what an open case says: it is added there, or staff are pointed to it."""

from collections.abc import Iterable

import sqlalchemy as sa

from agencies.cases.addressees import Addressee
from agencies.cases.citizen_steps import write
from agencies.cases.desk import Desk
from agencies.cases.model import OPEN, Case
from agencies.cases.rows import CASES, findable, to_case
from agencies.cases.tables import attachment, case_
from agencies.client import CaseDraft
from agencies.rows import words

MOST_LOOKED_AT = 50


async def repeated(desk: Desk, draft: CaseDraft, to: Addressee) -> Case | None:
    """The open case of the same conversation about the same matter at the same agency.

    A contact proves nothing: whoever types a neighbour's phone must not get into their case.
    """
    if not draft.conversation:
        return None
    procedure, place = draft.procedure, draft.place
    same = {
        "conversation": draft.conversation,
        "agency_id": to.id,
        "wish": draft.wish,
        "procedure_code": procedure.code if procedure else "",
        "dossier_code": draft.dossier_code,
        "place_code": place.code if place else "",
        "place_name": place.name if place else "",
    }
    found = CASES.where(*(case_.c[name] == value for name, value in same.items()))
    case = await _alike(desk, found.with_for_update(of=case_), draft)
    return case if case and await _has_room(desk, case, draft) else None


async def similar(desk: Desk, draft: CaseDraft) -> str:
    """The code of an open case that says the same and may be of the same citizen; a hint only."""
    contact = draft.contact
    same = [case_.c.conversation == draft.conversation] if draft.conversation else []
    same += [case_.c.contact_phone == contact.phone] if contact.phone else []
    same += [case_.c.contact_email == contact.email] if contact.email else []
    case = await _alike(desk, CASES.where(sa.or_(*same)), draft) if same else None
    return case.code if case else ""


async def add(desk: Desk, case: Case, draft: CaseDraft) -> tuple[Case, bool]:
    """The words become the citizen's message, and what they said of themselves last holds."""
    changed, is_new = await write(desk, case, draft.text, draft.submission)
    if not is_new:
        return changed, False
    values = {f"contact_{name}": value for name, value in vars(draft.contact).items() if value}
    if draft.consent:
        values |= {"consent_version": draft.consent.version, "consent_at": draft.consent.at}
    indexed = values | {"search_text": findable(vars(changed) | values)}
    await desk.connection.execute(case_.update().where(case_.c.id == case.id).values(indexed))
    return changed, True


async def _alike(desk: Desk, found: sa.Select[tuple[object, ...]], draft: CaseDraft) -> Case | None:
    """The newest open one of these that has the same words."""
    newest = found.where(case_.c.state.in_(OPEN)).order_by(case_.c.id.desc()).limit(MOST_LOOKED_AT)
    rows = await desk.connection.execute(newest)
    cases: Iterable[Case] = map(to_case, rows.mappings())
    share = desk.rules.duplicates.share_of_words
    return next((case for case in cases if _shared(case.text, draft.text) >= share), None)


def _shared(one: str, other: str) -> float:
    ours, theirs = set(words(one)), set(words(other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


async def _has_room(desk: Desk, case: Case, draft: CaseDraft) -> bool:
    """A case has so many files at most, in one form or in ten; what does not fit is its own."""
    counted = sa.select(sa.func.count()).where(attachment.c.case_id == case.id)
    there = int((await desk.connection.execute(counted)).scalar_one())
    return there + len(draft.attachments) <= max(there, desk.rules.attachments.most)
