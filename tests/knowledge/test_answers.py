from dataclasses import replace

import pytest

from knowledge.answers import Answers
from knowledge.client import Answer, AnswerStatus, Aspect
from knowledge.confidence import Confidence
from knowledge.model import Procedure
from knowledge.publish import Publisher
from knowledge.search import SearchSettings
from knowledge.serving import open_answers
from knowledge.testing import ToyEmbedder
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import (
    ALL,
    BIRTH,
    BIRTH_AGAIN,
    EXPIRED,
    LISTED,
    MARRIAGE,
    NOW,
    OLD_LICENCE,
)

# Takes every question for one about the catalogue, and is never sure which.
ASKING = Confidence({"bias": 9.0}, answer=1.1, named=1.1, nothing=0.0, likely=0.9, choices=3)


def ask(answers: Answers, question: str, **context: object) -> Answer:
    return answers.answer(question, now=NOW, **context)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "đăng ký khai sinh cần giấy tờ gì, mất bao lâu",
        "dang ky khai sinh can giay to gi, mat bao lau",
        "ĐĂNG KÝ KHAI SINH CẦN GIẤY TỜ GÌ, MẤT BAO LÂU",
    ],
)
def test_answers_what_was_asked_in_the_order_asked(answers: Answers, question: str) -> None:
    answer = ask(answers, question)

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.procedure and answer.procedure.code == BIRTH.code
    assert [section.aspect for section in answer.sections] == [Aspect.DOCUMENTS, Aspect.TIME]
    assert "- Giấy chứng sinh (bản chính: 1, bản sao: 2)" in answer.sections[0].text
    assert "Trực tiếp: 3 ngày làm việc" in answer.sections[1].text
    assert "Trực tuyến: 0,5 ngày làm việc" in answer.sections[1].text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Tôi ở Phường Bắc Kạn, Tỉnh Thái Nguyên", "Phường Bắc Kạn, Tỉnh Thái Nguyên"),
        ("toi o phuong bac kan, tinh thai nguyen", "Phường Bắc Kạn, Tỉnh Thái Nguyên"),
        ("tôi ở tỉnh Bắc Kạn", "Tỉnh Thái Nguyên"),
    ],
)
def test_who_only_says_where_they_are_is_asked_what_they_need(
    answers: Answers, text: str, place: str
) -> None:
    answer = ask(answers, text)

    assert answer.status is AnswerStatus.UNANSWERED_NO_PROCEDURE
    assert answer.place and answer.place.title == place


def test_a_place_beside_anything_else_is_searched_for_the_rest(answers: Answers) -> None:
    answer = ask(answers, "tôi ở phường Bắc Kạn, tỉnh Thái Nguyên muốn đăng ký kết hôn")

    assert answer.procedure and answer.procedure.code == MARRIAGE.code


def test_an_answer_carries_its_source(answers: Answers) -> None:
    provenance = ask(answers, "đăng ký khai sinh").provenance

    assert provenance
    assert (provenance.code, provenance.decision) == (BIRTH.code, BIRTH.decision)
    assert provenance.url == BIRTH.source.url
    assert "18/07/2026" in provenance.text


@pytest.mark.parametrize(
    "question",
    ["9.000003 ở đâu", "thủ tục mã 9.000003.H49, nộp ở đâu", "Nơi nộp (mã 9.000003)?"],
)
def test_a_code_names_its_procedure(answers: Answers, question: str) -> None:
    answer = ask(answers, question, focus=BIRTH.code)

    assert answer.procedure and answer.procedure.code == MARRIAGE.code
    assert answer.aspects == (Aspect.PLACE,)


def test_an_unknown_code_is_not_taken_for_the_nearest_title(answers: Answers) -> None:
    answer = ask(answers, "đăng ký khai sinh 8.000001 ở đâu")

    assert answer.status is AnswerStatus.UNANSWERED_NO_MATCH


def test_asks_back_when_the_nearest_title_is_hardly_said(answers: Answers) -> None:
    # One word of one title: nothing else is near, which does not make it what is meant.
    question = "sinh nhật bạn gái tặng hoa"

    answer = ask(replace(answers, confidence=ASKING), question)

    assert answer.status is AnswerStatus.CLARIFY_PROCEDURE
    assert [choice.code for choice in answer.choices] == [BIRTH.code]


def test_a_single_choice_is_answered_however_badly_the_words_fit(answers: Answers) -> None:
    answer = ask(
        replace(answers, confidence=ASKING), "sinh nhật bạn gái tặng hoa", among=[BIRTH.code]
    )

    assert answer.status is AnswerStatus.ANSWERED


def test_an_alias_of_citizens_finds_the_procedure(answers: Answers) -> None:
    answer = ask(answers, "lam giay khai sinh cho con")

    assert answer.procedure and answer.procedure.code == BIRTH.code


def test_says_what_the_record_lacks_and_answers_the_rest(answers: Answers) -> None:
    answer = ask(answers, "đăng ký khai sinh kết quả là gì, điều kiện gì")

    assert answer.status is AnswerStatus.ANSWERED_PARTLY
    assert [section.lacks for section in answer.sections] == [False, True]
    assert "không ghi yêu cầu, điều kiện" in answer.sections[1].text


def test_an_aspect_alone_is_answered_for_the_procedure_in_focus(answers: Answers) -> None:
    answer = ask(answers, "vậy lệ phí bao nhiêu?", focus=BIRTH.code)

    assert answer.procedure and answer.procedure.code == BIRTH.code
    assert "50.000 đồng (đăng ký quá hạn)" in answer.sections[0].text


@pytest.mark.parametrize("focus", [None, "9.999999"])
def test_an_aspect_of_nothing_asks_for_the_procedure(answers: Answers, focus: str | None) -> None:
    answer = ask(answers, "lệ phí bao nhiêu", focus=focus)

    assert answer.status is AnswerStatus.UNANSWERED_NO_PROCEDURE


def test_a_new_procedure_leaves_the_focus(answers: Answers) -> None:
    answer = ask(answers, "đăng ký kết hôn cần giấy tờ gì", focus=BIRTH.code)

    assert answer.procedure and answer.procedure.code == MARRIAGE.code


def test_asks_which_one_when_titles_are_the_same(answers: Answers) -> None:
    answer = ask(answers, "tách thửa đất")

    assert answer.status is AnswerStatus.CLARIFY_PROCEDURE
    assert [choice.title for choice in answer.choices] == [
        "Tách thửa đất – UBND tỉnh Bắc Ninh",
        "Tách thửa đất – UBND tỉnh Cà Mau",
    ]


def test_words_choose_among_the_offered(answers: Answers) -> None:
    answer = ask(answers, "đăng ký lại", among=[BIRTH.code, BIRTH_AGAIN.code])

    assert answer.procedure and answer.procedure.code == BIRTH_AGAIN.code


@pytest.mark.parametrize("question", ["thời tiết hôm nay", "asdf qwer", "gia vang bay gio"])
def test_says_that_it_is_not_in_the_catalogue(answers: Answers, question: str) -> None:
    assert ask(answers, question).status is AnswerStatus.UNANSWERED_NO_MATCH


@pytest.mark.parametrize("procedure", [OLD_LICENCE, EXPIRED])
def test_nothing_is_told_of_a_procedure_no_longer_in_force(
    answers: Answers, procedure: Procedure
) -> None:
    answer = ask(answers, f"{procedure.title} cần giấy tờ gì")

    assert answer.status is AnswerStatus.UNANSWERED_NOT_IN_FORCE
    assert answer.sections == ()
    assert answer.provenance and answer.provenance.code == procedure.code


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "\u200b", "'; DROP TABLE procedure;--", "a" * 2000]
)
def test_any_text_gets_an_answer(answers: Answers, text: str) -> None:
    assert ask(answers, text).status.value.startswith("unanswered")


def test_of_a_procedure_known_by_title_only_nothing_is_told_but_code_and_link(
    publisher: Publisher, embedder: ToyEmbedder
) -> None:
    publisher.publish([*ALL, LISTED], ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None
    answers = open_answers(folder, embedder, SearchSettings.load())

    answer = ask(answers, "cấp phép nuôi hươu cần giấy tờ gì, mất bao lâu")

    assert answer.status is AnswerStatus.ANSWERED_PARTLY
    assert [section.lacks for section in answer.sections] == [True]
    assert "mới có tên và mã" in answer.sections[0].text
    assert answer.provenance and answer.provenance.url == LISTED.source.url
    assert LISTED.code in answer.provenance.text


def test_where_one_has_ended_those_in_force_near_it_are_offered(answers: Answers) -> None:
    both = replace(answers, confidence=replace(answers.confidence, likely=0.0))

    answer = ask(both, f"{OLD_LICENCE.title} cần giấy tờ gì")

    assert answer.status is AnswerStatus.UNANSWERED_NOT_IN_FORCE
    offered = {choice.code for choice in answer.choices}
    assert offered
    assert offered.isdisjoint({OLD_LICENCE.code, EXPIRED.code})


def test_siblings_are_told_apart_by_what_makes_the_difference(answers: Answers) -> None:
    unsure = replace(answers, confidence=replace(ASKING, likely=0.0, choices=2))

    answer = ask(unsure, "khai sinh")

    assert answer.status is AnswerStatus.CLARIFY_PROCEDURE
    assert answer.family == BIRTH.title
    assert [choice.title for choice in answer.choices] == [
        "Trường hợp thông thường",
        "Đăng ký lại",
    ]


def test_a_follow_up_that_names_another_case_finds_the_sibling(answers: Answers) -> None:
    answer = ask(answers, "thế còn đăng ký lại thì sao", earlier=["đăng ký khai sinh cần gì"])

    assert answer.procedure and answer.procedure.code == BIRTH_AGAIN.code


@pytest.mark.parametrize("text", ["thế đăng ký lại thì sao", "the dang ky lai thi sao"])
def test_a_follow_up_naming_a_sibling_finds_it_and_asks_for_the_same_part(
    answers: Answers, text: str
) -> None:
    answer = ask(answers, text, focus=BIRTH.code, earlier=["đăng ký khai sinh mất bao lâu"])

    assert answer.procedure and answer.procedure.code == BIRTH_AGAIN.code
    assert answer.aspects == (Aspect.TIME,)


def test_a_place_alone_is_answered_for_the_procedure_in_focus(answers: Answers) -> None:
    answer = ask(answers, "tôi ở phường Bến Nghé, quận 1", focus=BIRTH.code)

    assert answer.procedure and answer.procedure.code == BIRTH.code
    assert answer.aspects == (Aspect.PLACE,)
    assert answer.place and "Sài Gòn" in answer.place.title


def test_a_day_alone_is_answered_for_the_procedure_in_focus(answers: Answers) -> None:
    answer = ask(answers, "thế nộp thứ hai tuần sau thì sao", focus=BIRTH.code)

    assert answer.procedure and answer.procedure.code == BIRTH.code
    assert answer.aspects == (Aspect.DUE,)


@pytest.mark.parametrize("question", ["đăng ký kết hôn ở đâu", "9.000003 ở đâu"])
def test_the_case_of_another_procedure_does_not_count(answers: Answers, question: str) -> None:
    answer = ask(answers, question, focus=BIRTH.code, case="all")

    assert answer.procedure and answer.procedure.code == MARRIAGE.code
    assert answer.case is None


def test_a_ward_does_not_disturb_the_search(answers: Answers) -> None:
    answer = ask(answers, "đăng ký kết hôn ở phường Bến Nghé, quận 1 thì nộp ở đâu")

    assert answer.procedure and answer.procedure.code == MARRIAGE.code


def test_compares_the_procedures_that_a_question_names(answers: Answers) -> None:
    answer = answers.compare("đăng ký khai sinh với đăng ký kết hôn khác gì nhau", now=NOW)

    assert answer.status is AnswerStatus.ANSWERED
    assert [choice.code for choice in answer.choices] == [BIRTH.code, MARRIAGE.code]


def test_compares_what_was_talked_about(answers: Answers) -> None:
    codes = [BIRTH.code, EXPIRED.code, MARRIAGE.code]

    answer = answers.compare("hai cái đó khác gì nhau", now=NOW, codes=codes)

    assert [choice.code for choice in answer.choices] == [BIRTH.code, MARRIAGE.code]


def test_compares_a_named_procedure_with_the_one_talked_about(answers: Answers) -> None:
    answer = answers.compare("nó khác gì với đăng ký kết hôn", now=NOW, codes=[BIRTH.code])

    assert {choice.code for choice in answer.choices} == {BIRTH.code, MARRIAGE.code}


def test_one_procedure_is_no_comparison(answers: Answers) -> None:
    named = answers.compare("so sánh đăng ký kết hôn", now=NOW)
    nothing = answers.compare("hai cái đó khác gì nhau", now=NOW)

    assert named.status is AnswerStatus.CLARIFY_PROCEDURE
    assert nothing.status is AnswerStatus.UNANSWERED_NO_PROCEDURE


def test_of_a_story_that_names_two_procedures_the_later_one_is_meant(answers: Answers) -> None:
    story = (
        "Năm ngoái vợ chồng em đăng ký kết hôn. Nhà em ở xa ủy ban, hai vợ chồng lại đi làm cả "
        "tuần nên không có ai ở nhà. Mẹ em lớn tuổi rồi, mắt kém, không đọc được chữ nhỏ trên điện "
        "thoại. Em cũng không rành máy tính cho lắm. Giờ em muốn đăng ký khai sinh."
    )

    assert ask(answers, story).choices[0].code == BIRTH.code
