"""What Zalo's webhook says, as the gateway's events. Every shape is survived."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from gateway.channels.base import Attachment, Event, Kind, Position
from gateway.channels.shapes import degrees_of, found_at, id_of, moment_of, text_of, word_of

MOST_ATTACHMENTS = 20
SEEN = "user_seen_message"
# Who may be named twice, as sender and as follower; the first that is there counts. Only
# user_click_chatnow has `user_id`.
CITIZEN = (("sender", "id"), ("follower", "id"), ("user_id",), ("user", "id"))
KINDS = {
    "follow": Kind.GREETED,
    "unfollow": Kind.LEFT,
    "user_click_chatnow": Kind.ACTED,
    "user_submit_info": Kind.ACTED,
    "user_received_message": Kind.RECEIPT,
    SEEN: Kind.RECEIPT,
    "user_withdraw": Kind.WITHDRAWN,
}
NEEDS_CITIZEN = (Kind.MESSAGE, Kind.GREETED, Kind.ACTED, Kind.LEFT, Kind.ECHO, Kind.WITHDRAWN)
_ID = re.compile(r"[!-~]{1,120}")  # Ours go into columns and names of conversations.


def without_personal_data(raw: dict[str, Any], *, by_phone: bool = False) -> dict[str, Any]:
    """Leaves out what is nobody's business here: who somebody is, a phone as the recipient."""
    left_out = {"info"}  # A form's answers, or what the account's owner wrote of them.
    if by_phone or _is_by_phone(raw):
        left_out.add("recipient")
    return {name: value for name, value in raw.items() if name not in left_out}


def read_event(raw: dict[str, Any], *, oa_id: str, now: datetime) -> Event:
    """`now` stands in where the event does not say when it was."""
    name = word_of(found_at(raw, "event_name"))
    user, account = _sides(raw, name)
    kind = _kind(name)
    if (account and account != oa_id) or (kind in NEEDS_CITIZEN and not user):
        kind = Kind.UNKNOWN
    return Event(
        kind,
        user,
        _key(raw, name, kind, user),
        _moment(raw) or now,
        _words(raw),
        attachments=_attachments(raw),
        position=_position(raw),
        seen=kind is Kind.RECEIPT and name == SEEN,
        by_person=kind is Kind.ECHO and bool(found_at(raw, "sender", "admin_id")),
        raw=raw,
    )


def _kind(name: str) -> Kind:
    if name.startswith("user_send_"):
        return Kind.MESSAGE
    if name.startswith("oa_send_"):
        return Kind.ECHO
    return KINDS.get(name, Kind.UNKNOWN)


def _sides(raw: dict[str, Any], name: str) -> tuple[str, str]:
    """Ids of the citizen and of the account."""
    if name.startswith("oa_") or KINDS.get(name) is Kind.RECEIPT:
        user = "" if _is_by_phone(raw) else _id(found_at(raw, "recipient", "id"))
        return user, _id(found_at(raw, "sender", "id"))
    user = next((found for path in CITIZEN if (found := _id(found_at(raw, *path)))), "")
    return user, _id(found_at(raw, "recipient", "id")) or _id(found_at(raw, "oa_id"))


def _is_by_phone(raw: dict[str, Any]) -> bool:
    """A receipt of what went to a phone number, which then is the recipient's id."""
    said = found_at(raw, "message")
    return isinstance(said, dict) and bool({"tracking_id", "delivery_time"} & said.keys())


def _key(raw: dict[str, Any], name: str, kind: Kind, user: str) -> str:
    """An echo and the receipts of a message have its id too, so theirs say what they are."""
    message, moment = _id(found_at(raw, "message", "msg_id")), _id(found_at(raw, "timestamp"))
    if kind is Kind.MESSAGE and message:
        return message
    if kind is Kind.ECHO and message:
        return f"echo:{message}"
    if name and moment:
        key = f"{name}:{moment}:{user}" + (f":{message}" if message else "")
        if _ID.fullmatch(key):
            return key
    return _digest(raw)


def _digest(raw: dict[str, Any]) -> str:
    try:
        whole = json.dumps(raw, sort_keys=True, default=str)
    except RecursionError:
        whole = ",".join(raw)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def _words(raw: dict[str, Any]) -> str:
    """A button's payload was once seen to come as `{"content": "A"}`, an object or its text."""
    said = found_at(raw, "message", "text")
    if isinstance(said, str) and said.lstrip().startswith("{"):
        said = _content(said)
    if isinstance(said, dict):
        said = said.get("content")
    return text_of(said)


def _content(said: str) -> str:
    try:
        read = json.loads(said)
    except (ValueError, RecursionError):
        return said
    only = isinstance(read, dict) and read.keys() == {"content"}
    return read["content"] if only and isinstance(read["content"], str) else said


def _attachments(raw: dict[str, Any]) -> tuple[Attachment, ...]:
    listed = found_at(raw, "message", "attachments")
    if not isinstance(listed, list):
        return ()
    kinds = [(word_of(found_at(one, "type")), one) for one in listed[:MOST_ATTACHMENTS]]
    return tuple(
        Attachment(
            kind,
            word_of(found_at(one, "payload", "url")),
            word_of(found_at(one, "payload", "name")),
        )
        for kind, one in kinds
        if kind and kind != "location"
    )


def _position(raw: dict[str, Any]) -> Position | None:
    listed = found_at(raw, "message", "attachments")
    for one in listed if isinstance(listed, list) else ():
        place = found_at(one, "payload", "coordinates")
        latitude, longitude = _degrees(place, "latitude", 90), _degrees(place, "longitude", 180)
        if latitude is not None and longitude is not None:
            return Position(latitude, longitude)
    return None


def _degrees(place: Any, name: str, most: int) -> float | None:
    """Zalo writes them as strings."""
    value = found_at(place, name)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return degrees_of(value, most)


def _moment(raw: dict[str, Any]) -> datetime | None:
    """Zalo writes a number as a string."""
    written = _id(found_at(raw, "timestamp"))
    return moment_of(int(written)) if written.isascii() and written.isdigit() else None


def _id(value: Any) -> str:
    return id_of(value, _ID)
