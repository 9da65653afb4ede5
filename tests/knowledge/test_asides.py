from dataclasses import replace
from datetime import datetime

import pytest

from knowledge.asides import without_asides, without_case
from knowledge.cases import CaseReader
from knowledge.model import Document, DocumentCase
from knowledge.places.reading import Places
from knowledge.question import QuestionReader
from tests.knowledge.samples import MARRIAGE
from vietnamese.workdays import WorkCalendar

NOW = datetime(2026, 11, 20, 9)
READER, PLACES, CALENDAR = QuestionReader.load(), Places.load(), WorkCalendar.load()


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Tôi ở Bình Dương, đăng ký kết hôn ở đâu?", {"đăng", "ký", "kết", "hôn"}),
        ("thứ hai tuần sau nộp đăng ký tạm trú thì khi nào có", {"đăng", "ký", "tạm", "trú"}),
        ("nop dang ky tam tru ngay 31/02 thi bao gio co", {"dang", "ky", "tam", "tru"}),
        ("đăng ký khai tử mất bao lâu", {"đăng", "ký", "khai", "tử"}),
    ],
)
def test_places_and_days_are_left_out_of_what_a_question_is_about(
    question: str, left: set[str]
) -> None:
    plain = without_asides(READER.read(question), PLACES, CALENDAR, NOW)

    assert set(plain.subject.split()) - READER.fillers == left - READER.fillers


def test_the_words_of_a_named_case_are_left_out_but_those_of_the_title() -> None:
    cases = (DocumentCase("Nhà thuê, mượn", (Document("a"),)), DocumentCase("Nhà mình", ()))
    cases = (*cases, DocumentCase("Ở nhờ nhà người thân", (Document("b"),)))
    procedure = replace(MARRIAGE, title="Đăng ký nhà", document_cases=cases)

    plain = without_case(
        READER.read("đăng ký nhà nhà thuê mượn cần giấy tờ gì"),
        procedure,
        CaseReader.load(),
        READER.fillers,
    )
    other = without_case(
        READER.read("đăng ký nhà cần giấy tờ gì"), procedure, CaseReader.load(), READER.fillers
    )

    assert plain.subject == "đăng ký nhà nhà"
    assert other.subject == "đăng ký nhà"
