"""What the fake Zalo takes as a consultation message, and by which code it refuses the rest."""

from typing import Any

TEXT = 2000
TITLE = 100
PAYLOAD = 1000
BAD_FIELD = -201
BAD_KIND = -233
QUERIES = ("oa.query.show", "oa.query.hide")
OTHERS = {"oa.open.url": "url", "oa.open.phone": "phone_code", "oa.open.sms": "content"}


def shape_code(body: dict[str, Any], *, most_buttons: int) -> int:
    """0 for a body as Zalo documents it."""
    recipient, message = body.get("recipient"), body.get("message")
    if not isinstance(recipient, dict) or not isinstance(message, dict):
        return BAD_FIELD
    user, text = recipient.get("user_id"), message.get("text")
    if not isinstance(user, str) or not user:
        return BAD_FIELD
    if not isinstance(text, str) or not 0 < len(text) <= TEXT:
        return BAD_FIELD
    return _attachment_code(message.get("attachment"), most_buttons)


def listed_buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a message whose shape is good."""
    listed: list[dict[str, Any]] = message.get("attachment", {}).get("payload", {}).get("buttons")
    return listed or []


def _attachment_code(attachment: Any, most_buttons: int) -> int:
    if attachment is None:
        return 0
    if not isinstance(attachment, dict) or attachment.get("type") != "template":
        return BAD_KIND
    payload = attachment.get("payload")
    if not isinstance(payload, dict) or "template_type" in payload:
        return BAD_KIND
    buttons = payload.get("buttons")
    if not isinstance(buttons, list) or not 0 < len(buttons) <= most_buttons:
        return BAD_FIELD
    return next((code for one in buttons if (code := _button_code(one))), 0)


def _button_code(button: Any) -> int:
    if not isinstance(button, dict):
        return BAD_FIELD
    title, kind, payload = (button.get(name) for name in ("title", "type", "payload"))
    if not isinstance(title, str) or not 0 < len(title) <= TITLE:
        return BAD_FIELD
    if kind in QUERIES:
        good = isinstance(payload, str) and 0 < len(payload) <= PAYLOAD
    elif kind in OTHERS:
        good = isinstance(payload, dict) and bool(payload.get(OTHERS[kind]))
    else:
        return BAD_KIND
    return 0 if good else BAD_FIELD
