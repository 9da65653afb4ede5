import pytest

from knowledge.readings import Reading, Readings

RESTORED = {"lam so do": "làm sổ đỏ"}
READINGS = Readings(
    restore=lambda text: RESTORED.get(text, text),
    official=lambda text: text.replace("sổ đỏ", "giấy chứng nhận"),
)


def test_a_text_is_read_as_typed_as_meant_and_in_official_words() -> None:
    assert READINGS.of("lam so do") == Reading(
        ("lam so do", "làm sổ đỏ"), meant="làm sổ đỏ", official="làm giấy chứng nhận"
    )


def test_a_reading_that_changes_nothing_is_not_added() -> None:
    assert READINGS.of("khai sinh") == Reading(
        ("khai sinh",), meant="khai sinh", official="khai sinh"
    )


def test_abbreviations_are_written_out() -> None:
    assert READINGS.of("đổi GPLX").meant == "đổi giấy phép lái xe"


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_has_no_reading(text: str) -> None:
    assert READINGS.of(text).texts == ()
