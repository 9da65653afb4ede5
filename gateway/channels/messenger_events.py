"""What Messenger's webhook says, as the gateway's events. Every shape is survived."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.channels.base import Event, Kind
from gateway.channels.messenger_attachments import attachments_of, position_of
from gateway.channels.shapes import found_at, id_of, moment_of, text_of

GET_STARTED = "GET_STARTED"  # What the button of the first screen sends; no words of a citizen.
LISTS = ("messaging", "standby")
LONGEST_KEY = 160
_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class Account:
    """Whose Page it is, and which app is ours."""

    page_id: str
    app_id: str


def items_of(body: Any) -> Iterator[dict[str, Any]]:
    """Every item of every entry, each with what its entry says. Raises ValueError.

    `standby` instead of `messaging` is what another app of the Page is to answer.
    """
    if not isinstance(body, dict) or not isinstance(body.get("entry"), list):
        raise ValueError("no entries")
    for entry in body["entry"]:
        if not isinstance(entry, dict):
            raise ValueError("an entry is no object")
        head = {
            "object": body.get("object"),
            "entry": {"id": entry.get("id"), "time": entry.get("time")},
        }
        found = [(name, entry[name]) for name in LISTS if isinstance(entry.get(name), list)]
        for name, items in found:
            yield from ({**head, "list": name, "item": item} for item in items)
        if not found:  # What else a Page can be subscribed to.
            yield {**head, "list": "", "item": entry}


def read_item(raw: dict[str, Any], *, account: Account, now: datetime) -> Event:
    """`now` stands in where the item does not say when it was."""
    item = raw.get("item")
    item = item if isinstance(item, dict) else {}
    is_echo = found_at(item, "message", "is_echo") is True
    page, user = _sides(item, is_echo)
    at = moment_of(item.get("timestamp")) or moment_of(found_at(raw, "entry", "time")) or now
    event = Event(Kind.UNKNOWN, user, _key(raw, item, user), at, raw=raw)
    ours = raw.get("object") in ("page", None) and account.page_id == page
    if not user or not ours or _id(found_at(raw, "entry", "id")) not in ("", account.page_id):
        return event
    return _read(event, item, account, is_standby=raw.get("list") == "standby")


def _read(event: Event, item: dict[str, Any], account: Account, *, is_standby: bool) -> Event:
    if found_at(item, "message", "is_echo") is True:
        return _echo(event, item["message"], account)
    if "delivery" in item or "read" in item:
        return _as(event, Kind.RECEIPT, seen="read" in item)
    if is_standby:  # The other app answers; what it or a person says is an echo.
        return event
    if isinstance(item.get("message"), dict):
        return _message(event, item["message"])
    if isinstance(item.get("postback"), dict):
        return _postback(event, item["postback"])
    if "referral" in item:  # Came back by a link to the Page, and has said nothing yet.
        return _as(event, Kind.GREETED)
    if found_at(item, "reaction", "action") == "react":
        return _as(event, Kind.ACTED)
    return event


def _message(event: Event, message: dict[str, Any]) -> Event:
    if message.get("is_deleted") is True:
        return event
    if found_at(message, "reaction", "action"):  # Some of Meta's pages show reactions in here.
        return _as(event, Kind.ACTED if message["reaction"]["action"] == "react" else Kind.UNKNOWN)
    text = text_of(found_at(message, "quick_reply", "payload")) or text_of(message.get("text"))
    position = position_of(message)
    attachments = attachments_of(message, is_empty=not text and position is None)
    return _as(event, Kind.MESSAGE, text=text, attachments=attachments, position=position)


def _postback(event: Event, postback: dict[str, Any]) -> Event:
    said = text_of(postback.get("payload"))
    if said == GET_STARTED:
        return _as(event, Kind.GREETED)
    return _as(event, Kind.MESSAGE if said else Kind.ACTED, text=said)


def _echo(event: Event, message: dict[str, Any], account: Account) -> Event:
    """Only an app can send metadata along, so an echo with it that names no app is no person's.

    The metadata of another app is not ours to settle anything by.
    """
    app, metadata = _id(message.get("app_id")), text_of(message.get("metadata"))
    ours = app == account.app_id or (not app and bool(metadata))
    return _as(
        event,
        Kind.ECHO,
        text=text_of(message.get("text")),
        attachments=attachments_of(message, is_empty=False),
        mark=metadata if ours else "",
        by_person=not ours,
    )


def _as(event: Event, kind: Kind, **known: Any) -> Event:
    return Event(kind, event.user, event.key, event.at, raw=event.raw, **known)


def _sides(item: dict[str, Any], is_echo: bool) -> tuple[str, str]:
    """Ids of the Page and of the citizen. The Page is the sender of an echo."""
    sender, recipient = _id(found_at(item, "sender", "id")), _id(found_at(item, "recipient", "id"))
    return (sender, recipient) if is_echo else (recipient, sender)


def _key(raw: dict[str, Any], item: dict[str, Any], user: str) -> str:
    """A message's id; of what has none, or names another's, what tells it apart."""
    for name in ("message", "postback"):
        mid = found_at(item, name, "mid")
        plain = not found_at(item, name, "reaction") and not found_at(item, name, "is_deleted")
        if plain and isinstance(mid, str) and 0 < len(mid) <= LONGEST_KEY and mid.isprintable():
            return mid
    for name in ("delivery", "read", "reaction", "postback"):
        if name in item:
            return f"{name}:{user}:{_digest([item.get('timestamp'), item[name]])}"
    return _digest([raw.get("entry"), item])


def _digest(content: Any) -> str:
    try:
        whole = json.dumps(content, sort_keys=True, default=str)
    except (RecursionError, ValueError):
        whole = ",".join(map(str, content))[:LONGEST_KEY]
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:32]


def _id(value: Any) -> str:
    return id_of(value, _ID)
