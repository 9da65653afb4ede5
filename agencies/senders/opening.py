"""Every way out there is. Adding one is a module, a line here and a class of tests."""

from collections.abc import Mapping

from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.senders.citizen import CitizenSender
from agencies.senders.console import ConsoleSender, Readers
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import LineSettings, SmtpSettings, WebhookSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.webhook import WebhookSender, read_endpoints
from gateway.client import StaffLine


def open_senders(
    categories: Mapping[str, str], readers: Readers, *, console_url: str = ""
) -> dict[Kind, Sender]:
    """Raises UnreadableEndpoints, NotAnAddress: a setting that cannot work stops the start."""
    smtp, webhook, line = SmtpSettings(), WebhookSettings(), LineSettings()
    letters = Letters(categories, console_url=console_url)
    mail = Mail(smtp, letters, SheetPrinter(letters))
    token = line.token.get_secret_value() if line.token else ""
    return {
        Kind.CONSOLE: ConsoleSender(readers),
        Kind.EMAIL: EmailSender(smtp, mail),
        Kind.WEBHOOK: WebhookSender(
            read_endpoints(webhook.endpoints),
            allow_private=webhook.allow_private,
            seconds=webhook.seconds,
        ),
        Kind.CITIZEN: CitizenSender(StaffLine.at(line.url, token)),
    }
