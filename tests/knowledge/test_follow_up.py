import re

import pytest

from knowledge.cases import CaseReader
from knowledge.client import Aspect
from knowledge.follow_up import FollowUps
from knowledge.places.reading import Places
from knowledge.question import Question, QuestionReader
from tests.knowledge.samples import GUIDE, NOW
from vietnamese.workdays import WorkCalendar

READER = QuestionReader.load()
FOLLOW_UPS = FollowUps(
    CaseReader.load(),
    WorkCalendar.load(),
    Places.load(),
    READER.fillers,
    READER.asides,
    READER.goes_on,
)


def read(text: str) -> Question | None:
    return FOLLOW_UPS.read(READER.read(text), GUIDE, NOW)


@pytest.mark.parametrize(
    "text",
    ["phường Bến Nghé", "tôi ở Yên Bái", "nhà em ở xã Vĩnh Lộc A, Bình Chánh", "toi o yen bai"],
)
def test_a_place_alone_asks_where_to_go(text: str) -> None:
    question = read(text)

    assert question and question.aspects == (Aspect.PLACE,)
    assert question.says_place


@pytest.mark.parametrize(
    "text", ["nộp thứ hai tuần sau thì sao", "thế mai nộp", "nếu nộp ngày 1/12 thì sao"]
)
def test_a_day_alone_asks_when_it_is_due(text: str) -> None:
    question = read(text)

    assert question and question.aspects == (Aspect.DUE,)


@pytest.mark.parametrize("text", ["thẻ bị mất", "còn thẻ bị rách nát thì sao", "the bi mat"])
def test_a_case_of_the_procedure_asks_for_its_papers(text: str) -> None:
    question = read(text)

    assert question and question.aspects == (Aspect.DOCUMENTS,)


@pytest.mark.parametrize(
    "text",
    [
        "đăng ký khai sinh ở Yên Bái",
        "mai em đi đăng ký kết hôn",
        "hộ chiếu bị mất thì làm lại ở Nam Định",
        "lệ phí bao nhiêu",
        "",
    ],
)
def test_whoever_says_more_asks_for_something_else(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("thế con tôi 10 tuổi", (Aspect.FEE,)),
        ("còn đăng ký lại thì sao", (Aspect.FEE,)),
        ("luu dong thi sao", (Aspect.FEE,)),
        ("còn đăng ký lại mất bao lâu", (Aspect.TIME,)),
        ("đăng ký lại khai sinh", ()),
        ("con toi 10 tuoi lam can cuoc", ()),
    ],
)
def test_a_message_that_goes_on_asks_for_the_same_parts(
    text: str, aspects: tuple[Aspect, ...]
) -> None:
    earlier = [READER.read("dạ vâng"), READER.read("lệ phí bao nhiêu"), READER.read("ở đâu")]

    assert FOLLOW_UPS.carried(READER.read(text), earlier).aspects == aspects


def test_the_pattern_for_going_on_is_one() -> None:
    assert isinstance(READER.goes_on, re.Pattern)
