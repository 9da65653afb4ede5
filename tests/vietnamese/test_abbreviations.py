import json
from pathlib import Path
from typing import Any

import pytest

from vietnamese.abbreviations import abbreviations, read_abbreviations
from vietnamese.syllable import parse
from vietnamese.text import fold, normalise
from vietnamese.words import expand, syllables

STARTER = Path(__file__).parents[2] / "data" / "catalogue.jsonl"


def words_of(record: dict[str, Any]) -> str:
    return " ".join([record["name"], *(s["text"] for s in record["steps"])])


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("hs gồm gì", "hồ sơ gồm gì"),
        ("hs nghèo có dc miễn hp ko", "học sinh nghèo có được miễn hp không"),
        ("nop hs ngheo", "nop học sinh ngheo"),
        ("bằng b k đổi đc", "bằng b k đổi được"),
        ("loại k", "loại k"),
        ("k biết", "không biết"),
        ("đổi đc thường trú", "đổi địa chỉ thường trú"),
        ("đk kh vs ng nn", "đăng ký kết hôn với người nước ngoài"),
        ("ra ca xã", "ra công an xã"),
        ("nuôi ca", "nuôi ca"),
        ("UBND P. 3", "ủy ban nhân dân phường. 3"),
        ("con TB", "con thương binh"),
        ("C/O mẫu VK", "c/o mẫu vk"),
        ("Đăng ký BHXH, BHTN; TNLĐ-BNN",
         "đăng ký bảo hiểm xã hội, bảo hiểm thất nghiệp; tai nạn lao động-bệnh nghề nghiệp"),
    ],
)  # fmt: skip
def test_the_neighbours_of_a_short_form_decide_what_it_means(text: str, full: str) -> None:
    assert expand(text) == full


@pytest.mark.parametrize("text", ["hạng b", "loại r", "x quang", "loại c", "mẫu k", "t-van"])
def test_single_letters_of_real_names_stay(text: str) -> None:
    assert expand(f"cấp {text}") == f"cấp {text}"


def test_every_long_form_is_normalised_and_stays_as_it_is_when_read_again() -> None:
    for short, meanings in abbreviations().items():
        for meaning in meanings:
            if meaning.full.lower() != short:
                assert normalise(meaning.full) == meaning.full.lower()
                assert expand(meaning.full) == meaning.full.lower(), short


def test_what_is_a_word_without_its_diacritics_needs_a_neighbour() -> None:
    records = map(json.loads, STARTER.read_text(encoding="utf-8").splitlines())
    written = {word for record in records for word in syllables(words_of(record))}
    words = {fold(word) for word in written if parse(word)}

    always = {
        short
        for short, meanings in abbreviations().items()
        if any(each.full != short and each.fits("", "") for each in meanings)
    }

    assert len(always) > 150
    assert len(words) > 400
    assert always & words == set()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hs", "not a short form"),
        ("hs\t", "not a short form"),
        ("hs\thồ sơ\tnghèo", "is not a word before or after"),
        ("hs\thồ sơ\t_ nghèo quá", "is not a word before or after"),
        ("hs\thồ sơ\nhs\thọc sinh\t_ nghèo", "always has its meaning above"),
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, line: str, reason: str) -> None:
    table = tmp_path / "abbreviations.tsv"
    table.write_text(f"# A table\n\n{line}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=rf"line \d: .*{reason}"):
        read_abbreviations(table)
