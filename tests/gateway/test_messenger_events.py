"""What Messenger's webhook says: every documented shape, and any other."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.base import Attachment, Event, Kind, Position
from gateway.channels.messenger_events import Account, items_of, read_item

PAGE, APP, USER = "1029", "5550001", "7765"
ACCOUNT = Account(PAGE, APP)
SENT_AT = 1790000000123
AT = datetime.fromtimestamp(SENT_AT / 1000, UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)

Raw = dict[str, Any]


def read(raw: Raw) -> Event:
    return read_item(raw, account=ACCOUNT, now=NOW)


def an_item(listed: str = "messaging", **what: Any) -> Raw:
    item = {"sender": {"id": USER}, "recipient": {"id": PAGE}, "timestamp": SENT_AT, **what}
    return {
        "object": "page",
        "entry": {"id": PAGE, "time": SENT_AT},
        "list": listed,
        "item": item,
    }


def a_message(listed: str = "messaging", **message: Any) -> Raw:
    return an_item(listed, message={"mid": "m_1", **message})


def an_echo(listed: str = "messaging", **message: Any) -> Raw:
    raw = a_message(listed, is_echo=True, **message)
    raw["item"] |= {"sender": {"id": PAGE}, "recipient": {"id": USER}}
    return raw


def attached(*attachments: Any, **message: Any) -> Raw:
    return a_message(attachments=list(attachments), **message)


def test_a_text() -> None:
    event = read(a_message(text="xin chào"))

    assert (event.kind, event.user, event.key) == (Kind.MESSAGE, USER, "m_1")
    assert (event.text, event.at) == ("xin chào", AT)


def test_a_text_is_composed() -> None:
    assert read(a_message(text="cha\u0300o")).text == "chào"


def test_a_quick_reply_says_its_payload() -> None:
    raw = a_message(text="1", quick_reply={"payload": "Đăng ký khai sinh"})

    assert read(raw).text == "Đăng ký khai sinh"


def test_a_postback_says_its_payload() -> None:
    event = read(an_item(postback={"mid": "m_2", "title": "Gặp", "payload": "Gặp người hỗ trợ"}))

    assert (event.kind, event.text, event.key) == (Kind.MESSAGE, "Gặp người hỗ trợ", "m_2")


def test_postbacks_without_an_id_are_told_apart_by_sender_time_and_payload() -> None:
    one = an_item(postback={"payload": "a"})
    others = [
        an_item(postback={"payload": "b"}),
        an_item(postback={"payload": "a"}, timestamp=SENT_AT + 1),
        an_item(postback={"payload": "a"}, sender={"id": "7766"}),
    ]

    assert read(one).key == read(an_item(postback={"payload": "a"})).key
    assert len({read(raw).key for raw in (one, *others)}) == 4


def test_get_started_greets() -> None:
    assert read(an_item(postback={"payload": "GET_STARTED"})).kind is Kind.GREETED
    assert read(an_item(referral={"ref": "qr", "source": "SHORTLINK"})).kind is Kind.GREETED


def test_a_reaction_opens_the_window() -> None:
    def reaction(action: str) -> Raw:
        return an_item(reaction={"mid": "m_1", "action": action, "emoji": "👍"})

    assert read(reaction("react")).kind is Kind.ACTED
    assert read(reaction("unreact")).kind is Kind.UNKNOWN
    assert read(reaction("react")).key != "m_1"


def test_receipts() -> None:
    got = read(an_item(delivery={"mids": ["m_1"], "watermark": 1}))
    seen = read(an_item(read={"watermark": 1}))

    assert (got.kind, got.seen) == (Kind.RECEIPT, False)
    assert (seen.kind, seen.seen) == (Kind.RECEIPT, True)
    assert got.key != seen.key


def test_our_own_echo_brings_the_mark_back() -> None:
    event = read(an_echo(app_id=int(APP), metadata="12.0", text="Lệ phí"))

    assert (event.kind, event.user, event.mark) == (Kind.ECHO, USER, "12.0")
    assert not event.by_person


@pytest.mark.parametrize("listed", ["messaging", "standby"])
@pytest.mark.parametrize("app", [{}, {"app_id": 263902037430900}])
def test_an_echo_of_another_app_or_of_none_is_a_persons(app: Raw, listed: str) -> None:
    event = read(an_echo(listed, **app, text="Tôi đây"))

    assert (event.kind, event.by_person, event.mark) == (Kind.ECHO, True, "")


def test_metadata_of_another_app_is_no_mark() -> None:
    event = read(an_echo(app_id=1, metadata="12.0", text="x"))

    assert (event.mark, event.by_person) == ("", True)


def test_our_own_app_without_metadata_is_no_person() -> None:
    event = read(an_echo(app_id=APP, text="x"))

    assert (event.mark, event.by_person) == ("", False)


def test_metadata_without_an_app_is_no_person() -> None:
    event = read(an_echo(metadata="12.0", text="x"))

    assert (event.mark, event.by_person) == ("12.0", False)


def test_an_echo_with_an_image_is_no_message_of_the_citizen() -> None:
    event = read(an_echo(attachments=[{"type": "image", "payload": {"url": "https://x/y.jpg"}}]))

    assert event.kind is Kind.ECHO
    assert event.by_person
    assert event.attachments == (Attachment("image", "https://x/y.jpg", "y.jpg"),)


def test_what_another_app_is_to_answer_is_left_to_it() -> None:
    assert read(a_message("standby", text="xin chào")).kind is Kind.UNKNOWN
    assert read(an_item("standby", postback={"title": "x"})).kind is Kind.UNKNOWN
    assert read(an_item("standby", read={"watermark": 1})).kind is Kind.RECEIPT


def test_files_have_their_address_and_name() -> None:
    event = read(
        attached(
            {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/v/a.jpg?oh=1"}},
            {"type": "file", "payload": {"url": "https://cdn.fbsbx.com/v/don%20xin.pdf?x"}},
            text="đây ạ",
        )
    )

    assert event.text == "đây ạ"
    assert [(one.kind, one.name) for one in event.attachments] == [
        ("image", "a.jpg"),
        ("file", "don xin.pdf"),
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"attachments": [{"type": "sticker", "payload": {"url": "u", "sticker_id": 369}}]},
        {"attachments": [{"type": "image", "payload": {"url": "u", "sticker_id": 369}}]},
        {"sticker_id": 369, "attachments": [{"type": "image", "payload": {"url": "u"}}]},
    ],
)
def test_a_sticker_in_each_of_its_forms(message: Raw) -> None:
    assert read(a_message(**message)).attachments == (Attachment("sticker"),)


def test_a_position() -> None:
    event = read(
        attached({"type": "location", "payload": {"coordinates": {"lat": 21.5, "long": 105.8}}})
    )

    assert (event.kind, event.position) == (Kind.MESSAGE, Position(21.5, 105.8))
    assert event.attachments == ()


@pytest.mark.parametrize(
    "place", [{}, {"lat": 91, "long": 0}, {"lat": "21", "long": 1}, {"lat": 1e400, "long": 1}, None]
)
def test_a_position_that_is_none_is_something_unreadable(place: Any) -> None:
    event = read(attached({"type": "location", "payload": {"coordinates": place}}))

    assert event.position is None
    assert event.attachments == (Attachment("unsupported"),)


def test_what_meta_does_not_pass_on_is_a_message_all_the_same() -> None:
    event = read(a_message(is_unsupported=True))

    assert (event.kind, event.attachments) == (Kind.MESSAGE, (Attachment("unsupported"),))


def test_the_preview_of_a_link_is_not_a_file() -> None:
    preview = {"type": "fallback", "payload": {"url": "https://x.vn", "title": "X"}}

    assert read(attached(preview, text="xem https://x.vn")).attachments == ()
    assert read(attached(preview)).attachments[0].kind == "fallback"


@pytest.mark.parametrize(
    "raw",
    [
        an_item(optin={"type": "one_time_notif_req"}),
        an_item(message_edit={"mid": "m_1", "text": "x", "num_edit": 1}),
        an_item(pass_thread_control={"new_owner_app_id": "1"}),
        a_message(is_deleted=True),
        {**a_message(text="x"), "object": "instagram"},
        {**a_message(text="x"), "entry": {"id": "999"}},
        an_item(message={"mid": "m_1", "text": "x"}, recipient={"id": "999"}),
        an_item(message={"mid": "m_1", "text": "x"}, sender={"user_ref": "abc"}),
        an_item(message={"mid": "m_1", "text": "x"}, sender={"id": "a b/../c"}),
        {},
    ],
)
def test_anything_else_is_unknown(raw: Raw) -> None:
    assert read(raw).kind is Kind.UNKNOWN


def test_a_message_without_a_time_has_that_of_its_entry_or_now() -> None:
    without = an_item(message={"mid": "m_1", "text": "x"}, timestamp=None)
    timeless = {**without, "entry": {"id": PAGE}}

    assert read(without).at == AT
    assert read(timeless).at == NOW


def test_a_long_id_becomes_a_short_key() -> None:
    assert len(read(an_item(message={"mid": "m" * 5000, "text": "x"})).key) < 100


def test_half_a_letter_does_not_get_into_the_database() -> None:
    event = read(a_message(text="a\ud83d"))

    assert event.text == "a?"


def test_every_item_of_every_entry_is_read_in_order() -> None:
    body = {
        "object": "page",
        "entry": [
            {"id": PAGE, "time": 1, "messaging": [{"n": 1}, {"n": 2}], "standby": [{"n": 3}]},
            {"id": PAGE, "time": 1, "messaging": [{"n": 4}]},
            {"id": PAGE, "time": 1, "changes": [{"field": "feed"}]},
        ],
    }

    items = list(items_of(body))

    assert [one["item"].get("n") for one in items] == [1, 2, 3, 4, None]
    assert items[2]["list"] == "standby"


@pytest.mark.parametrize("body", [None, [], "x", {}, {"entry": {}}, {"entry": ["x"]}])
def test_a_body_without_entries_is_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="entr"):
        list(items_of(body))


NAMES = ["sender", "recipient", "id", "message", "mid", "text", "is_echo", "attachments", "type"]
NAMES += ["payload", "coordinates", "lat", "long", "url", "postback", "reaction", "action", "entry"]
NAMES += ["metadata", "app_id", "timestamp", "read", "quick_reply", "item", "list", "object"]
odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([PAGE, USER, APP, "react", "location", "page", "\ud800", "http://["]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(NAMES), odd))
def test_reads_any_shape(raw: Raw) -> None:
    event = read(raw)

    assert event == read(raw)
    assert 0 < len(event.key) <= 200
    assert len(event.user) <= 100


@given(st.dictionaries(st.sampled_from(NAMES), odd), st.booleans())
def test_reads_any_message_of_a_citizen(message: Raw, is_echo: bool) -> None:
    raw = a_message(**message, **({} if "is_echo" in message else {"is_echo": is_echo}))

    event = read(raw)

    assert event.key.isprintable()
    event.text.encode()
    assert all(one.url.encode() is not None for one in event.attachments)


@given(odd)
def test_takes_any_body_apart_or_refuses_it(body: Any) -> None:
    try:
        items = list(items_of(body))
    except ValueError:
        return
    assert all(read(item) for item in items)
