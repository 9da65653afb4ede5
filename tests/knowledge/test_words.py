from pathlib import Path

from knowledge.words import Entry, Words
from tests.knowledge.samples import ALL, BIRTH, LAND_NORTH, LAND_SOUTH

SOUND = """
- code: "9.000001"
  title: Đăng ký khai sinh
  words:
    - vợ mới sanh em bé
    - làm giấy tờ cho con
"""


def write(folder: Path, text: str, name: str = "ho-tich.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_words_stand_beside_those_of_the_record(tmp_path: Path) -> None:
    [joined] = Words.read([write(tmp_path, SOUND)]).joined([BIRTH])

    assert joined.keywords == (*BIRTH.keywords, "vợ mới sanh em bé", "làm giấy tờ cho con")


def test_words_count_for_every_procedure_of_the_same_title() -> None:
    entry = Entry("9.999999", "tách thửa; đất.", ("cắt đất cho con",), "x")

    joined = Words((entry,)).joined([LAND_NORTH, LAND_SOUTH, BIRTH])

    assert [each.keywords for each in joined[:2]] == [("cắt đất cho con",)] * 2
    assert joined[2] == BIRTH


def test_an_entry_of_its_own_comes_before_one_of_the_same_title() -> None:
    entries = (
        Entry(LAND_NORTH.code, "Tách thửa đất", ("cắt đất",), "a"),
        Entry(LAND_SOUTH.code, "Tách, thửa đất", ("chia đất",), "b"),
    )

    joined = Words(entries).joined([LAND_NORTH, LAND_SOUTH])

    assert [each.keywords for each in joined] == [("cắt đất",), ("chia đất",)]


def test_a_bad_phrase_loses_only_itself_and_is_told_with_its_place(tmp_path: Path) -> None:
    text = SOUND + "    - 2026\n    - ''\n- code: 9.1\n  title: x\n  words: [a]\n- nonsense\n"

    words = Words.read([write(tmp_path, text)])

    assert words.entries[0].words == ("vợ mới sanh em bé", "làm giấy tờ cho con")
    assert len(words.faults) == 4
    assert words.faults[0].startswith("ho-tich.yml entry 1 (9.000001): 2026")
    assert "entry 2" in words.faults[2]


def test_a_file_that_is_no_yaml_loses_only_itself(tmp_path: Path) -> None:
    write(tmp_path, "a: [", "broken.yml")

    words = Words.read([write(tmp_path, SOUND), tmp_path / "missing.yml"])

    assert len(words.entries) == 1
    assert [fault.split(" was")[0] for fault in words.faults] == ["broken.yml", "missing.yml"]


def test_the_report_counts_and_names_what_stands_for_several() -> None:
    entries = (
        Entry("9.000001", "Đăng ký khai sinh", ("làm giấy",), "a"),
        Entry("9.000003", "Đăng ký kết hôn", ("Làm giấy",), "b"),
        Entry("8.000000", "Thủ tục không có", ("gì đó",), "c"),
    )

    report = Words(entries).report(ALL)

    assert "1 phrases" not in report
    assert "for 2 of 7 procedures" in report
    assert "1 of 3 entries are for procedures that are not in this catalogue" in report
    assert "'làm giấy' stands for several: 9.000001, 9.000003" in report


def test_other_words_have_another_fingerprint(tmp_path: Path) -> None:
    first = Words.read([write(tmp_path, SOUND)]).sha256

    assert Words.read([write(tmp_path, SOUND + "    - thêm câu này\n")]).sha256 != first
