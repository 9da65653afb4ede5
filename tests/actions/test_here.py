"""Where the citizen is, said by itself: what a position sent on a phone is told as."""

import pytest

from actions.here import place_told
from actions.testing import FakeEscalation
from knowledge.client import Answer, AnswerStatus, Aspect, Choice
from tests.actions.talk import MARRIAGE, NO_PROCEDURE, ScriptedKnowledge, Talk, answered

AREA = "Phường Phan Đình Phùng, Tỉnh Thái Nguyên"
HERE = f"Tôi ở {AREA}"
WARD = Choice("05443", AREA)
NOTED = Answer(AnswerStatus.UNANSWERED_NO_PROCEDURE, place=WARD)
HAPPENED = "Cán bộ một cửa hẹn tôi ba lần mà chưa trả giấy khai sinh"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HERE, AREA),
        (f" {HERE}. ", AREA),
        ("toi o phuong 2, tp. ho chi minh", "phuong 2, tp. ho chi minh"),
        ("Tôi ở Phường 1, Tỉnh Cà Mau", "Phường 1, Tỉnh Cà Mau"),
        ("Tôi ở Đặc khu Phú Quốc, Tỉnh An Giang", "Đặc khu Phú Quốc, Tỉnh An Giang"),
        ("Tôi ở Xã Ea H'leo, Tỉnh Đắk Lắk", "Xã Ea H'leo, Tỉnh Đắk Lắk"),
        ("Tôi ở Phường Sài Gòn, Thành phố Hồ Chí Minh", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        (f"{HERE} bị cán bộ quát mắng", ""),
        (f"{HERE} thì nộp ở đâu?", ""),
        ("Tôi ở Phường Phan Đình Phùng", ""),
        ("đăng ký khai sinh nộp ở đâu", ""),
        ("", ""),
    ],
)
def test_reads_where_somebody_is_only_if_they_say_nothing_else(text: str, place: str) -> None:
    assert place_told(text) == place


async def test_a_place_without_a_question_is_kept_for_the_next_one() -> None:
    talk = Talk(ScriptedKnowledge(NOTED, answered(MARRIAGE, Aspect.PLACE)))

    text = await talk.say(HERE, "nlu_fallback")
    await talk.say("đăng ký kết hôn nộp ở đâu")

    assert "thủ tục nào" in text
    assert talk.knowledge.chosen[-1] == ("", WARD.code)
    assert talk.kept()["place"] == WARD.code


async def test_who_only_says_where_they_are_was_understood() -> None:
    talk = Talk(ScriptedKnowledge(NOTED, NOTED, NO_PROCEDURE))

    await talk.say(HERE, "nlu_fallback")
    again = await talk.say(HERE, "nlu_fallback")
    await talk.say("mất bao lâu", "ask_aspect")

    assert "thủ tục nào" in again
    assert talk.buttons == []  # No person or agency is offered yet.


async def test_what_was_asked_before_a_place_still_waits() -> None:
    talk = Talk(ScriptedKnowledge(NO_PROCEDURE, NOTED, answered(MARRIAGE), answered(MARRIAGE)))
    await talk.say("nộp ở đâu vậy", "ask_aspect")
    await talk.say(HERE, "nlu_fallback")

    await talk.say("đăng ký kết hôn")

    assert talk.knowledge.asked[-1][0] == "nộp ở đâu vậy đăng ký kết hôn"


async def at(talk: Talk, *answers: str) -> str:
    await talk.say("tôi muốn phản ánh", "feedback_wish")
    for each in answers:
        await talk.say(each)
    return await talk.say(HERE)


async def test_in_a_report_it_is_where_and_not_what_happened(
    talk: Talk, escalation: FakeEscalation
) -> None:
    text = await at(talk)
    await talk.say(HAPPENED)

    assert "kể giúp tôi sự việc" in text
    [asked] = escalation.asked
    assert (asked.text, asked.place, asked.place_name) == (HAPPENED, "", AREA)


async def test_before_an_agency_is_chosen_it_decides_anew_who_is_responsible(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at(talk, HAPPENED)

    first, second = escalation.asked
    assert (first.text, first.place_name) == (HAPPENED, "")
    assert (second.text, second.place_name) == (HAPPENED, AREA)


async def test_an_agency_that_was_chosen_stays_and_the_place_goes_along(
    talk: Talk, escalation: FakeEscalation
) -> None:
    review = await at(talk, HAPPENED, "Đúng cơ quan này", "bỏ qua")
    await talk.say("Đồng ý và gửi")

    assert f"Nơi liên quan: {AREA}" in review
    assert len(escalation.asked) == 1
    [sent] = escalation.taken.values()
    assert (sent.matter.text, sent.matter.place_name) == (HAPPENED, AREA)
