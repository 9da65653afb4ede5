"""What a citizen sees of a reply in an app with short texts and few buttons."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.showing import Limits, Screen, choices, screens
from gateway.messages import Button, Link, Reply
from gateway.texts import Texts

WORDS = Texts(hotline="1900 0000", length_limit=2000).shown
MESSENGER = Limits(2000, 13, 20)
ZALO = Limits(2000, 5, 100)
STRINGS = json.loads(Path("gateway/widget/static/strings.json").read_text(encoding="utf-8"))
LONG = (
    "1. Đăng ký khai sinh có yếu tố nước ngoài",
    "2. Đăng ký lại khai sinh có yếu tố nước ngoài",
)
LISTED = Reply(
    "Bạn hỏi thủ tục nào?\n" + "\n".join(LONG) + "\nBạn nhắn số thứ tự.",
    tuple(Button(title, title[3:]) for title in LONG),
)


def shown(reply: Reply, limits: Limits = MESSENGER) -> Screen:
    [screen] = screens(reply, limits, WORDS)
    return screen


def test_short_buttons_keep_their_words() -> None:
    buttons = (Button("Lệ phí", "Lệ phí bao nhiêu?"), Button("Thời hạn", "Mất bao lâu?"))

    screen = shown(Reply("Bạn cần gì?", buttons))

    assert screen == Screen("Bạn cần gì?", buttons)
    assert choices(Reply("Bạn cần gì?", buttons), MESSENGER) == ()


def test_long_names_stand_in_the_text_and_their_buttons_carry_numbers() -> None:
    screen = shown(LISTED)

    assert screen.text == LISTED.text
    assert [button.title for button in screen.buttons] == ["1", "2"]
    assert [button.payload for button in screen.buttons] == [name[3:] for name in LONG]
    assert choices(LISTED, MESSENGER) == LISTED.buttons


def test_names_that_the_text_does_not_list_are_listed_after_it() -> None:
    reply = Reply(
        "Bạn có muốn hỏi không?",
        (
            Button("Hỏi cơ quan có trách nhiệm", "Hỏi cơ quan có trách nhiệm"),
            Button("Để sau", "Thôi"),
        ),
    )

    screen = shown(reply)

    assert screen.text.split("\n") == [
        "Bạn có muốn hỏi không?",
        "1. Hỏi cơ quan có trách nhiệm",
        "2. Để sau",
    ]
    assert [button.title for button in screen.buttons] == ["1", "2. Để sau"]


def test_a_name_that_was_shortened_for_its_button_is_not_listed_twice() -> None:
    reply = Reply(LISTED.text, (Button("1. Đăng ký khai sinh có yếu…", "a"), LISTED.buttons[1]))

    assert shown(reply).text == LISTED.text


def test_what_comes_after_a_list_goes_on_counting() -> None:
    reply = Reply(LISTED.text, (*LISTED.buttons, Button("Xem tất cả trường hợp", "tất cả")))

    screen = shown(reply)

    assert screen.text.endswith("\n3. Xem tất cả trường hợp")
    assert screen.buttons[2] == Button("3", "tất cả")
    assert choices(reply, MESSENGER)[2].payload == "tất cả"


def test_buttons_beyond_the_limit_can_be_typed() -> None:
    buttons = tuple(Button(f"Sửa phần {letter}", letter) for letter in "abcdefg")
    reply = Reply("Sửa gì?", buttons)

    screen = shown(reply, ZALO)

    assert "\n7. Sửa phần g" in screen.text
    assert [button.title for button in screen.buttons][:2] == ["1. Sửa phần a", "2. Sửa phần b"]
    assert len(screen.buttons) == 5
    assert choices(reply, ZALO) == buttons


def test_a_payload_that_is_too_long_goes_as_its_number() -> None:
    reply = Reply("Chọn", (Button("Ngắn", "x" * 1001), Button("Kia", "kia")))

    screen = shown(reply)

    assert [button.payload for button in screen.buttons] == ["1", "kia"]
    assert choices(reply, MESSENGER) == reply.buttons


def test_decomposed_titles_are_counted_as_they_are_read() -> None:
    title = "Đúng cơ quan này nhé"
    decomposed = unicodedata.normalize("NFD", title)

    screen = shown(Reply("Gửi?", (Button(decomposed, decomposed),)))

    assert len(decomposed) > MESSENGER.title
    assert screen.buttons == (Button(title, title),)


def test_decomposed_text_of_two_thousand_letters_is_one_screen() -> None:
    text = ("Thủ tục hành chính " * 200)[:1999] + "ế"

    [screen] = screens(Reply(unicodedata.normalize("NFD", text)), MESSENGER, WORDS)

    assert screen.text == text
    assert len(screen.text) == 2000


def test_the_source_and_who_says_it_belong_to_the_text() -> None:
    reply = Reply("Xong.", link=Link("1.001193", "https://example.gov.vn/1"), by="Cán bộ Lan")

    text = shown(reply).text

    assert text == "Cán bộ Lan:\nXong.\nXem bản công bố: 1.001193\nhttps://example.gov.vn/1"


def test_an_answer_can_be_rated_as_on_the_page() -> None:
    screen = shown(Reply("Lệ phí: 0 đồng.", rateable=True))

    assert screen.text == f"Lệ phí: 0 đồng.\n{STRINGS['rate']}"
    assert screen.buttons == (
        Button(STRINGS["rateYes"], STRINGS["rateYesSays"]),
        Button(STRINGS["rateNo"], STRINGS["rateNoSays"]),
    )


@pytest.mark.parametrize("limits", [MESSENGER, ZALO])
def test_an_answer_to_a_case_can_be_scored_as_on_the_page(limits: Limits) -> None:
    screen = shown(Reply("Đã xử lý.", case="PA-7K2M-09X1", answers_case=True), limits)

    scores = [
        STRINGS["scoreSays"].format(score=score, code="PA-7K2M-09X1") for score in (5, 4, 3, 2, 1)
    ]
    unsolved = STRINGS["unsolvedSays"].format(code="PA-7K2M-09X1")
    said = [button.payload for button in screen.buttons]
    assert said == [*scores, unsolved][: limits.buttons]
    assert unsolved in screen.text


def test_scores_are_offered_all_or_not_at_all() -> None:
    buttons = tuple(Button(letter, letter) for letter in "abcdefghi")
    reply = Reply("Đã xử lý.", buttons, case="PA-7K2M-09X1", answers_case=True)

    screen = shown(reply)

    assert screen.buttons == buttons
    assert "PA-7K2M-09X1 chưa giải quyết" in screen.text


def test_thumbs_without_room_are_not_asked_for() -> None:
    buttons = tuple(Button(letter, letter) for letter in "abcde")

    screen = shown(Reply("Xong.", buttons, rateable=True), ZALO)

    assert screen == Screen("Xong.", buttons)


def test_buttons_are_under_the_last_screen() -> None:
    text = "\n".join(f"- Giấy tờ số {place}" for place in range(200))

    first, *_, last = screens(Reply(text, (Button("Có", "có"),)), MESSENGER, WORDS)

    assert first.buttons == ()
    assert last.buttons == (Button("Có", "có"),)


replies = st.builds(
    Reply,
    st.text(min_size=1, max_size=500).filter(str.strip),
    st.lists(
        st.builds(Button, st.text(min_size=1, max_size=120), st.text(max_size=60)), max_size=16
    ).map(tuple),
    rateable=st.booleans(),
    answers_case=st.booleans(),
    case=st.sampled_from(["", "PA-7K2M-09X1"]),
)


@given(replies, st.sampled_from([Limits(120, 13, 20), Limits(150, 5, 100), Limits(90, 1, 5)]))
def test_every_screen_keeps_the_limits_and_no_words_are_lost(reply: Reply, limits: Limits) -> None:
    shown = screens(reply, limits, WORDS)

    together = "".join("".join(screen.text.split()) for screen in shown)
    assert "".join(unicodedata.normalize("NFC", reply.text).split()) in together
    assert all(0 < len(screen.text) <= limits.text for screen in shown)
    assert all(len(screen.buttons) <= limits.buttons for screen in shown)
    assert all(
        len(button.title) <= limits.title and len(button.payload) <= limits.payload
        for screen in shown
        for button in screen.buttons
    )
    assert shown == screens(reply, limits, WORDS)


@given(replies)
def test_every_choice_has_a_button_or_a_number(reply: Reply) -> None:
    limits = Limits(2000, 5, 20)

    *_, last = screens(reply, limits, WORDS)

    said = [button.payload for button in (*last.buttons, *choices(reply, limits))]
    for button in reply.buttons:
        assert unicodedata.normalize("NFC", button.payload) in said
