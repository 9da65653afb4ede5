"""Long texts in pieces: nothing lost, nothing in the middle of a letter, entries kept whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.cutting import cut

LIMIT = 2000
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1fb\U0001f1f3"
DARK_THUMB = "\U0001f44d\U0001f3ff"
HEART = "\u2764\ufe0f"
KEYCAP = "1\ufe0f\u20e3"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
# "a" with two marks that have no composed form together.
MARKED = "q\u0323\u0307"

texts = st.text(
    st.sampled_from(["a", "Đ", "ế", " ", "\n", "-", ".", "1", *FAMILY, *FLAG, *DARK_THUMB, *MARKED])
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_leaves_a_text_that_fits_alone() -> None:
    assert cut("Lệ phí: 0 đồng.", LIMIT) == ["Lệ phí: 0 đồng."]
    assert cut("a" * LIMIT, LIMIT) == ["a" * LIMIT]


def test_keeps_the_entries_of_a_list_whole_and_in_order() -> None:
    entries = [
        f"{letter}) Giấy tờ {letter}: " + "bản sao có chứng thực " * 20 for letter in "abcdeg"
    ]
    text = "\n".join(["Bạn cần:", *entries])

    pieces = cut(text, LIMIT)

    assert len(pieces) == 2
    assert all(any(entry.strip() in piece for piece in pieces) for entry in entries)
    assert all(piece.startswith(("Bạn cần:", *entries)) for piece in pieces)


@pytest.mark.parametrize("bullet", ["- ", "• ", "* ", "+ ", "– ", "12. ", "3) ", "đ) ", "  - "])
def test_knows_the_entries_of_the_catalogue(bullet: str) -> None:
    first = "x" * 800
    entry = "y" * 1000 + "\n" + "z" * 290

    pieces = cut(f"{first}\n{bullet}{entry}", LIMIT)

    assert pieces == [first, f"{bullet.strip()} {entry}"]


def test_an_entry_longer_than_a_piece_is_cut_between_its_sentences() -> None:
    sentence = "Người yêu cầu nộp một bộ hồ sơ tại Bộ phận Một cửa. "

    pieces = cut("- " + sentence * 60, LIMIT)

    assert len(pieces) == 2
    assert pieces[0].endswith("Một cửa.")
    assert pieces[1].startswith("Người yêu cầu")


def test_does_not_cut_an_address() -> None:
    address = "https://example.gov.vn/" + "a" * 600

    pieces = cut("Xem tại " + "b" * 1500 + " " + address, LIMIT)

    assert pieces[-1] == address


def test_a_break_right_at_the_limit_is_used() -> None:
    assert cut("a" * LIMIT + "\nb", LIMIT) == ["a" * LIMIT, "b"]
    assert cut("a" * LIMIT + " b", LIMIT) == ["a" * LIMIT, "b"]


@pytest.mark.parametrize("emoji", [FAMILY, FLAG, DARK_THUMB, HEART, KEYCAP, SCOTLAND, MARKED])
@pytest.mark.parametrize("back", range(1, 8))
def test_does_not_cut_inside_an_emoji(emoji: str, back: int) -> None:
    before = "a" * (LIMIT - back)

    pieces = cut(before + emoji + "b" * 10, LIMIT)

    assert all(len(piece) <= LIMIT for piece in pieces)
    assert any(emoji in piece for piece in pieces)
    assert "".join(pieces) == before + emoji + "b" * 10


@pytest.mark.parametrize("shift", ["", "a"])
def test_a_row_of_flags_is_cut_between_two_of_them(shift: str) -> None:
    pieces = cut(shift + FLAG * LIMIT, LIMIT - 1)

    assert all(piece.removeprefix(shift) == FLAG * (len(piece) // 2) for piece in pieces)


def test_marks_without_end_are_cut_at_the_limit() -> None:
    pieces = cut("a" + "\u0323" * 2 * LIMIT, LIMIT)

    assert [len(piece) for piece in pieces] == [LIMIT, LIMIT, 1]


def test_nothing_but_white_space_is_no_endless_row_of_pieces() -> None:
    assert cut(" " * 3 * LIMIT + "a" + " " * 3 * LIMIT, LIMIT) == ["a"]


@given(texts, st.integers(min_value=1, max_value=30))
def test_loses_nothing_and_keeps_the_limit(text: str, longest: int) -> None:
    pieces = cut(text, longest)

    assert all(len(piece) <= longest for piece in pieces)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(pieces) or pieces == [""]


@given(st.text(max_size=300), st.integers(min_value=5, max_value=60))
def test_loses_no_letter_of_any_script(text: str, longest: int) -> None:
    text = unicodedata.normalize("NFC", text)

    pieces = cut(text, longest)

    assert all(len(piece) <= longest for piece in pieces)
    assert squeezed("".join(pieces)) == squeezed(text)


@given(st.lists(st.sampled_from(["- giấy tờ", "- tờ khai", "1. bản sao"]), min_size=1))
def test_short_entries_are_never_divided(entries: list[str]) -> None:
    pieces = cut("\n".join(entries), 40)

    assert [line for piece in pieces for line in piece.split("\n")] == entries
