from dataclasses import replace
from datetime import date, datetime, time

import pytest

from knowledge.cases import CaseReader
from knowledge.client import ALL_CASES, Answer, AnswerStatus, Aspect
from knowledge.model import Absent, Channel, Method, Procedure, Reason
from knowledge.places.offices import OfficeFinder
from knowledge.places.reading import Places
from knowledge.question import QuestionReader
from knowledge.render import Renderer
from knowledge.telling import Chosen, Telling
from tests.knowledge.samples import BIRTH, EXPIRED, GUIDE, LISTED, MARRIAGE, NOW
from vietnamese.workdays import WorkCalendar

READER = QuestionReader.load()
TELLING = Telling(
    "v1",
    Renderer(),
    CaseReader.load(),
    WorkCalendar.load(),
    Places.load(),
    OfficeFinder.load(),
    READER.fillers,
)


def tell(
    procedure: Procedure, question: str, *, case: str = "", place: str = "", now: datetime = NOW
) -> Answer:
    return TELLING.tell(procedure, READER.read(question), now, Chosen(case, place))


def test_asks_for_the_case_and_answers_the_rest_at_once() -> None:
    answer = tell(GUIDE, "cấp lại thẻ cần giấy tờ gì, lệ phí bao nhiêu")

    assert answer.status is AnswerStatus.CLARIFY_CASE
    assert answer.aspects == (Aspect.DOCUMENTS, Aspect.FEE)
    assert [section.aspect for section in answer.sections] == [Aspect.FEE]
    assert [choice.title for choice in answer.choices] == ["Thẻ bị mất", "Thẻ bị rách nát"]
    assert answer.checklist is None
    assert answer.case is None


def test_answers_for_the_chosen_case() -> None:
    answer = tell(GUIDE, "cấp lại thẻ cần giấy tờ gì", case="2")

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.case and answer.case.title == "Thẻ bị rách nát"
    assert "Thẻ cũ" in answer.sections[0].text
    assert "Cam kết" not in answer.sections[0].text
    assert answer.checklist and answer.checklist.case == "Thẻ bị rách nát"


def test_a_case_that_the_question_names_counts_more_than_the_one_before() -> None:
    answer = tell(GUIDE, "thẻ bị mất cần giấy tờ gì", case="2")

    assert answer.case and answer.case.code == "1"


def test_shows_all_cases_labelled_on_request() -> None:
    answer = tell(GUIDE, "cần giấy tờ gì", case=ALL_CASES)

    text = answer.sections[0].text
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.case and answer.case.code == ALL_CASES
    assert "a) Trường hợp thẻ bị mất, hồ sơ gồm:\n- Cam kết" in text
    assert "b) Trường hợp thẻ bị rách nát, hồ sơ gồm:\n- Thẻ cũ" in text
    assert answer.checklist is None


def test_a_case_of_nobody_is_asked_for_again() -> None:
    assert tell(GUIDE, "cần giấy tờ gì", case="77").status is AnswerStatus.CLARIFY_CASE


def test_choosing_a_case_without_a_question_asks_for_its_papers() -> None:
    assert tell(GUIDE, "", case="1").aspects == (Aspect.DOCUMENTS,)


def test_what_does_not_depend_on_the_case_needs_none() -> None:
    answer = tell(GUIDE, "mẫu đơn nào, mất bao lâu")

    assert answer.status is AnswerStatus.ANSWERED
    assert [section.aspect for section in answer.sections] == [Aspect.FORM, Aspect.TIME]


def test_every_list_item_has_a_line_of_its_own() -> None:
    answer = tell(GUIDE, "cần giấy tờ gì, nộp ở đâu, lệ phí", case=ALL_CASES)

    for section in answer.sections:
        assert all(" - " not in line.strip() for line in section.text.splitlines())


def test_a_procedure_without_cases_has_a_checklist_at_once() -> None:
    answer = tell(BIRTH, "cần giấy tờ gì")

    assert answer.checklist and len(answer.checklist.items) == 2
    assert answer.case is None
    assert tell(BIRTH, "lệ phí bao nhiêu").checklist is None


def test_counts_the_day_from_the_day_of_filing() -> None:
    answer = tell(BIRTH, "nộp trực tiếp ngày 20/11 thì bao giờ lấy được")

    assert answer.aspects == (Aspect.DUE,)
    assert "chậm nhất Thứ Năm, 26/11/2026" in answer.sections[0].text


def test_counts_from_today_when_no_day_is_said() -> None:
    friday = datetime.combine(date(2026, 11, 20), time(9), NOW.tzinfo)

    answer = tell(BIRTH, "khi nào có", now=friday)

    assert "Thứ Sáu, 20/11/2026" in answer.sections[0].text


def test_counts_nothing_without_a_time_limit() -> None:
    words = Absent(Reason.NOT_A_NUMBER, "Theo lịch hẹn")
    procedure = replace(BIRTH, methods=(Method(Channel.DIRECT, words, ()),))

    answer = tell(procedure, "khi nào có")

    assert answer.status is AnswerStatus.ANSWERED_PARTLY
    assert answer.sections[0].lacks
    assert "Theo lịch hẹn" in answer.sections[0].text


def test_names_the_office_where_the_citizen_is() -> None:
    answer = tell(BIRTH, "tôi ở phường Bến Nghé quận 1 thì nộp ở đâu")

    assert answer.place and answer.place.title == "Phường Sài Gòn, Thành phố Hồ Chí Minh"
    assert "Ủy ban nhân dân phường Sài Gòn" in answer.sections[0].text
    assert "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh nay thuộc" in answer.sections[0].text


def test_remembers_the_place() -> None:
    known = tell(BIRTH, "tôi ở phường Bến Nghé quận 1 thì nộp ở đâu").place
    assert known

    answer = tell(BIRTH, "nộp ở đâu", place=known.code)

    assert answer.place == known
    assert tell(BIRTH, "lệ phí", place=known.code).place is None


def test_asks_which_unit_is_meant_and_answers_the_rest() -> None:
    answer = tell(BIRTH, "tôi ở xã Vĩnh Lộc A hay phường Bến Nghé thì nộp ở đâu, mất bao lâu")

    assert answer.status is AnswerStatus.CLARIFY_PLACE
    assert len(answer.choices) > 1
    assert [section.aspect for section in answer.sections] == [Aspect.TIME]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("làm online được không", "Nộp trực tuyến: được; bản công bố không ghi là trực tuyến"),
        ("gửi qua bưu điện được không", "Nộp qua bưu chính: bản công bố không ghi cách nộp này"),
        ("có phải tới trực tiếp không", "Nộp trực tiếp: được"),
    ],
)
def test_answers_a_way_of_filing_that_is_asked_for_by_name(question: str, words: str) -> None:
    assert words in tell(BIRTH, question).sections[0].text


def test_a_wholly_online_procedure_is_called_so() -> None:
    answer = tell(replace(BIRTH, full_online=True), "nộp qua mạng được không")

    assert "Nộp trực tuyến: được, thực hiện trực tuyến toàn trình." in answer.sections[0].text


def test_says_whom_to_ask_for_what_the_record_lacks() -> None:
    text = tell(BIRTH, "điều kiện gì").sections[0].text

    assert "không ghi yêu cầu, điều kiện" in text
    assert "hỏi Ủy ban nhân dân cấp xã" in text


def test_says_that_no_office_is_published_and_whom_to_ask() -> None:
    answer = tell(replace(MARRIAGE, methods=BIRTH.methods), "nộp ở đâu")

    assert "Nơi nộp: bản công bố không ghi" in answer.sections[0].text


def test_a_title_without_content_says_so_once() -> None:
    answer = tell(LISTED, "cần giấy tờ gì, lệ phí")

    assert answer.aspects == (Aspect.OVERVIEW,)


def test_tells_nothing_of_what_is_no_longer_in_force() -> None:
    answer = tell(EXPIRED, "cần giấy tờ gì")

    assert answer.status is AnswerStatus.UNANSWERED_NOT_IN_FORCE
    assert answer.sections == ()
