import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from knowledge.lexicon import Lexicon
from vietnamese.text import fold, normalise
from vietnamese.words import syllables

STARTER = Path(__file__).parents[2] / "data" / "catalogue.jsonl"
LEXICON = Lexicon.load()
RECORDS = [json.loads(line) for line in STARTER.read_text(encoding="utf-8").splitlines()]
Words = tuple[str, ...]


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a record, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


def overlap(one: Words, other: Words) -> bool:
    """Whether one phrase holds the other, or begins as the other ends."""
    length = len(other)
    holds = any(one[at : at + length] == other for at in range(len(one) - length + 1))
    return holds or any(one[:n] == other[-n:] or one[-n:] == other[:n] for n in range(1, length))


@pytest.mark.parametrize(
    ("asked", "official"),
    [
        ("đổi sổ đỏ", "cấp đổi giấy chứng nhận quyền sử dụng đất"),
        ("MẤT BẰNG LÁI XE!", "cấp lại giấy phép lái xe!"),
        ("má tui, tía tui", "mẹ tôi, cha tôi"),
        ("mần giấy độc thân ở mô", "làm giấy xác nhận tình trạng hôn nhân ở đâu"),
        ("mướn nhà", "thuê nhà"),
        ("cắt khẩu", "xóa đăng ký thường trú"),
        ("lấy chồng Đài Loan", "kết hôn có yếu tố nước ngoài"),
    ],
)
def test_says_officially_what_people_say(asked: str, official: str) -> None:
    assert LEXICON.rewrite(asked) == official


def test_the_longest_phrase_counts() -> None:
    assert LEXICON.rewrite("sổ hộ khẩu") == "thông tin về cư trú"
    assert LEXICON.rewrite("tách sổ hộ khẩu") == "tách hộ"


@pytest.mark.parametrize(
    ("asked", "official"),
    [
        ("bố em vừa mất", "cha em khai tử"),
        ("bố em vừa mất bằng lái", "cha em vừa mất bằng lái"),
        ("ông nội mất. Tiền mai táng?", "ông nội mất. mai táng phí chi phí mai táng?"),
        ("cho hỏi mất bao lâu", "cho hỏi mất bao lâu"),
        ("có ba người con", "có ba người con"),
        ("ba tôi", "cha tôi"),
        ("nhập khẩu cho vợ", "đăng ký thường trú cho vợ"),
        ("nhập khẩu hàng hóa cho công ty vợ", "nhập khẩu hàng hóa cho công ty vợ"),
        ("bằng cấp 3", "văn bằng tốt nghiệp trung học phổ thông"),
        ("nhà cấp 3 tầng", "nhà cấp 3 tầng"),
        ("đổi tên cho con", "thay đổi cải chính bổ sung thông tin hộ tịch cho con"),
        ("đổi tên công ty của con", "đăng ký đổi tên của doanh nghiệp của con"),
    ],
)
def test_a_word_of_two_meanings_needs_its_context(asked: str, official: str) -> None:
    assert LEXICON.rewrite(asked) == official


def test_without_diacritics_phrases_match_and_single_words_do_not() -> None:
    assert LEXICON.rewrite("lam lai bang lai xe") == "cấp lại giấy phép lái xe"
    assert LEXICON.rewrite("ma tui") == "ma tôi"
    # "sở hữu" and "sổ hưu", "chống Mỹ" and "chồng Mỹ" have the same letters.
    assert LEXICON.rewrite("quyen so huu") == "quyen so huu"
    assert LEXICON.rewrite("khang chien chong my") == "khang chien chong my"


@pytest.mark.parametrize(
    "text",
    [
        "Đăng ký khai sinh",
        "Công bố sản phẩm",
        "trồng bắp cải",
        "người lao động",
        "giấy má",
        "?",
        "",
    ],
)
def test_a_text_without_everyday_words_is_given_back_as_it_is(text: str) -> None:
    assert LEXICON.rewrite(text) == text


def test_no_title_of_the_starter_catalogue_is_rewritten_but_for_what_it_says_itself() -> None:
    titles = [normalise(record["name"]) for record in RECORDS]

    rewritten = [title for title in titles if LEXICON.rewrite(title) != title]

    assert len(rewritten) < 0.04 * len(titles), rewritten


def test_gives_the_phrases_of_both_sides() -> None:
    phrases = set(LEXICON.phrases())

    assert {"sổ đỏ", "giấy chứng nhận quyền sử dụng đất", "bắp cải", "chồng hàn"} <= phrases
    assert "=" not in phrases


def test_there_are_many_entries_and_each_is_normalised() -> None:
    assert len({entry.line for entry in LEXICON.entries}) > 1000
    for entry in LEXICON.entries:
        for text in (" ".join(entry.everyday.words), entry.official):
            assert normalise(text) == text, entry


def test_an_official_phrase_stays_when_it_is_read_again() -> None:
    """Neither cycles nor chains: rewriting once is rewriting."""
    for entry in LEXICON.entries:
        if entry.changes:
            assert entry.official != " ".join(entry.everyday.words), entry
            assert LEXICON.rewrite(entry.official) == entry.official, entry


def test_of_two_lines_for_one_phrase_the_second_can_be_reached() -> None:
    found = defaultdict(list)
    for entry in LEXICON.entries:
        found[entry.everyday.words].append(entry)

    for entries in found.values():
        for first, second in pairwise(entries):
            assert first.needs or first.excludes, (first, second)
            assert (first.needs, first.excludes) != (second.needs, second.excludes), second


def test_a_phrase_that_stays_protects_something() -> None:
    folded = {tuple(map(fold, entry.everyday.words)) for entry in LEXICON.entries if entry.changes}

    for entry in LEXICON.entries:
        if not entry.changes:
            words = tuple(map(fold, entry.everyday.words))
            assert any(overlap(words, other) for other in folded), entry


def test_official_words_are_those_of_the_catalogue_or_explained() -> None:
    known = {word for record in RECORDS for text in texts_of(record) for word in syllables(text)}

    for entry in LEXICON.entries:
        if entry.changes and not entry.note:
            assert set(entry.official.split()) <= known, entry


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("sổ đỏ", "line 1: not an everyday phrase"),
        ("sổ đỏ\tgiấy\tnote\tmore", "line 1: not an everyday phrase"),
        ("\tgiấy", "line 1: not an everyday phrase"),
        ("mất [@kin]\tkhai tử", "line 1: '@kin'"),
        ("@kin = ba, má\nmất [@kin\tkhai tử", "line 2: not an everyday phrase"),
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, lines: str, reason: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(lines, encoding="utf-8")

    with pytest.raises(ValueError, match=reason):
        Lexicon.load(path)
