"""The outbox of a running process, from the settings of its environment."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.outbox.process import OutboxProcess
from agencies.outbox.results import Hooks
from agencies.outbox.settings import OutboxSettings
from agencies.senders.opening import open_senders
from agencies.senders.settings import ImapSettings, SmtpSettings
from agencies.staff.readers import Readers


def open_outbox(
    engine: AsyncEngine,
    hooks: Hooks,
    categories: Mapping[str, str],
    *,
    console_url: str = "",
    settings: OutboxSettings | None = None,
) -> OutboxProcess:
    """`categories` are the names of Decree 20/2008 Art. 5 by code, for letters."""
    senders = open_senders(categories, Readers(engine), console_url=console_url)
    settings = settings or OutboxSettings()
    mail = SmtpSettings().can_send
    return OutboxProcess(settings, engine, senders, hooks, imap=ImapSettings(), mail=mail)
