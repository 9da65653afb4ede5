"""Reads a delivery status notification (RFC 3464): which letter came back, and whether for good."""

import hashlib
import logging
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from agencies.outbox.bounces import Bounce

logger = logging.getLogger(__name__)

STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,298}>")  # Printable ASCII: a database keeps it, too.
# A mailbox that is full, a message too large for now, a system that is busy: 5.x.x of some
# servers, but nothing that stays so.
SOFT_THOUGH_FINAL = ("5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.4.1", "5.4.5", "5.7.28")


def read_report(raw: bytes) -> Bounce | None:
    """None for any other mail, and for a report that a letter is only late."""
    try:
        return _read(raw)
    except Exception as error:  # The library has no common error, and anybody may write to us.
        logger.warning("a mail cannot be read: %s", type(error).__name__)
        return None


def _read(raw: bytes) -> Bounce | None:
    message = message_from_bytes(raw, policy=default)
    if not isinstance(message, EmailMessage):
        return None
    status_part = next(_parts(message, "message/delivery-status"), None)
    if status_part is None:
        return None
    fields = list(_status_fields(status_part))
    actions = {value.lower() for name, value in fields if name == "action"}
    if "failed" not in actions:
        return None
    status = next((value for name, value in fields if name == "status"), "")
    code = status.split(" ")[0]
    known = STATUS.search(code)
    hard = bool(known and known[1] == "5" and not code.startswith(SOFT_THOUGH_FINAL))
    about = _original_id(message)
    if not about:
        return None
    own = _id_of(message)
    # Only the code is kept: the server's own words may name people.
    reason = known[0] if known else ""
    key = own or hashlib.sha256(raw).hexdigest()
    return Bounce(key=key, message_id=about, hard=hard, reason=reason)


def _parts(message: Message, media_type: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == media_type)


def _status_fields(part: Message) -> Iterator[tuple[str, str]]:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message):
            yield from ((name.lower(), str(value).strip()) for name, value in block.items())


def _original_id(message: EmailMessage) -> str:
    """The Message-ID of the letter that came back, from its copy or its headers."""
    for part in _parts(message, "message/rfc822"):
        inner = part.get_payload()
        if isinstance(inner, list) and isinstance(inner[0], Message) and "Message-ID" in inner[0]:
            return _id_of(inner[0])
    for part in _parts(message, "text/rfc822-headers"):
        text = part.get_payload(decode=True)
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        for line in words.splitlines():
            if line.lower().startswith("message-id:"):
                return _id_in(line)
    return ""


def _id_of(message: Message) -> str:
    """As it was sent: the library refuses to parse some that are none."""
    fields = message.raw_items()
    return next((_id_in(str(value)) for name, value in fields if name.lower() == "message-id"), "")


def _id_in(text: str) -> str:
    found = MESSAGE_ID.search(text)
    return found[0] if found else ""
