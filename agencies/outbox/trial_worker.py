"""A worker of the trial: a process of its own, made to be killed."""

import asyncio
import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.told import Told
from agencies.database import open_engine
from agencies.outbox.leases import Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Hooks, Results
from agencies.outbox.retries import Retries
from agencies.outbox.worker import Worker
from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.senders.citizen import CitizenSender
from agencies.senders.console import ConsoleSender
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.webhook import Endpoint, WebhookSender
from agencies.staff.readers import Readers
from gateway.client import StaffLine

SECRET = "the trial's secret of 32 characters"  # noqa: S105
ANSWER_SECONDS = 1.5
RETRIES = Retries(first=timedelta(seconds=0.05), longest=timedelta(seconds=0.5))
LEASE, SEND_SECONDS = timedelta(seconds=15), 12.0


@dataclass(frozen=True)
class Orders:
    url: str
    smtp_port: int
    webhook_port: int
    gateway_port: int
    webhooks: tuple[str, ...]


def start(orders: Orders) -> BaseProcess:
    """A fork of a clean process that has imported everything already."""
    context: Any = get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    process: BaseProcess = context.Process(target=_main, args=(orders,), daemon=True)
    process.start()
    return process


def _main(orders: Orders) -> None:
    logging.disable(logging.ERROR)  # Faults are what this is about.
    asyncio.run(_work(orders))


async def _work(orders: Orders) -> None:
    trial = parent_process()
    if trial:  # Who is interrupted leaves no workers behind.
        asyncio.get_running_loop().add_reader(trial.sentinel, os._exit, 1)
    engine = open_engine(orders.url)
    told = Told()
    worker = Worker(
        Leases(engine, length=LEASE),
        Results(engine, Hooks(sent=told.sent, dead=told.dead), RETRIES),
        _senders(orders, engine),
        OutboxMetrics(),
        poll_seconds=0.2,
        send_seconds=SEND_SECONDS,
    )
    await worker.run()


def _senders(orders: Orders, engine: AsyncEngine) -> dict[Kind, Sender]:
    letters = Letters({})
    smtp = SmtpSettings(
        host="127.0.0.1",
        port=orders.smtp_port,
        security="none",
        sender="mot-cua@tinh.gov.vn",
        seconds=ANSWER_SECONDS,
    )
    endpoint = Endpoint(f"http://127.0.0.1:{orders.webhook_port}/cases", SECRET)
    line = StaffLine.at(f"http://127.0.0.1:{orders.gateway_port}", "trial", seconds=ANSWER_SECONDS)
    return {
        Kind.CONSOLE: ConsoleSender(Readers(engine)),
        Kind.EMAIL: EmailSender(smtp, Mail(smtp, letters, SheetPrinter(letters))),
        Kind.WEBHOOK: WebhookSender(
            dict.fromkeys(orders.webhooks, endpoint), allow_private=True, seconds=ANSWER_SECONDS
        ),
        Kind.CITIZEN: CitizenSender(line),
    }
