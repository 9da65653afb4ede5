"""Erases personal data whose time is over, class by class, and what open cases still owed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.erasing import erase_class, promised
from agencies.cases.forgetting import sweep
from agencies.cases.model import EventKind, State
from agencies.cases.tables import attachment, case_, case_event
from agencies.database import writing
from agencies.erasures import DataClass, Erasure, Why, scrub, write
from agencies.outbox.tables import delivery
from agencies.retention_rules import RetentionRules

logger = logging.getLogger(__name__)

AT_ONCE = 200  # Cases in one transaction.
CONTACT = (
    "conversation",
    "dossier_code",
    *(f"contact_{name}" for name in ("name", "phone", "email", "address")),
)
ENDED = (State.CLOSED, State.DECLINED)  # An answered one may still be reopened.


@dataclass(frozen=True)
class Due:
    """What is to go of which cases, and the rule that says so."""

    data_class: DataClass
    why: Why
    basis: str
    where: sa.ColumnElement[bool]


class Retention:
    def __init__(
        self, engine: AsyncEngine, rules: RetentionRules, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._rules = rules
        self._clock = clock

    @property
    def unset(self) -> tuple[DataClass, ...]:
        return self._rules.unset

    async def run(self, *, dry_run: bool = False) -> list[Erasure]:
        """Erase what is due; how much of each class. A dry run only counts."""
        now = self._clock()
        if not dry_run:
            async with writing(self._engine).begin() as connection:
                await sweep(connection, now)
        counted = [
            Erasure(due.data_class, due.why, await self._work(due, now, dry_run), now, due.basis)
            for due in _due(self._rules, now)
        ]
        done = [erasure for erasure in counted if erasure.cases]
        if done and not dry_run:
            await scrub(self._engine)
        return done

    async def _work(self, due: Due, now: datetime, dry_run: bool) -> int:
        if dry_run:
            counted = sa.select(sa.func.count()).select_from(case_).where(due.where)
            async with self._engine.connect() as connection:
                return int((await connection.execute(counted)).scalar_one())
        erased = 0
        while batch := await self._batch(due, now):
            erased += batch
        return erased

    async def _batch(self, due: Due, now: datetime) -> int:
        """One transaction: a kill between two leaves each erased and recorded, or neither."""
        async with writing(self._engine).begin() as connection:
            ids = await _locked(connection, due)
            if ids:
                await erase_class(connection, due.data_class, ids, at=now)
                done = Erasure(due.data_class, due.why, len(ids), now, due.basis)
                await write(connection, done)
        return len(ids)


class RetentionLoop:
    """Runs once at the start and then every so many hours; several processes may."""

    def __init__(self, retention: Retention, *, every_hours: float = 24.0) -> None:
        self._retention = retention
        self._every_seconds = every_hours * 3600
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        if self._retention.unset:
            logger.warning(
                "personal data is kept for ever, no time is set: %s",
                ", ".join(self._retention.unset),
            )
        while not self._stopped.is_set():
            try:
                for done in await self._retention.run():
                    logger.info("erased %s of %d cases", done.data_class, done.cases)
            except SQLAlchemyError as error:
                logger.error("personal data could not be erased: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._every_seconds)

    def stop(self) -> None:
        """Leave the loop after the run that is under way."""
        self._stopped.set()


def _due(rules: RetentionRules, now: datetime) -> list[Due]:
    ended = case_.c.state.in_(ENDED)
    # The words last: they take drafts along, and with them a promise is kept.
    classes = sorted(DataClass, key=lambda one: one is DataClass.WORDS)
    owed = [
        Due(data_class, Why.REQUEST, "", sa.and_(ended, promised(), _left(data_class)))
        for data_class in classes
    ]
    expired = []
    for data_class in classes:
        period = rules.period(data_class)
        if period.days is not None:
            over = sa.func.coalesce(case_.c.closed_at, case_.c.answered_at)
            passed = over < now - timedelta(days=period.days)
            where = sa.and_(ended, passed, _left(data_class))
            expired.append(Due(data_class, Why.EXPIRED, period.source or "", where))
    return [*owed, *expired]


def _left(data_class: DataClass) -> sa.ColumnElement[bool]:
    """Whether a case still has something of the class."""
    sent = delivery.c.case_id == case_.c.id
    drafted = sa.and_(
        case_event.c.case_id == case_.c.id,
        case_event.c.kind == EventKind.DRAFTED,
        case_event.c.text != "",
    )
    left = {
        DataClass.CONTACT: sa.or_(*(case_.c[name] != "" for name in CONTACT)),
        DataClass.WORDS: case_.c.erased_at.is_(None),
        DataClass.DRAFTS: sa.or_(case_.c.draft != "", sa.exists().where(drafted)),
        DataClass.ATTACHMENTS: sa.exists().where(attachment.c.case_id == case_.c.id),
        DataClass.DELIVERIES: sa.exists().where(
            sent, sa.or_(sa.cast(delivery.c.payload, sa.Text) != "{}", delivery.c.error != "")
        ),
    }
    return left[data_class]


async def _locked(connection: AsyncConnection, due: Due) -> list[int]:
    found = sa.select(case_.c.id).where(due.where).order_by(case_.c.id).limit(AT_ONCE)
    locked = found.with_for_update(of=case_, skip_locked=True)
    return list((await connection.execute(locked)).scalars())
