"""How phrases are looked for, whatever they stand for."""

import pytest

from agencies.cases.contexts import MEANT, MENTIONED, Contexts
from agencies.cases.phrases import Found, Phrasebook, Stream
from agencies.cases.slips import Slips

CONTEXTS = Contexts(
    past=("hồi trước",), done=("xong",), has_done=("bảo đã",), handed=("chuyển sang",)
)


def meanings(book, text):
    return [found.meaning for found in book.find(Stream(text))]


def test_of_two_phrases_in_one_place_the_longer_is_meant():
    book = Phrasebook([("nhà ở", 1), ("nhà ở xã hội", 2)])

    assert meanings(book, "mua nhà ở xã hội") == [2]
    assert meanings(book, "nhà ở và nhà ở xã hội") == [1, 2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("chúng thực bản sao", True),
        ("chứng thực bản sao", True),
        ("chúng thức bản sao", False),
        ("chung thuc ban sao", False),  # Compiled for texts without diacritics.
    ],
)
def test_one_syllable_of_a_long_phrase_may_have_other_marks(text, found):
    assert bool(meanings(Phrasebook([("chứng thực", 1)]), text)) is found


def test_but_no_short_one():
    assert not meanings(Phrasebook([("phường cứ", 1), ("đo đất", 2)]), "phường cũ do đất")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("phuog", "phường"), ("cogn", "cogn"), ("samsung", "samsung"), ("nha", "nha")],
)
def test_a_slip_is_taken_back_only_to_a_word_that_is_looked_for(typed, meant):
    assert Slips({"phường", "nhà"}).mend([typed]) == [meant]


def test_a_syllable_that_there_is_stays():
    assert Slips({"phường"}).mend(["phượng", "thường"]) == ["phượng", "thường"]


def test_short_forms_are_written_out():
    assert Slips(()).mend(["cty", "k", "trả"]) == ["công", "ty", "không", "trả"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("hồi trước nộp bên sở", MENTIONED),
        ("sở bảo đã gửi", MENTIONED),
        ("đã chuyển sang sở", MEANT),
        ("sở chậm quá", 1.0),
    ],
)
def test_the_words_around_a_body_tell_whether_it_is_meant(text, share):
    stream = Stream(text)
    at = stream.each.index("sở")

    assert CONTEXTS.of_body(stream, Found(None, at, at + 1)) == share


def test_what_is_done_is_not_the_matter():
    assert CONTEXTS.of_topic(Stream("thuế đóng xong"), Found(None, 0, 1)) == MENTIONED
    assert CONTEXTS.of_topic(Stream("thuế chậm quá"), Found(None, 0, 1)) == 1.0
