"""A worker as its own process, which can be killed at any step of its work with the database."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.told import Told
from agencies.database import open_engine
from agencies.outbox.bounces import Bounce, Bounces
from agencies.outbox.digest import Digest
from agencies.outbox.leases import Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Hooks, Results
from agencies.outbox.retries import Retries
from agencies.outbox.worker import Worker
from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.senders.citizen import CitizenSender
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.webhook import Endpoint, WebhookSender
from gateway.client import StaffLine

SECRET = "a secret of thirty-two characters"
AGENCY = "so-tu-phap"
RETURNED = "<a.letter@tinh.gov.vn>"
MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # After the hour of the digest, in Hanoi.
TOLD = Told()
HOOKS = Hooks(sent=TOLD.sent, dead=TOLD.dead)  # As the process that serves has them.


@dataclass(frozen=True)
class Orders:
    url: str
    smtp_port: int = 0
    webhook_port: int = 0
    gateway_port: int = 0
    work: str = "send"  # Or "bounce" or "digest": one of the loops beside the worker.
    die_at: int = 0  # Before this step of its work with the database; 0: never.
    ahead: timedelta = timedelta(0)  # Of the real clock, so that left leases are over.
    lease: timedelta = timedelta(minutes=3)
    lives: bool = False  # Goes on until it is killed.


def start(orders: Orders) -> BaseProcess:
    """A fork of a clean process that has imported everything already."""
    context: Any = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process: BaseProcess = context.Process(target=_main, args=(orders,), daemon=True)
    process.start()
    return process


async def ended(process: BaseProcess) -> int | None:
    await asyncio.to_thread(process.join, 300)
    return process.exitcode


def worker_of(engine: AsyncEngine, orders: Orders) -> Worker:
    def clock() -> datetime:
        return datetime.now(UTC) + orders.ahead

    retries = Retries(first=timedelta(seconds=1), longest=timedelta(seconds=2))
    return Worker(
        Leases(engine, clock=clock, length=orders.lease),
        Results(engine, HOOKS, retries, clock=clock),
        senders_of(orders),
        OutboxMetrics(),
        send_seconds=30.0,
        poll_seconds=0.05,
    )


def senders_of(orders: Orders) -> dict[Kind, Sender]:
    smtp = SmtpSettings(
        host="127.0.0.1", port=orders.smtp_port, security="none", sender="mot-cua@tinh.gov.vn"
    )
    letters = Letters({})
    endpoint = Endpoint(f"http://127.0.0.1:{orders.webhook_port}/cases", SECRET)
    return {
        Kind.EMAIL: EmailSender(smtp, Mail(smtp, letters, SheetPrinter(letters))),
        Kind.WEBHOOK: WebhookSender({AGENCY: endpoint}, allow_private=True),
        Kind.CITIZEN: CitizenSender(StaffLine.at(f"http://127.0.0.1:{orders.gateway_port}", "t")),
    }


def _main(orders: Orders) -> None:
    asyncio.run(_work(orders))


async def _work(orders: Orders) -> None:
    tests = parent_process()
    if tests:  # Tests that are interrupted leave no workers behind.
        asyncio.get_running_loop().add_reader(tests.sentinel, os._exit, 1)
    engine = open_engine(orders.url)
    if orders.die_at:
        _count_down(engine, orders.die_at)
    if orders.work == "send":
        worker = worker_of(engine, orders)
        await (worker.run() if orders.lives else worker.send_due())
    else:
        await work_of(engine, orders)
    await engine.dispose()


async def work_of(engine: AsyncEngine, orders: Orders) -> object:
    """One round of a loop beside the worker."""
    if orders.work == "digest":
        return await Digest(engine, operator="truc@tinh.gov.vn", clock=lambda: MORNING).write_due()
    bounces = Bounces(engine, Retries(), OutboxMetrics(), dead=HOOKS.dead)
    return await bounces.take(Bounce("<report>", RETURNED, hard=True, reason="5.1.1"))


def _count_down(engine: AsyncEngine, steps: int) -> None:
    left = [steps]

    def step(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(engine.sync_engine, name, step)
