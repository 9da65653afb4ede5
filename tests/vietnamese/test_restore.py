import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vietnamese.restore import Restorer
from vietnamese.text import fold, normalise
from vietnamese.words import expand, syllables

STARTER = Path(__file__).parents[2] / "data" / "catalogue.jsonl"


def starter_texts() -> Iterator[tuple[str, float]]:
    for line in STARTER.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield record["name"], 3.0
        yield record.get("description") or "", 1.0
        yield from ((step["text"], 0.5) for step in record["steps"])


TEXTS = list(starter_texts())
RESTORER = Restorer.train(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky khai sinh cho con", "đăng ký khai sinh cho con"),
        ("toi muon lam lai so do bi mat", "tôi muốn làm lại sổ đỏ bị mất"),
        ("bang lai xe het han", "bằng lái xe hết hạn"),
        ("doi bang lai hang b2", "đổi bằng lái hạng b2"),
        ("cap lai bằng lái xe", "cấp lại bằng lái xe"),
        ("đang ky tam tru", "đăng ký tạm trú"),
        ("dang ki ket hon", "đăng ký kết hôn"),
        ("đăng kí kết hôn", "đăng ký kết hôn"),
        ("dang ky ket hon o kiết lỵ", "đăng ký kết hôn ở kiết lỵ"),
    ],
)
def test_puts_back_the_marks_that_were_left_out(typed: str, meant: str) -> None:
    assert RESTORER.restore(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaang ky khai sinh", "đăng ký khai sinh"),
        ("giaays khai sinh", "giấy khai sinh"),
        ("gia61y khai sinh", "giấy khai sinh"),
        ("giấy khai sing", "giấy khai sinh"),
        ("giấy khia sinh", "giấy khai sinh"),
        ("giấyy khai snih", "giấy khai sinh"),
        ("đăg ký kết hôn", "đăng ký kết hôn"),
        ("đuợc cấp bảo hiễm y tế", "được cấp bảo hiểm y tế"),
        ("nghĩ hưu", "nghỉ hưu"),
        ("giấykhai sinh", "giấy khai sinh"),
        ("so hog", "sổ hồng"),
    ],
)
def test_mends_slips_of_the_finger_and_of_the_ear(typed: str, meant: str) -> None:
    assert RESTORER.restore(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lam cccd o dau", "làm căn cước công dân ở đâu"),
        ("bhxh 1 lan", "bảo hiểm xã hội 1 lần"),
        ("dk ket hon vs ng nn", "đăng ký kết hôn với người nước ngoài"),
    ],
)
def test_what_was_abbreviated_tells_nothing_about_the_marks_of_the_rest(
    typed: str, meant: str
) -> None:
    assert RESTORER.restore(typed) == meant
    assert RESTORER.restore(expand(typed)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Con tôi bị mất bằng lái",
        "Ba con đi xe máy",
        "tên là Nguyễn Thị Quỳnh",
        "hạng B2, lớp 10, quận 7, 50cc",
        "VNeID, Zalo, Honda SH",
        "khai sinh",
        "0912345678",
        "?!",
        "",
    ],
)
def test_what_is_right_is_given_back_as_it_is(text: str) -> None:
    assert RESTORER.restore(text) == text


def test_titles_and_descriptions_are_read_again_from_their_letters_alone() -> None:
    texts = [expand(text) for text, weight in TEXTS if weight >= 1.0]

    read = [syllables(RESTORER.restore(fold(text))) for text in texts]

    wanted = [syllables(text) for text in texts]
    right = sum(sum(map(str.__eq__, a, b)) for a, b in zip(read, wanted, strict=True))
    assert right > 0.985 * sum(map(len, wanted))


def test_titles_and_descriptions_with_their_marks_are_left_alone() -> None:
    texts = [expand(text) for text, weight in TEXTS if weight >= 1.0]

    changed = [text for text in texts if syllables(RESTORER.restore(text)) != syllables(text)]

    assert len(changed) < 0.01 * len(texts), changed


def test_a_saved_restorer_reads_the_same_and_is_small(tmp_path: Path) -> None:
    path = tmp_path / "restorer"

    RESTORER.save(path)

    again = Restorer.load(path)
    again.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    assert path.stat().st_size < 2_000_000
    assert again.restore("dang ky khai sinh") == "đăng ký khai sinh"


def test_the_same_texts_give_the_same_restorer(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Restorer.train(TEXTS[:200]).save(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_that_is_no_restorer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "restorer"
    path.write_text("something else")

    with pytest.raises(ValueError, match="not a model"):
        Restorer.load(path)


def test_texts_published_without_diacritics_teach_nothing() -> None:
    bad = [("dang ky khai sinh luu dong", 50.0)]

    assert Restorer.train([*TEXTS, *bad]).restore("dang ky khai sinh") == "đăng ký khai sinh"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aâbcdđeêghiíklmnoôpqrstuưvxyzwj 0123456789.,!\n-_ếợ", max_size=60))
def test_any_text_is_read_and_no_number_changes(text: str) -> None:
    read = RESTORER.restore(text)

    numbers = [word for word in syllables(text) if word.isdigit()]
    assert [word for word in syllables(read) if word.isdigit()] == numbers
    assert fold(read).replace(" ", "") or not normalise(text)


def test_a_word_that_never_ends_is_no_burden() -> None:
    assert RESTORER.restore("a" * 20_000) == "a" * 20_000
