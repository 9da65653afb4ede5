import pytest

from knowledge.client import Aspect
from knowledge.question import QuestionReader, split_sentences

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


def test_a_single_sentence_is_left_alone() -> None:
    assert split_sentences("Phí theo Điều 5.2 là bao nhiêu?") == ["Phí theo Điều 5.2 là bao nhiêu?"]
