"""Each event of Zalo's catalogue, as its pages show it, and every odd shape."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.base import Attachment, Event, Kind, Position
from gateway.channels.zalo_events import KINDS, read_event, without_personal_data
from gateway.outbox_rows import fingerprint
from tests.gateway.zalo_samples import USER, ZALO, wrote

OA = ZALO.oa_id
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def read(raw: dict[str, Any]) -> Event:
    return read_event(without_personal_data(raw), oa_id=OA, now=NOW)


def followed(name: str = "follow") -> dict[str, Any]:
    return {
        "oa_id": OA,
        "follower": {"id": USER},
        "user_id_by_app": "552172779717587730",
        "event_name": name,
        "source": "oa_profile",
        "app_id": ZALO.app_id,
        "timestamp": "1539797827400",
    }


def to_citizen(name: str, message: dict[str, Any], **sender: str) -> dict[str, Any]:
    return {
        "app_id": ZALO.app_id,
        "sender": {"id": OA, **sender},
        "recipient": {"id": USER},
        "event_name": name,
        "message": message,
        "timestamp": "1732230000123",
    }


def test_reads_a_text() -> None:
    event = read(wrote(text="message", msg_id="96d3cdf3af150460909"))

    assert (event.kind, event.user, event.text) == (Kind.MESSAGE, USER, "message")
    assert event.key == "96d3cdf3af150460909"
    assert event.at == datetime(2024, 11, 21, 23, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ['{"content":"A"}', ' {"content": "A"} ', {"content": "A"}, "A"],
    ids=["object as text", "with spaces", "object", "text"],
)
def test_reads_a_pressed_button_in_each_of_its_forms(text: object) -> None:
    assert read(wrote(text=text)).text == "A"


@pytest.mark.parametrize(
    "text", ['{"content":1}', '{"content":"A","b":1}', '{"a":"b"}', "{", "{" * 5000, "[]"]
)
def test_leaves_a_text_that_only_looks_like_one(text: str) -> None:
    assert read(wrote(text=text)).text == text


def test_composes_vietnamese_letters() -> None:
    assert read(wrote(text="Khai sinh cần gì".replace("ầ", "ầ"))).text == "Khai sinh cần gì"


@pytest.mark.parametrize("kind", ["image", "gif", "video", "audio", "link", "sticker"])
def test_reads_what_is_attached(kind: str) -> None:
    url = "https://f6.photo.talk.zdn.vn/1.jpg"
    raw = wrote(f"user_send_{kind}", attachments=[{"type": kind, "payload": {"url": url}}])

    event = read(raw)

    assert (event.kind, event.text) == (Kind.MESSAGE, "")
    assert event.attachments == (Attachment(kind, url),)


def test_reads_the_name_of_a_file() -> None:
    payload = {"size": "12", "name": "don.pdf", "checksum": "a", "type": "pdf", "url": "https://f"}
    event = read(wrote("user_send_file", attachments=[{"type": "file", "payload": payload}]))

    assert event.attachments == (Attachment("file", "https://f", "don.pdf"),)


def test_reads_a_position_from_strings() -> None:
    payload = {"coordinates": {"latitude": "21.594", "longitude": "105.848"}}
    event = read(
        wrote("user_send_location", attachments=[{"type": "location", "payload": payload}])
    )

    assert (event.position, event.attachments) == (Position(21.594, 105.848), ())


@pytest.mark.parametrize("latitude", ["x", "", "nan", "inf", "91", None, True, [], "9" * 400])
def test_a_position_that_is_none_is_left_out(latitude: object) -> None:
    payload = {"coordinates": {"latitude": latitude, "longitude": "105.848"}}
    raw = wrote("user_send_location", attachments=[{"type": "location", "payload": payload}])

    assert read(raw).position is None


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (followed(), Kind.GREETED),
        (followed("unfollow"), Kind.LEFT),
        ({**followed("user_click_chatnow"), "user_id": USER, "follower": None}, Kind.ACTED),
        ({**wrote("user_withdraw"), "message": None}, Kind.WITHDRAWN),
        (followed("user_withdraw"), Kind.WITHDRAWN),
        ({**wrote("user_submit_info"), "info": {"phone": "84900000000"}}, Kind.ACTED),
    ],
)
def test_reads_what_is_no_message(raw: dict[str, Any], kind: Kind) -> None:
    event = read(raw)

    assert (event.kind, event.user) == (kind, USER)
    assert event.key == f"{raw['event_name']}:{raw['timestamp']}:{USER}" + (
        ":m1" if raw.get("message") else ""
    )


@pytest.mark.parametrize("name", ["user_submit_info", "update_user_info", "of_next_year"])
def test_who_somebody_is_is_not_kept(name: str) -> None:
    raw = {**wrote(name), "info": {"name": "Name Example", "phone": "84900000000"}}

    event = read(raw)

    assert "info" not in event.raw
    assert "84900000000" not in json.dumps(event.raw)


def test_an_echo_says_whether_a_person_wrote_it() -> None:
    ours = read(to_citizen("oa_send_text", {"text": "Chào", "msg_id": "m1"}))
    theirs = read(to_citizen("oa_send_text", {"text": "Chào", "msg_id": "m2"}, admin_id="77"))

    assert (ours.kind, ours.user, ours.by_person) == (Kind.ECHO, USER, False)
    assert (theirs.kind, theirs.text, theirs.by_person) == (Kind.ECHO, "Chào", True)


def test_half_a_character_is_read_as_something_that_can_be_written() -> None:
    raw = json.loads('{"text": "Ch\\ud83do \\ud83d\\ude00", "msg_id": "m1"}')

    said = read(to_citizen("oa_send_text", raw)).text

    assert said == "Ch?o 😀"
    assert fingerprint(said) == fingerprint("Ch?o 😀")


@pytest.mark.parametrize("kind", ["text", "image", "gif", "list", "file", "sticker"])
def test_every_echo_is_known(kind: str) -> None:
    event = read(to_citizen(f"oa_send_{kind}", {"msg_id": "m1"}, admin_id="77"))

    assert (event.kind, event.by_person) == (Kind.ECHO, True)


def test_an_echo_and_its_receipts_are_other_events_than_a_message_of_that_id() -> None:
    message = {"msg_id": "m1"}
    events = (
        wrote(text="a"),
        to_citizen("oa_send_text", message),
        to_citizen("user_received_message", message),
        to_citizen("user_seen_message", {"msg_ids": ["m1"]}),
    )

    assert len({read(raw).key for raw in events}) == 4


def test_reads_receipts() -> None:
    got = read(to_citizen("user_received_message", {"msg_id": "m1"}))
    seen = read(to_citizen("user_seen_message", {"msg_ids": ["m1", "m2"]}))

    assert (got.kind, got.user, got.seen) == (Kind.RECEIPT, USER, False)
    assert (seen.kind, seen.user, seen.seen) == (Kind.RECEIPT, USER, True)


@pytest.mark.parametrize("by_header", [False, True])
def test_a_phone_number_in_a_receipt_is_not_kept(by_header: bool) -> None:
    message = {"msg_id": "m1"} if by_header else {"msg_id": "m1", "tracking_id": "t"}
    raw = {
        **to_citizen("user_received_message", message),
        "recipient": {"id": "84900000000"},
    }

    kept = without_personal_data(raw, by_phone=by_header)
    event = read_event(kept, oa_id=OA, now=NOW)

    assert (event.kind, event.user) == (Kind.RECEIPT, "")
    assert "84900000000" not in json.dumps([event.raw, event.key])


@pytest.mark.parametrize(
    "name",
    [
        "anonymous_send_text",
        "user_reacted_message",
        "oa_reacted_message",
        "add_user_to_tag",
        "update_user_info",
        "change_oa_daily_quota",
        "of_next_year",
        "",
    ],
)
def test_other_events_are_kept_as_unknown(name: str) -> None:
    assert read(wrote(name, text="a", conversation_id="c")).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    "raw",
    [
        {**wrote(text="a"), "recipient": {"id": "1"}},
        {**followed(), "oa_id": "1"},
        {**to_citizen("oa_send_text", {"msg_id": "m1"}), "sender": {"id": "1"}},
        {**wrote(text="a"), "sender": {"id": OA}, "recipient": {"id": USER}},
    ],
)
def test_what_is_another_accounts_is_unknown(raw: dict[str, Any]) -> None:
    assert read(raw).kind is Kind.UNKNOWN


@pytest.mark.parametrize("name", [*KINDS, "user_send_text", "oa_send_text"])
def test_without_a_citizen_nothing_is_done(name: str) -> None:
    kind = read({"event_name": name, "oa_id": OA, "timestamp": "1"}).kind

    assert kind in (Kind.UNKNOWN, Kind.RECEIPT)


@pytest.mark.parametrize("moment", ["", "x", None, "9" * 40, "-1", [], 10**400])
def test_an_event_without_a_time_is_of_now(moment: object) -> None:
    assert read({**wrote(text="a"), "timestamp": moment}).at == NOW


def test_ids_that_are_numbers_are_ids() -> None:
    raw = {**wrote(text="a"), "sender": {"id": 246845883529197922}, "timestamp": 1732230000123}

    assert read(raw).user == USER


def test_the_same_event_has_the_same_key_without_any_id() -> None:
    raw = {**wrote(text="a"), "timestamp": None, "message": {"text": "a"}}

    assert read(raw).key == read(json.loads(json.dumps(raw))).key
    assert read(raw).key != read({**raw, "message": {"text": "b"}}).key


NAMES = st.sampled_from([*KINDS, "user_send_text", "user_send_location", "oa_send_text", "x"])
SENT = ("msg_id", "text", "content", "attachments", "type", "payload", "url", "name")
KEYS = st.sampled_from(
    ("id", "admin_id", "tracking_id", "coordinates", "latitude", "longitude", *SENT)
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(OA),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("sender", "recipient", "follower", "user_id", "oa_id", "message", "timestamp", "info")
EVENTS = st.fixed_dictionaries(
    {}, optional={"event_name": NAMES | ODD, **dict.fromkeys(FIELDS, ODD)}
)


@given(EVENTS)
def test_survives_every_shape(raw: dict[str, Any]) -> None:
    event = read(raw)

    again = read_event(event.raw, oa_id=OA, now=NOW)
    assert (again.kind, again.user, again.key) == (event.kind, event.user, event.key)
    assert len(event.key) <= 200
    assert len(event.user) <= 160
    assert event.at.tzinfo is not None
    assert event.at - NOW < timedelta(days=10**7)
