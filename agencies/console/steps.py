"""The steps staff can take with a case: which permission each needs, and how it is done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from agencies.cases.model import Actor, Case, Changed, Handling, NotNow, Stale
from agencies.console.case_form import CaseForm
from agencies.console.work_room import WorkRoom
from agencies.rows import spaced
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope


class WhyErased(StrEnum):
    """Why staff erase whose case it is, before its time is over."""

    ASKED = "asked"  # The citizen asked, by telephone, letter or in person.
    OF_ANOTHER = "of_another"  # It holds somebody's data who did not hand it over.
    ORDERED = "ordered"  # An authority says so.


@dataclass(frozen=True)
class Taking:
    """Somebody takes a step with a case as they saw it."""

    room: WorkRoom
    case: Case
    form: CaseForm
    staff: Staff
    scope: Scope

    @property
    def by(self) -> Actor:
        return Actor.staff(self.staff.id, self.staff.full_name)


Run = Callable[[Taking], Awaitable[Changed]]


@dataclass(frozen=True)
class Step:
    permission: Permission
    run: Run
    in_bulk: bool = False


async def _register(taking: Taking) -> Changed:
    return await taking.room.cases.register(taking.case, taking.by)


async def _take(taking: Taking) -> Changed:
    return await taking.room.cases.assign(taking.case, taking.staff.id, taking.by)


async def _assign(taking: Taking) -> Changed:
    """To somebody who sees the case; nobody takes the name away."""
    person = taking.form.person
    if person is not None:
        seeing = await taking.room.colleagues.of(taking.case.agency_id, taking.scope)
        if person not in {colleague.id for colleague in seeing}:
            return NotNow(taking.case.code, "assignee")
    return await taking.room.cases.assign(taking.case, person, taking.by)


async def _note(taking: Taking) -> Changed:
    return await taking.room.cases.note(taking.case, taking.form.words, taking.by)


async def _draft(taking: Taking) -> Changed:
    return await taking.room.cases.draft(taking.case, taking.form.words, taking.by)


async def _approve(taking: Taking) -> Changed:
    return await taking.room.cases.approve(taking.case, taking.by)


async def _answer(taking: Taking) -> Changed:
    return await taking.room.cases.answer(taking.case, taking.form.words, taking.by)


async def _ask(taking: Taking) -> Changed:
    return await taking.room.cases.ask_citizen(taking.case, taking.form.words, taking.by)


async def _transfer(taking: Taking) -> Changed:
    to = await agency_meant(taking.room, taking.form.agency)
    if to is None:
        return NotNow(taking.case.code, "to")
    return await taking.room.cases.transfer(taking.case, to, taking.form.words, taking.by)


async def _decline(taking: Taking) -> Changed:
    """It ends a case as an answer does: where one needs approval, only who may give it declines."""
    approves = taking.staff.may(Permission.APPROVE_ANSWERS)
    if taking.room.rules.approval.by_another and not approves:
        return NotNow(taking.case.code, "decline_approval")
    return await taking.room.cases.decline(taking.case, taking.form.words, taking.by)


async def _close(taking: Taking) -> Changed:
    return await taking.room.cases.close(taking.case, taking.by)


async def _handle(taking: Taking) -> Changed:
    if taking.form.handling not in tuple(Handling):
        return NotNow(taking.case.code, "handling")
    handling = Handling(taking.form.handling)
    return await taking.room.cases.handle_as(taking.case, handling, taking.form.words, taking.by)


async def _erase(taking: Taking) -> Changed:
    """Every case of the conversation that it began in, as when the citizen asks there."""
    case, cases = taking.case, taking.room.cases
    if taking.form.why not in tuple(WhyErased):
        return NotNow(case.code, "reason")
    if not taking.form.confirmed:
        return NotNow(case.code, "confirm")
    if not case.conversation:
        return NotNow(case.code, "erased")
    seen = await cases.case(case.code, taking.scope)
    if seen is None or seen.version != case.version:
        return Stale(case.code)
    await cases.erase(case.conversation)
    return await cases.case(case.code, taking.scope) or seen


STEPS: Mapping[str, Step] = {
    "register": Step(Permission.WORK_ON_CASES, _register, in_bulk=True),
    "take": Step(Permission.WORK_ON_CASES, _take, in_bulk=True),
    "assign": Step(Permission.ASSIGN_CASES, _assign, in_bulk=True),
    "note": Step(Permission.WORK_ON_CASES, _note),
    "draft": Step(Permission.WORK_ON_CASES, _draft),
    "approve": Step(Permission.APPROVE_ANSWERS, _approve),
    "answer": Step(Permission.WORK_ON_CASES, _answer),
    "ask": Step(Permission.WORK_ON_CASES, _ask),
    "transfer": Step(Permission.WORK_ON_CASES, _transfer, in_bulk=True),
    "decline": Step(Permission.WORK_ON_CASES, _decline),
    "close": Step(Permission.WORK_ON_CASES, _close, in_bulk=True),
    "handle": Step(Permission.WORK_ON_CASES, _handle),
    "erase": Step(Permission.ERASE_CASES, _erase),
}


async def agency_meant(room: WorkRoom, written: str) -> str | None:
    """The code of the one agency that is meant, by its code or its name; None if none or more."""
    if not written:
        return None
    if found := await room.agencies.agency(written):
        return found.code
    fitting = await room.agencies.agencies(written)
    name = spaced([written])
    same = [agency for agency in fitting if spaced([agency.name]) == name]
    only = same if len(same) == 1 else fitting
    return only[0].code if len(only) == 1 else None


def noting(
    room: WorkRoom,
    request: Request,
    staff: Staff,
    step: str,
    before: Case,
    form: CaseForm,
    *,
    bulk: bool = False,
) -> WorkRoom:
    """The same room, in which a step is taken only together with its row of the audit."""

    async def note(connection: AsyncConnection, after: object) -> None:
        kept = _facts(step, before, after, form) | ({"bulk": True} if bulk else {})
        await audit.record(connection, staff, request, f"case.{step}", "case", before.code, kept)

    return replace(room, cases=room.cases.noting(note))


def _facts(step: str, before: Case, after: object, form: CaseForm) -> dict[str, Any]:
    """What the audit keeps of a step: no words."""
    if not isinstance(after, Case):
        return {"why": form.why, "cases": after}
    kept: dict[str, Any] = {"version": after.version}
    if before.agency_code != after.agency_code:
        kept |= {"from": before.agency_code, "to": after.agency_code}
    if step in ("assign", "take"):
        kept["assignee"] = after.assignee_id
    return kept
