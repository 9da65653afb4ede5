from pathlib import Path

import pytest

from knowledge.client import Aspect
from knowledge.importers import import_file
from knowledge.model import Channel
from knowledge.question import QuestionReader
from tests.knowledge.aspect_scores import labelled, scores

READER = QuestionReader.load()


@pytest.mark.parametrize(
    ("text", "subject", "aspects"),
    [
        (
            "dang ky khai sinh can giay to gi, mat bao lau",
            "dang ky khai sinh",
            [Aspect.DOCUMENTS, Aspect.TIME],
        ),
        (
            "Đăng ký kết hôn ở đâu, tốn bao nhiêu tiền?",
            "đăng ký kết hôn",
            [Aspect.PLACE, Aspect.FEE],
        ),
        ("LỆ PHÍ ĐỔI BẰNG LÁI XE", "đổi bằng lái xe", [Aspect.FEE]),
        ("khai lệ phí trước bạ xe máy ở đâu", "khai lệ phí trước bạ xe máy", [Aspect.PLACE]),
        ("mẫu đơn xin tạm trú", "xin tạm trú", [Aspect.FORM]),
        ("đăng ký tạm trú", "đăng ký tạm trú", []),
        ("giấy phép xây dựng có thời hạn", "giấy phép xây dựng có thời hạn", []),
    ],
)
def test_separates_what_is_asked_from_what_it_is_about(
    text: str, subject: str, aspects: list[Aspect]
) -> None:
    question = READER.read(text)

    assert question.subject == subject
    assert list(question.aspects) == aspects
    assert question.names_procedure


@pytest.mark.parametrize(
    "text",
    [
        "vậy lệ phí bao nhiêu?",
        "the mat bao lau",
        "còn làm online thì sao",
        "cần giấy tờ gì ạ",
        "?!",
    ],
)
def test_a_question_of_an_aspect_alone_names_no_procedure(text: str) -> None:
    assert not READER.read(text).names_procedure


def test_an_accented_word_does_not_match_a_phrase_of_other_accents() -> None:
    question = READER.read("cấp phí")

    assert READER.read("cấp phi cơ").aspects == ()
    assert question.aspects == (Aspect.FEE,)


def test_a_story_is_cut_into_sentences_and_its_last_ones_are_read() -> None:
    before = "Chào anh chị. Em mới sinh bé hôm qua ở bệnh viện tỉnh, nhà em thì ở xã bên. "
    story = before * 3 + "Giờ làm khai sinh cho bé cần giấy tờ gì ạ?"

    question = READER.read(story)

    assert question.sentences[-1] == "giờ làm khai sinh cho bé ạ"
    assert question.aspects == (Aspect.DOCUMENTS,)


@pytest.mark.parametrize("part", ["tuned", "held"])
@pytest.mark.parametrize("accented", [True, False])
def test_reads_what_is_asked_in_many_registers(part: str, accented: bool) -> None:
    messages = list(labelled(f"aspects_{part}"))

    found = scores(READER, messages if accented else [each.unaccented() for each in messages])

    assert found.macro >= 0.95, found.wrong
    assert min(found.f1.values()) >= 0.88, found.wrong
    assert found.ordered >= 0.9, found.wrong


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("làm online được không", [Channel.ONLINE]),
        ("co nop qua mang duoc k", [Channel.ONLINE]),
        ("gửi qua bưu điện hay nộp trực tuyến", [Channel.POSTAL, Channel.ONLINE]),
        ("có bắt buộc tới trực tiếp không", [Channel.DIRECT]),
        ("nộp ở đâu", []),
    ],
)
def test_reads_which_way_of_filing_is_asked_for(text: str, channels: list[Channel]) -> None:
    question = READER.read(text)

    assert question.aspects == (Aspect.PLACE,)
    assert list(question.channels) == channels


def test_the_words_of_titles_are_seldom_taken_for_questions() -> None:
    titles = [each.title for each in import_file(Path("data/catalogue.jsonl"), "jsonl").procedures]

    taken = [title for title in titles if READER.read(title).aspects]

    assert len(taken) <= len(titles) * 0.05, taken


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("nộp online thì mất bao lâu", [Aspect.TIME]),
        ("nộp trực tiếp thứ sáu thì khi nào có", [Aspect.DUE]),
        ("bao lâu xong, có nộp online không", [Aspect.TIME, Aspect.PLACE]),
        ("mất bao lâu, nộp online được không", [Aspect.TIME, Aspect.PLACE]),
        ("nộp ở đâu, nộp online thì mất bao lâu", [Aspect.PLACE, Aspect.TIME]),
    ],
)
def test_a_way_of_filing_told_in_passing_is_no_question(text: str, aspects: list[Aspect]) -> None:
    assert list(READER.read(text).aspects) == aspects
