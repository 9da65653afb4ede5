import pytest

from knowledge.readings import Reading, Readings

RESTORED = {"lam so do": "làm sổ đỏ", "làm sổ đỏ": "làm sổ đỏ"}
READINGS = Readings(
    restore=lambda text: RESTORED.get(text, text),
    official=lambda text: text.replace("sổ đỏ", "giấy chứng nhận"),
)


def test_an_unaccented_text_is_read_restored_and_in_official_words_too() -> None:
    assert READINGS.of("lam so do") == [
        Reading("lam so do", legible=False),
        Reading("làm sổ đỏ", legible=True),
        Reading("làm giấy chứng nhận", legible=True),
    ]


def test_the_text_as_typed_is_never_replaced() -> None:
    assert READINGS.of("làm sổ đỏ")[0] == Reading("làm sổ đỏ", legible=True)


def test_a_reading_that_changes_nothing_is_not_added() -> None:
    assert READINGS.of("khai sinh") == [Reading("khai sinh", legible=True)]


def test_abbreviations_are_written_out() -> None:
    assert READINGS.of("đổi GPLX")[0].text == "đổi giấy phép lái xe"


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_has_no_reading(text: str) -> None:
    assert READINGS.of(text) == []
