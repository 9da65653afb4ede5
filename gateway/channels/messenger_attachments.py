"""What is attached to a message of Messenger's: where files are, which are stickers, a position."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from gateway.channels.base import Attachment, Position
from gateway.channels.shapes import degrees_of, word_of

MOST = 30
LONGEST_NAME = 200
# A preview of a link that stands in the text as well.
PREVIEWS = ("fallback", "share")
UNSUPPORTED = Attachment("unsupported")


def attachments_of(message: dict[str, Any], *, is_empty: bool) -> tuple[Attachment, ...]:
    """`is_empty`: nothing else was said. What Meta does not pass on is then named as that, so that
    the citizen hears of it."""
    found = [_attachment(one) for one in _listed(message) if one.get("type") != "location"]
    if not is_empty:
        found = [one for one in found if one.kind not in PREVIEWS]
    if "sticker_id" in message and not any(one.kind == "sticker" for one in found):
        return (Attachment("sticker"),)
    return tuple(found) if found or not is_empty else (UNSUPPORTED,)


def position_of(message: dict[str, Any]) -> Position | None:
    """Messenger no longer has a button that asks for it; a citizen can still send one."""
    for one in _listed(message):
        place = _payload(one).get("coordinates")
        if one.get("type") == "location" and isinstance(place, dict):
            latitude = degrees_of(place.get("lat"), 90)
            longitude = degrees_of(place.get("long"), 180)
            if latitude is not None and longitude is not None:
                return Position(latitude, longitude)
    return None


def _attachment(one: dict[str, Any]) -> Attachment:
    payload, kind = _payload(one), one.get("type")
    # Until 30 August 2026 a sticker, the big thumb among them, came as an image with its number.
    if kind == "sticker" or payload.get("sticker_id"):
        return Attachment("sticker")
    url = word_of(payload.get("url")) or word_of(one.get("url"))
    name = word_of(one.get("name")) or word_of(payload.get("title")) or _name_in(url)
    return Attachment(word_of(kind) or "unsupported", url, name[:LONGEST_NAME])


def _listed(message: dict[str, Any]) -> list[dict[str, Any]]:
    listed = message.get("attachments")
    if not isinstance(listed, list):
        return []
    return [one for one in listed if isinstance(one, dict)][:MOST]


def _payload(one: dict[str, Any]) -> dict[str, Any]:
    payload = one.get("payload")
    return payload if isinstance(payload, dict) else {}


def _name_in(url: str) -> str:
    """A file has its name only in its address.

    >>> _name_in("https://cdn.fbsbx.com/v/t59/don%20xin.pdf?_nc_cat=1")
    'don xin.pdf'
    """
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:
        return ""
