"""One letter: the same parcel always makes the same message, under the same Message-ID."""

import hashlib
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from agencies.outbox.writing import Purpose
from agencies.senders.base import Parcel
from agencies.senders.letters import Letters
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter


class NotAnAddress(ValueError):
    """No letter can go there."""


class Mail:
    def __init__(self, settings: SmtpSettings, letters: Letters, printer: SheetPrinter) -> None:
        self._letters = letters
        self._printer = printer
        self._from = _address(settings.sender, settings.sender_name)
        self._reply_to = settings.reply_to

    def message_id(self, key: str) -> str:
        return f"<{key}@{self._from.domain}>"

    def write(self, parcel: Parcel) -> EmailMessage:
        """Raises NotAnAddress."""
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = self.message_id(parcel.key)
        message["Date"] = format_datetime(parcel.written_at)
        message["From"] = self._from
        message["To"] = _address(parcel.recipient)
        if self._reply_to:
            message["Reply-To"] = _address(self._reply_to)
        message["Subject"] = self._letters.subject(parcel)
        message["Auto-Submitted"] = "auto-generated"
        if parcel.case:
            # No letter has this id: it only holds all letters about a case together.
            thread = self._thread(parcel.case.code)
            message["In-Reply-To"] = thread
            message["References"] = thread
        message.set_content(self._letters.text(parcel), cte="base64")
        # Words of citizens stand on the sheet only: letters lie open in more places.
        if parcel.purpose == Purpose.FORWARD or parcel.added:
            self._attach(message, parcel)
        return message

    def _thread(self, code: str) -> str:
        named = hashlib.sha256(f"case {code}".encode()).hexdigest()[:24]
        return f"<case.{named}@{self._from.domain}>"

    def _attach(self, message: EmailMessage, parcel: Parcel) -> None:
        if parcel.case:
            content = self._printer.print(
                parcel.case, parcel.added, with_contact=parcel.purpose == Purpose.FORWARD
            )
            name = self._printer.filename(parcel.case)
            message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
            message.set_boundary(f"part-{parcel.key}")


def _address(text: str, name: str = "") -> Address:
    try:
        address = Address(display_name=name, addr_spec=text)
    except (ValueError, LookupError, MessageError) as error:
        raise NotAnAddress(type(error).__name__) from error
    if not (text.isascii() and text.isprintable() and address.username and address.domain):
        raise NotAnAddress("not an address")
    return address
