"""Cases in the database. Every method is one transaction: the case, its history, its deliveries."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases import citizen_steps, clockwork, creating, erasing, history, rows, staff_steps
from agencies.cases.codes import new_code, read_code
from agencies.cases.deadlines import Deadlines
from agencies.cases.desk import Desk
from agencies.cases.model import (
    Actor,
    Case,
    Changed,
    Created,
    Event,
    Handling,
    NotNow,
    Stale,
)
from agencies.cases.tables import case_
from agencies.client import CaseDraft
from agencies.database import writing
from agencies.erasures import scrub
from agencies.rules import Rules
from agencies.staff.scope import Scope
from vietnamese.workdays import WorkCalendar

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
T = TypeVar("T")
Note = Callable[[AsyncConnection, object], Awaitable[None]]  # Of what a step gave back.
AT_ONCE = 200  # Cases in one round of the clock.
PUT_OFF = timedelta(minutes=15)  # Until a case is looked at again on which that failed.


def now() -> datetime:
    return datetime.now(UTC)


class CaseStore:
    """Steps of staff take the case as it was read and may give Stale or NotNow, which write
    nothing; steps of a citizen take the code."""

    def __init__(
        self,
        engine: AsyncEngine,
        rules: Rules,
        calendar: WorkCalendar,
        clock: Clock = now,
        *,
        webhooks: frozenset[str] = frozenset(),
        mail: bool = True,
        code: Callable[[], str] = new_code,
    ) -> None:
        """`webhooks` are the codes of agencies that are told over one; `mail`: others by letter."""
        self._engine = engine
        self._writer = writing(engine)
        self._rules = rules
        self._deadlines = Deadlines(rules, calendar)
        self._clock = clock
        self._webhooks = webhooks
        self._mail = mail
        self._code = code
        self._note: Note | None = None

    def noting(self, note: Note) -> Self:
        """The same, but what is changed is noted last in its transaction, or is not changed."""
        other = copy(self)
        other._note = note
        return other

    # --- read

    async def case(self, code: str, scope: Scope) -> Case | None:
        """The case with this code, however it was typed, if it is within the scope."""
        return await self._read(scope.where(case_.c.agency_id), case_.c.code == read_code(code))

    async def public_case(self, code: str) -> Case | None:
        """For whoever holds the code: show nothing personal of it."""
        return await self._read(case_.c.code == read_code(code))

    async def of_conversation(self, conversation: str, most: int = 10) -> list[Case]:
        """The newest cases that began in a conversation; "" is nobody's."""
        if not conversation:
            return []
        found = rows.CASES.where(case_.c.conversation == conversation)
        async with self._engine.connect() as connection:
            newest = found.order_by(case_.c.id.desc()).limit(most)
            return list(map(rows.to_case, (await connection.execute(newest)).mappings()))

    async def events(self, case_id: int) -> list[Event]:
        """The whole history, oldest first; of a case that was read within a scope."""
        async with self._engine.connect() as connection:
            found = await connection.execute(rows.history(case_id))
            return [rows.to_event(row) for row in found.mappings()]

    def can_reopen(self, case: Case) -> bool:
        reopening = self._rules.reopening
        return citizen_steps.can_reopen(case, reopening, self._deadlines, self._clock())

    # --- citizen

    async def create(
        self, draft: CaseDraft, *, agency: str, routing: Mapping[str, Any] | None = None
    ) -> Created | NotNow:
        """Once per submission; words that repeat an open case of the conversation are added to it.

        NotNow when the citizen asked to be forgotten while the form was on its way.

        An agency that was dissolved gives way to its successor or to triage. Raises
        NobodyToReceive while the directory is empty.
        """
        return await self._write(lambda desk: creating.create(desk, draft, agency, routing or {}))

    async def citizen_wrote(self, code: str, text: str, submission: str) -> Case | NotNow | None:
        """Add what the citizen writes; None for an unknown code."""

        async def step(desk: Desk, case: Case) -> Case | NotNow:
            return await citizen_steps.wrote(desk, case, text, submission)

        return await self._of_citizen(code, step)

    async def rate(self, code: str, score: int, words: str = "") -> Case | NotNow | None:
        """Rate the answer from 1 to 5; None for an unknown code."""
        return await self._of_citizen(
            code, lambda desk, case: citizen_steps.rate(desk, case, score, words)
        )

    async def reopen(self, code: str, reason: str, submission: str) -> Case | NotNow | None:
        """Say that it is not solved; None for an unknown code."""
        return await self._of_citizen(
            code, lambda desk, case: citizen_steps.reopen(desk, case, reason, submission)
        )

    async def erase(self, conversation: str) -> int:
        """Forget who wrote in this conversation; how many cases. The facts for figures stay."""
        erased = await self._write(lambda desk: erasing.erase(desk, conversation))
        if erased:
            await scrub(self._engine)
        return erased

    # --- staff

    async def register(self, case: Case, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.register(desk, case, by))

    async def transfer(self, case: Case, to: str, reason: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.transfer(desk, case, to, reason, by))

    async def assign(self, case: Case, assignee: int | None, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.assign(desk, case, assignee, by))

    async def note(self, case: Case, text: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.note(desk, case, text, by))

    async def draft(self, case: Case, text: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.draft(desk, case, text, by))

    async def approve(self, case: Case, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.approve(desk, case, by))

    async def answer(self, case: Case, text: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.answer(desk, case, text, by))

    async def ask_citizen(self, case: Case, text: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.ask_citizen(desk, case, text, by))

    async def decline(self, case: Case, reason: str, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.decline(desk, case, reason, by))

    async def close(self, case: Case, by: Actor) -> Changed:
        return await self._write(lambda desk: staff_steps.close(desk, case, by))

    async def handle_as(self, case: Case, handling: Handling, notice: str, by: Actor) -> Changed:
        """Another time limit (7 or 10 days); a special one needs a notice to the citizen."""
        return await self._write(
            lambda desk: staff_steps.handle_as(desk, case, handling, notice, by)
        )

    # --- time

    async def tick(self, at: datetime | None = None) -> int:
        """Do what time alone does; how many cases were looked at. Several processes may call it."""
        moment = at or self._clock()
        async with self._engine.connect() as connection:
            due = clockwork.due(moment, AT_ONCE)
            late = (await connection.execute(due)).scalars().all()
            moved = (await connection.execute(clockwork.orphaned(AT_ONCE))).scalars().all()
        for case_id in moved:
            await self._look(case_id, moment, clockwork.follow)
        for case_id in late:
            await self._look(case_id, moment, clockwork.look)
        return len(late) + len(moved)

    async def _look(
        self, case_id: int, at: datetime, step: Callable[[Desk, Case], Awaitable[None]]
    ) -> None:
        """One case on which it fails must not keep the others waiting: it is put off."""
        try:
            async with self._desk(at) as desk:
                case = await history.read(desk.connection, case_.c.id == case_id, lock=True)
                if case:
                    await step(desk, case)
        except Exception as error:  # Whatever it is, it is this case's.
            logger.error("case %d was not looked at: %s", case_id, type(error).__name__)
            async with self._writer.begin() as connection:
                await connection.execute(clockwork.put_off(case_id, at + PUT_OFF))

    # --- transactions

    async def _read(self, *where: sa.ColumnElement[bool]) -> Case | None:
        async with self._engine.connect() as connection:
            return await history.read(connection, *where)

    @asynccontextmanager
    async def _desk(self, at: datetime | None = None) -> AsyncIterator[Desk]:
        async with self._writer.begin() as connection:
            yield Desk(
                connection=connection,
                rules=self._rules,
                deadlines=self._deadlines,
                now=at or self._clock(),
                webhooks=self._webhooks,
                mail=self._mail,
                code=self._code,
            )

    async def _write(self, work: Callable[[Desk], Awaitable[T]]) -> T:
        """A value that says that nothing is to be written undoes what the step began."""
        async with self._desk() as desk:
            result = await work(desk)
            if isinstance(result, Stale | NotNow):
                await desk.connection.rollback()
            elif self._note:
                await self._note(desk.connection, result)
            return result

    async def _of_citizen(
        self, code: str, step: Callable[[Desk, Case], Awaitable[Case | NotNow]]
    ) -> Case | NotNow | None:
        async def work(desk: Desk) -> Case | NotNow | None:
            found = case_.c.code == read_code(code)
            case = await history.read(desk.connection, found, lock=True)
            return await step(desk, case) if case else None

        return await self._write(work)
