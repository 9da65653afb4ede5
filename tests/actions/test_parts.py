import unicodedata

import pytest

from actions.parts import parts

PAPERS = "\n".join(f"- Giấy tờ số {number}" for number in range(30))


def test_a_short_text_stays_whole() -> None:
    assert parts("Cần:\n- tờ khai", 100) == ["Cần:\n- tờ khai"]


@pytest.mark.parametrize("longest", [60, 100, 333])
def test_every_entry_is_shown_once_and_no_part_is_too_long(longest: int) -> None:
    shown = parts(f"Cần:\n{PAPERS}", longest)

    entries = [line for part in shown for line in part.split("\n") if line.startswith("- ")]
    assert "\n".join(entries) == PAPERS
    assert all(len(part) <= longest for part in shown)


def test_an_entry_is_never_shown_without_its_case() -> None:
    text = f"Cần:\nTrường hợp một\n{PAPERS}\nTrường hợp hai\n- tờ khai khác"

    shown = parts(text, 120)

    assert all("Trường hợp" in part for part in shown)
    assert shown[-1].endswith("Trường hợp hai\n- tờ khai khác")


def test_a_long_line_is_cut_between_sentences() -> None:
    line = "Người dân nộp hồ sơ tại xã. " * 10

    shown = parts(line.strip(), 100)

    assert all(len(part) <= 100 and part.endswith("xã.") for part in shown)
    assert " ".join(shown) == line.strip()


def test_a_text_without_spaces_is_cut_somewhere() -> None:
    assert parts("x" * 250, 100) == ["x" * 100, "x" * 100, "x" * 50]


def test_counts_letters_as_they_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "ộ" * 90)

    assert parts(decomposed, 100) == ["ộ" * 90]


def test_a_heading_longer_than_a_part_is_no_endless_cutting() -> None:
    shown = parts(f"{'dài ' * 100}\n- tờ khai\n- giấy khác", 100)

    text = "\n".join(shown)
    assert "- tờ khai" in text
    assert "- giấy khác" in text
    assert all(len(part) <= 100 for part in shown)
