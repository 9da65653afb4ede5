import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.syllable import TONES, parse, place_tone
from vietnamese.text import fold, normalise

ACUTE = "\u0301"
# Every rime of the language, written by hand with an acute where the new spelling puts the tone.
RIMES = """
á ác ách ái ám án áng ánh áo áp át áu áy ắc ắm ắn ắng ắp ắt ấc ấm ấn ấng ấp ất ấu ấy
é éc ém én éng éo ép ét ế ếch ếm ến ếnh ếp ết ếu í ích ím ín ính íp ít íu ía
iếc iếm iến iếng iếp iết iếu ó óc ói óm ón óng óp ót ố ốc ối ốm ốn ống ốp ốt ớ ới ớm ớn ớp ớt
ú úc úi úm ún úng úp út úa uốc uối uốm uốn uống uốt ứ ức ứi ứng ứt ứu ứa
ước ưới ướm ướn ướng ướp ướt ướu óa oác oách oái oám oán oáng oánh oáo oáp oát oáy
oắc oắm oắn oắng oắt óe oén oéo oét oóc oóng uấn uấng uất uấy uế uếch uến uếnh uớ
úy uých uýnh uýp uýt uýu uyến uyết
"""
AFTER_QU = """
á ác ách ái án áng ánh áo át áu áy ắc ắn ắng ắp ắt ấn ất ấy é én éo ét ế ến ết
í ích ít ín ớ ớt ý ýnh ýt yến yết ốc
"""
AFTER_GI = """
á ác ách ái ám án áng áo áp át áu áy ắc ắng ắt ấc ấm ấu ấy é éo ét ếng ết
ó óc ói óng ót ố ối ống ớ ới ớn ú úa úc úi ún úp ứ ứa ường ưới
"""
PLAIN_ONSETS = """
b c ch d đ gh h k kh l m n ng ngh nh p ph r s t th tr v x
"""


def every_syllable() -> Iterator[str]:
    onsets = dict.fromkeys(["", *PLAIN_ONSETS.split()], RIMES)
    onsets |= {"qu": AFTER_QU, "gi": AFTER_GI}
    for onset, rimes in onsets.items():
        for rime in rimes.split():
            marks = unicodedata.normalize("NFD", onset + rime)
            for tone in TONES:
                yield unicodedata.normalize("NFC", marks.replace(ACUTE, tone))


SYLLABLES = sorted(set(every_syllable()) | {"yến", "yếu", "yểm", "yết", "gì", "gìn", "gím"})


def letters_of(syllable: str) -> tuple[str, str]:
    """A syllable's letters without the tone, and the tone."""
    marks = unicodedata.normalize("NFD", syllable)
    tone = next(mark for mark in marks if mark in TONES)
    return unicodedata.normalize("NFC", marks.replace(tone, "")), tone


def test_every_correctly_spelt_syllable_stays_as_it_is() -> None:
    changed = {each: place_tone(each) for each in SYLLABLES if place_tone(each) != each}

    assert changed == {}
    assert len(SYLLABLES) > 15_000


@pytest.mark.parametrize("syllable", ["hoặc", "khoẳng", "ngoặc", "loẵng", "xoặn", "oẳn"])
def test_a_mark_of_its_own_keeps_the_tone_on_its_letter(syllable: str) -> None:
    assert normalise(syllable) == syllable
    assert normalise(unicodedata.normalize("NFD", syllable)) == syllable


@given(st.sampled_from(SYLLABLES), st.data())
def test_a_tone_on_the_wrong_vowel_is_moved_to_the_right_one(
    syllable: str, data: st.DataObject
) -> None:
    letters, tone = letters_of(syllable)
    vowels = [at for at, letter in enumerate(letters, 1) if fold(letter) in "aeiouy"]

    at = data.draw(st.sampled_from(vowels))

    misplaced = unicodedata.normalize("NFC", letters[:at] + tone + letters[at:])
    assert place_tone(misplaced) == syllable


@given(st.sampled_from(SYLLABLES))
def test_a_syllable_is_cut_into_parts_that_make_it_up_again(syllable: str) -> None:
    parts = parse(syllable)

    assert parts is not None
    assert parts.written() == syllable


@pytest.mark.parametrize(
    "word", ["café", "online", "zalo", "kilômét", "xyz", "đ", "bhxh", "krông", "số2", "áá", ""]
)
def test_what_is_no_syllable_is_left_alone(word: str) -> None:
    assert parse(word) is None
    assert place_tone(word) == word


@given(st.text(alphabet="aăâeêioôơuưyqghcnđtáờệ ðƣ" + TONES + "\u0302\u0306\u031b", max_size=12))
def test_normalising_marks_in_any_order_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(normalise(text)) == fold(text)
