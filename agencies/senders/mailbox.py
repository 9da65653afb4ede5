"""The mailbox of the bounce address, read over IMAP; every mail is looked at once."""

import asyncio
import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from agencies.outbox.bounces import Bounce
from agencies.senders.reports import read_report
from agencies.senders.settings import ImapSettings

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
LARGEST = 1_000_000  # Bytes: a report is small.
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

T = TypeVar("T")
Take = Callable[[Bounce], Awaitable[object]]


class MailboxDown(Exception):
    """The mailbox cannot be read now."""


class Mailbox:
    def __init__(self, settings: ImapSettings, take: Take) -> None:
        self._settings = settings
        self._take = take

    async def look(self) -> int:
        """Take every report among the unread mails; how many. Raises MailboxDown.

        A mail is marked as read only after its report was taken, so a process that dies between
        takes it twice, which is harmless. What is no report is flagged for a person, and a report
        that could not be taken now stays unread: neither keeps the others from being looked at.
        """
        mails = await self._run(self._unread)
        done: dict[bytes, bool] = {}
        try:
            for number, raw in mails:
                bounce = read_report(raw)
                if bounce is None or await self._is_taken(bounce):
                    done[number] = bounce is not None
        finally:
            if done:
                await self._run(partial(self._mark, done))
        return sum(done.values())

    async def _is_taken(self, bounce: Bounce) -> bool:
        try:
            await self._take(bounce)
        except Exception as error:  # Whatever it is, it is about this report.
            logger.error("a bounce waits until the next time: %s", type(error).__name__)
            return False
        return True

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxDown(type(error).__name__) from error

    def _unread(self) -> list[tuple[bytes, bytes]]:
        with self._open() as box:
            _, found = box.uid("SEARCH", "UNSEEN")
            numbers = (found[0] or b"").split()[:MOST_AT_ONCE]
            return [(number, self._fetch(box, number)) for number in numbers]

    def _fetch(self, box: imaplib.IMAP4, number: bytes) -> bytes:
        name = number.decode()
        _, sizes = box.uid("FETCH", name, "(RFC822.SIZE)")
        size = SIZE.search(sizes[0] if isinstance(sizes[0], bytes) else b"")
        if size and int(size[1]) > LARGEST:
            return b""
        _, parts = box.uid("FETCH", name, "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def _mark(self, done: Mapping[bytes, bool]) -> None:
        with self._open() as box:
            for number, is_report in done.items():
                flags = r"(\Seen)" if is_report else r"(\Seen \Flagged)"
                box.uid("STORE", number.decode(), "+FLAGS", flags)

    @contextlib.contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        settings = self._settings
        box: imaplib.IMAP4
        if settings.security == "tls":
            context = ssl.create_default_context(cafile=settings.ca_file)
            box = imaplib.IMAP4_SSL(
                settings.host, settings.port, ssl_context=context, timeout=settings.seconds
            )
        else:
            box = imaplib.IMAP4(settings.host, settings.port, timeout=settings.seconds)
        try:
            password = settings.password.get_secret_value() if settings.password else ""
            box.login(settings.username, password)
            box.select(settings.folder)
            yield box
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                box.logout()
