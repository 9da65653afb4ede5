"""The events of the fake Zalo, as the examples of its pages write them: every id a string."""

from typing import Any

from gateway.testing.zalo_state import ZaloState, new_id

Event = dict[str, Any]


def wrote(state: ZaloState, user: str, name: str, message: Event) -> Event:
    """Something that a citizen sent to the account."""
    return {
        "app_id": state.settings.app_id,
        "sender": {"id": user},
        "user_id_by_app": f"9{user}",
        "recipient": {"id": state.settings.oa_id},
        "event_name": name,
        "message": {**message, "msg_id": new_id()},
        "timestamp": state.milliseconds(),
    }


def attached(state: ZaloState, user: str, kind: str, payload: Event, *, text: str = "") -> Event:
    message: Event = {"attachments": [{"type": kind, "payload": payload}]}
    if text:
        message["text"] = text
    return wrote(state, user, f"user_send_{kind}", message)


def followed(state: ZaloState, user: str, name: str) -> Event:
    """`follow` or `unfollow`."""
    return {
        "oa_id": state.settings.oa_id,
        "follower": {"id": user},
        "user_id_by_app": f"9{user}",
        "event_name": name,
        "source": "oa_profile",
        "app_id": state.settings.app_id,
        "timestamp": state.milliseconds(),
    }


def clicked(state: ZaloState, user: str) -> Event:
    return {
        "oa_id": state.settings.oa_id,
        "user_id": user,
        "event_name": "user_click_chatnow",
        "app_id": state.settings.app_id,
        "timestamp": state.milliseconds(),
    }


def submitted(state: ZaloState, user: str, info: Event) -> Event:
    return {
        "sender": {"id": user},
        "recipient": {"id": state.settings.oa_id},
        "event_name": "user_submit_info",
        "app_id": state.settings.app_id,
        "timestamp": state.milliseconds(),
        "info": info,
    }


def withdrew(state: ZaloState, user: str) -> Event:
    """Its exact form is not known: the ids are where all events of citizens have them."""
    return {
        "sender": {"id": user},
        "recipient": {"id": state.settings.oa_id},
        "event_name": "user_withdraw",
        "app_id": state.settings.app_id,
        "timestamp": state.milliseconds(),
    }


def said(state: ZaloState, user: str, text: str, message_id: str, *, admin_id: str = "") -> Event:
    """The echo of what the account said; `admin_id` is who of the staff typed it."""
    sender = {"id": state.settings.oa_id} | ({"admin_id": admin_id} if admin_id else {})
    return {
        "app_id": state.settings.app_id,
        "sender": sender,
        "recipient": {"id": user},
        "event_name": "oa_send_text",
        "message": {"text": text, "msg_id": message_id},
        "user_id_by_app": f"9{user}",
        "timestamp": state.milliseconds(),
    }


def received(state: ZaloState, user: str, message_id: str) -> Event:
    return _receipt(state, user, "user_received_message", {"msg_id": message_id})


def seen(state: ZaloState, user: str, message_ids: list[str]) -> Event:
    return _receipt(state, user, "user_seen_message", {"msg_ids": message_ids})


def _receipt(state: ZaloState, user: str, name: str, message: Event) -> Event:
    return {
        "app_id": state.settings.app_id,
        "sender": {"id": state.settings.oa_id},
        "recipient": {"id": user},
        "event_name": name,
        "message": message,
        "timestamp": state.milliseconds(),
    }
