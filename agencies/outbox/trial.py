"""Cases sent through faults and killed processes, to count what is lost and what comes twice."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.store import CaseStore
from agencies.cases.tables import case_, case_event
from agencies.client import CaseDraft
from agencies.database import open_engine, upgrade
from agencies.directory import Directory
from agencies.model import Agency, Contact, ContactState, Kind, Level, Unit
from agencies.outbox.tables import delivery
from agencies.outbox.trial_worker import SECRET, Orders, start
from agencies.outbox.writing import Kind as Way
from agencies.outbox.writing import State
from agencies.rules import Rules
from agencies.senders.testing import Fault, GatewayServer, SmtpServer, WebhookReceiver
from agencies.staff.accounts import Draft
from agencies.staff.model import Role
from agencies.staff.room import open_room
from agencies.staff.settings import StaffSettings
from agencies.store import AgencyStore
from agencies.tables import agency
from vietnamese.workdays import WorkCalendar

AGENCIES, WORKERS = 20, 3
FAULTS = tuple(fault for fault in Fault if fault not in (Fault.NONE, Fault.FINAL))
FAULT_SHARE = 0.3
KILL_CHANCE = 0.005  # At each stage of a conversation.
SENT_AGAIN_SHARE = 0.1  # Forms that a citizen sends twice.
LONGEST_SECONDS = 7200.0


@dataclass(frozen=True)
class Report:
    """`lost` and `twice` are what must be nothing; the rest says how bad it was meanwhile."""

    cases: int
    deliveries: int
    lost: int
    twice: int
    kills: int
    faults: int
    known_repeats: int  # Came again under the same key, so that the receiver knew.
    seconds: float

    def __str__(self) -> str:
        return "\n".join(f"{name:14} {value:>8}" for name, value in asdict(self).items())


@dataclass
class Weather:
    """Which fault comes next, for all servers."""

    chance: random.Random
    fallen: int = 0

    def faults(self) -> Iterator[Fault]:
        while True:
            bad = self.chance.random() < FAULT_SHARE
            self.fallen += bad
            yield self.chance.choice(FAULTS) if bad else Fault.NONE


@dataclass
class Crew:
    """Worker processes, of which one is killed and replaced now and then, while they are busy."""

    chance: random.Random
    kill_chance: float
    kills: int = 0
    orders: Orders | None = None
    at_work: list[BaseProcess] = field(default_factory=list)

    def begin(self, orders: Orders) -> None:
        self.orders = orders
        self.at_work = [start(orders) for _ in range(WORKERS)]

    async def strike(self, stage: str) -> None:
        """At any stage of any conversation: who is killed may be the one that is talking."""
        if self.orders and self.at_work and self.chance.random() < self.kill_chance:
            self.kills += 1
            victim = self.at_work.pop(self.chance.randrange(len(self.at_work)))
            victim.kill()
            self.at_work.append(start(self.orders))

    def dismiss(self) -> None:
        for process in self.at_work:
            process.kill()
            process.join()
        self.at_work = []


async def run_trial(
    url: str, cases: int, *, seed: int = 1, kill_chance: float = KILL_CHANCE
) -> Report:
    """On an empty database. Raises TimeoutError when not everything is sent in two hours."""
    engine = open_engine(url)
    begun = time.monotonic()
    weather, chance = Weather(random.Random(seed)), random.Random(seed)  # noqa: S311
    crew = Crew(chance, kill_chance)
    try:
        await upgrade(engine)
        await AgencyStore(engine).replace(Directory(_agencies(), ()), file="trial")
        await _accounts(engine)
        webhooks = tuple(f"so-{number}" for number in range(0, AGENCIES, 2))
        async with (
            SmtpServer(faults=weather.faults(), seen=crew.strike) as smtp,
            WebhookReceiver(faults=weather.faults(), seen=crew.strike, secret=SECRET) as receiver,
            GatewayServer(faults=weather.faults(), seen=crew.strike) as gateway,
        ):
            crew.begin(Orders(url, smtp.port, receiver.port, gateway.port, webhooks))
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    await _create(engine, cases, frozenset(webhooks), chance)
                    await _wait_until_sent(engine)
            finally:
                crew.dismiss()
        taken = len(smtp.accepted) + len(receiver.calls) + len(gateway.calls)
        known = len(smtp.letters) + len(receiver.worked) + len(gateway.worked)
        came = _came(smtp, receiver, gateway)
        return Report(
            cases=cases,
            deliveries=await _count(engine, delivery.c.id.is_not(None)),
            lost=await _lost(engine, came, cases),
            twice=sum(number - 1 for number in came.values()) + await _told_twice(engine),
            kills=crew.kills,
            faults=weather.fallen,
            known_repeats=taken - known,
            seconds=round(time.monotonic() - begun, 1),
        )
    finally:
        await engine.dispose()


def _agencies() -> tuple[Agency, ...]:
    return tuple(
        Agency(
            code=f"so-{number}",
            name=f"So {number}",
            kind=Kind.DEPARTMENT if number else Kind.TRIAGE,
            level=Level.PROVINCE,
            area=(Unit("99", "Tinh"),),
            contact=Contact(ContactState.CONFIRMED, email=f"so-{number}@tinh.gov.vn"),
        )
        for number in range(AGENCIES)
    )


async def _accounts(engine: AsyncEngine) -> None:
    """At every third agency somebody looks at the console; the others are told by other ways."""
    accounts = open_room(engine, StaffSettings()).accounts
    async with engine.connect() as connection:
        found = sa.select(agency.c.id).where(agency.c.position % 3 == 0)
        ids = (await connection.execute(found)).scalars().all()
    for number in ids:
        await accounts.add(Draft(f"clerk.{number}", "Clerk", Role.CLERK, number), None)


async def _create(
    engine: AsyncEngine, cases: int, webhooks: frozenset[str], chance: random.Random
) -> None:
    """Through the store of cases, as the API does; some forms come twice."""
    store = CaseStore(engine, Rules.load(), WorkCalendar.load(), webhooks=webhooks)
    for number in range(cases):
        code = f"so-{number % AGENCIES}"
        draft = CaseDraft(
            submission=f"form-{number}",
            conversation=f"portal:{number:022}",
            channel="portal",
            wish="feedback",
            text=f"Case {number}",
            agency=code,
        )
        for _ in range(1 + (chance.random() < SENT_AGAIN_SHARE)):
            await _insist(store, draft)


async def _insist(store: CaseStore, draft: CaseDraft) -> None:
    """As whoever fills a form in does when it failed: the same one again."""
    while True:
        try:
            await store.create(draft, agency=draft.agency)
            return
        except OperationalError:  # SQLite has one writer, and the workers are three more.
            await asyncio.sleep(0.5)


async def _wait_until_sent(engine: AsyncEngine) -> None:
    while await _count(engine, delivery.c.state.in_((State.WAITING, State.SENDING))):
        await asyncio.sleep(0.5)


async def _count(engine: AsyncEngine, *where: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(delivery).where(*where)
    async with engine.connect() as connection:
        number: int = (await connection.execute(counted)).scalar_one()
    return number


Came = tuple[str, str, str]


def _came(smtp: SmtpServer, receiver: WebhookReceiver, gateway: GatewayServer) -> Counter[Came]:
    """What the receivers worked on, by way, case and words: a new key for an old fact shows."""
    came: Counter[Came] = Counter()
    for letter in smtp.letters.values():
        came[Way.EMAIL, str(letter["Subject"]).split("]")[0].strip("["), str(letter["To"])] += 1
    for call in receiver.worked.values():
        case = call["case"]
        code = case["code"] if isinstance(case, dict) else ""
        came[Way.WEBHOOK, code, str(call["purpose"])] += 1
    for message in gateway.worked.values():
        came[Way.CITIZEN, str(message["case_code"]), str(message["text"])] += 1
    return came


async def _lost(engine: AsyncEngine, came: Counter[Came], cases: int) -> int:
    """Cases that are missing or not called forwarded, and deliveries that did not arrive."""
    async with engine.connect() as connection:
        forwarded = sa.select(sa.func.count()).where(case_.c.forwarded_at.is_not(None))
        known: int = (await connection.execute(forwarded)).scalar_one()
    outward = delivery.c.recipient_kind != Way.CONSOLE
    due = await _count(engine, outward)
    # A console that nobody looks at is left out once the case was told by another way.
    done = sa.or_(
        delivery.c.state == State.SENT,
        sa.and_(delivery.c.state == State.WITHDRAWN, ~outward),
    )
    unsent = await _count(engine, ~done)
    return (cases - known) + max(due - len(came), unsent)


async def _told_twice(engine: AsyncEngine) -> int:
    """Facts that were written into a case's history more than once."""
    of_case = (
        sa.select((sa.func.count() - 1).label("more"))
        .where(case_event.c.kind == "forwarded")
        .group_by(case_event.c.case_id)
        .subquery()
    )
    async with engine.connect() as connection:
        total = await connection.execute(sa.select(sa.func.sum(of_case.c.more)))
        return int(total.scalar() or 0)
