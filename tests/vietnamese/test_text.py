import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.text import clean, fold, has_diacritics, normalise
from vietnamese.words import expand, syllables


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("xoá", "xóa"),
        ("khoẻ", "khỏe"),
        # "qu" is one consonant, and a final letter keeps the tone where it is.
        ("quý", "quý"),
        ("toàn", "toàn"),
        ("quyển", "quyển"),
        ("giá", "giá"),
        ("hòa", "hòa"),
        ("hoặc", "hoặc"),
        ("đựơc", "được"),
        ("qúy", "quý"),
        ("gìa", "già"),
    ],
)
def test_tones_stand_where_the_new_spelling_puts_them(old: str, new: str) -> None:
    assert normalise(old) == new
    assert normalise(unicodedata.normalize("NFD", old.upper())) == new


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\u200bb\u2060c\ufeffd", "abcd"),
        ("a\u00a0\u00a0b\tc", "a b c"),
        ("a\r\nb\r\n\r\n\r\nc", "a\nb\n\nc"),
        ("  a \n b ", "a\nb"),
        ("\x00\x1b[31ma\ud800", "[31ma"),
        ("\u202ea", "a"),
    ],
)
def test_what_a_reader_does_not_see_is_taken_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_letters_that_only_look_vietnamese_become_vietnamese() -> None:
    assert normalise("Ðăng ký, đƣợc") == "đăng ký, được"
    assert fold("Ðƣờng") == "duong"


def test_folding_takes_every_mark_and_the_stroke_of_d() -> None:
    assert fold("Đường ướt, Ữ Ẫ ỡ") == "duong uot, u a o"


@pytest.mark.parametrize(
    ("text", "marked"), [("dang ky", False), ("đang ky", True), ("DANG KÝ", True), ("123!", False)]
)
def test_a_text_with_one_mark_is_a_text_with_marks(text: str, marked: bool) -> None:
    assert has_diacritics(text) is marked


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("đổi GPLX", "đổi giấy phép lái xe"),
        ("lm cccd ntn", "làm căn cước công dân như thế nào"),
        ("hông biết", "không biết"),
        ("sổ hồng", "sổ hồng"),
    ],
)
def test_abbreviations_are_written_out_and_other_words_left_alone(text: str, full: str) -> None:
    assert expand(text) == full


@given(st.text(max_size=60))
def test_cleaning_and_normalising_twice_change_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)
    assert " ".join(syllables(" ".join(syllables(text)))) == " ".join(syllables(text))
