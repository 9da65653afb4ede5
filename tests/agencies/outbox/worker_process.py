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

from agencies.database import open_engine
from agencies.outbox.leases import Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Hooks, Results
from agencies.outbox.retries import Retries
from agencies.outbox.worker import Worker
from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.webhook import Endpoint, WebhookSender
from tests.agencies.outbox.samples import mark_forwarded

SECRET = "a secret of thirty-two characters"
AGENCY = "so-tu-phap"


@dataclass(frozen=True)
class Orders:
    url: str
    smtp_port: int = 0
    webhook_port: int = 0
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
        Results(engine, Hooks(sent=mark_forwarded), retries, clock=clock),
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
    worker = worker_of(engine, orders)
    await (worker.run() if orders.lives else worker.send_due())
    await engine.dispose()


def _count_down(engine: AsyncEngine, steps: int) -> None:
    left = [steps]

    def step(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(engine.sync_engine, name, step)
