"""E-mail over SMTP. A server that cannot be used is not the fault of the letter."""

import asyncio
import ssl
from contextlib import suppress
from email.message import EmailMessage

import aiosmtplib

from agencies.senders.base import Later, Outcome, Parcel, Refused, Sent, Skipped
from agencies.senders.mail import Mail, NotAnAddress
from agencies.senders.settings import SmtpSettings

# Reserved by RFC 2606: nobody lives there, as in the example directory.
FICTIONAL = (".invalid", ".example", ".test")
TEMPORARY = range(400, 500)
GOODBYE_SECONDS = 5.0
UNAVAILABLE = 421  # The server closes the connection: it serves nobody now.


class EmailSender:
    def __init__(self, settings: SmtpSettings, mail: Mail) -> None:
        self._settings = settings
        self._mail = mail

    async def send(self, parcel: Parcel) -> Outcome:
        if not self._settings.can_send:  # It was, when this was written: all of it waits.
            return Later("no mail server is set", everyone=True)
        if parcel.recipient.lower().endswith(FICTIONAL):
            return Skipped("the address is fictional")
        try:
            # Drawing the sheet takes a moment of a processor.
            message = await asyncio.to_thread(self._mail.write, parcel)
        except NotAnAddress:
            return Refused("not an e-mail address")
        return await self._hand_over(message, parcel.recipient)

    async def close(self) -> None:
        pass

    async def _hand_over(self, message: EmailMessage, recipient: str) -> Outcome:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.seconds,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls(),
            username=settings.username or None,
            password=settings.password.get_secret_value() if settings.password else None,
        )
        try:
            await client.connect()
            sender = settings.bounce_address or settings.sender
            await client.send_message(message, sender=sender, recipients=[recipient])
            with suppress(aiosmtplib.SMTPException, OSError):  # It has the letter.
                await client.quit(timeout=GOODBYE_SECONDS)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return _outcome(error)
        finally:
            client.close()
        return Sent(str(message["Message-ID"]))

    def _tls(self) -> ssl.SSLContext | None:
        if self._settings.security == "none":
            return None
        return ssl.create_default_context(cafile=self._settings.ca_file)


def _outcome(error: Exception) -> Outcome:
    """What a fault means. Texts of the server may name people, so only codes are kept."""
    # A certificate that is not trusted is both, and no letter's fault.
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return Refused(f"the letter cannot be written: {type(error).__name__}")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        code = error.code
        where = "recipient" if isinstance(error, aiosmtplib.SMTPRecipientRefused) else "data"
        if code == UNAVAILABLE:
            return Later(f"smtp {code}", everyone=True)
        return (Later if code in TEMPORARY else Refused)(f"smtp {code} ({where})")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Later(f"smtp {error.code} ({type(error).__name__})", everyone=True)
    # A connection lost on the way says nothing about what the server has taken: the same
    # Message-ID goes out again. A server that answers slowly may be slow with this letter only.
    connected = not isinstance(error, aiosmtplib.SMTPConnectError | ssl.SSLError)
    lost = isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError)
    return Later(f"smtp: {type(error).__name__}", everyone=not (connected and lost))
