"""The agency asks, the citizen answers: the words reach the case, and nothing else does."""

import pytest

from actions.escalation import CaseReport, Fate
from actions.testing import FakeEscalation
from tests.actions.talk import BIRTH, BIRTHS, ScriptedKnowledge, Talk, answered, clarify
from tests.actions.test_case_paths import ANSWERED, CODE, OPEN


@pytest.fixture
def escalation() -> FakeEscalation:
    escalation = FakeEscalation()
    escalation.cases[CODE] = OPEN
    return escalation


def written(escalation: FakeEscalation) -> list[str]:
    return [text for code, text in escalation.written.values() if code == CODE]


@pytest.mark.parametrize("words", ["Tôi nộp ngày 3/11, có giấy hẹn", "có", "số 2", "chưa anh ạ"])
async def test_the_next_message_goes_to_the_agency_that_asked(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    told = await talk.say(words, "ask_procedure", asked_case=CODE)

    assert written(escalation) == [words]
    assert CODE in told and talk.buttons == ["Bổ sung cho cơ quan"]


async def test_what_reads_like_a_question_is_confirmed_first(
    talk: Talk, escalation: FakeEscalation
) -> None:
    asked = await talk.say("khai sinh cần giấy tờ gì?", "ask_procedure", asked_case=CODE)
    before = written(escalation)
    told = await talk.say("Đúng, gửi cho cơ quan", "affirm")

    assert "đúng không" in asked and before == []
    assert written(escalation) == ["khai sinh cần giấy tờ gì?"]
    assert CODE in told


async def test_what_was_no_answer_is_not_sent(talk: Talk, escalation: FakeEscalation) -> None:
    await talk.say("khai sinh cần giấy tờ gì?", "ask_procedure", asked_case=CODE)

    told = await talk.say("Không, tôi hỏi việc khác", "deny")

    assert written(escalation) == [] and "không gửi gì" in told


async def test_thanks_are_no_answer(talk: Talk, escalation: FakeEscalation) -> None:
    told = await talk.say("cảm ơn", "thank", "action_go_on", asked_case=CODE)
    await talk.say("Tôi nộp ngày 3/11")

    assert CODE in told
    assert written(escalation) == ["Tôi nộp ngày 3/11"]


async def test_more_can_be_added(talk: Talk, escalation: FakeEscalation) -> None:
    await talk.say("Tôi nộp ngày 3/11", asked_case=CODE)

    await talk.say("Bổ sung cho cơ quan", "nlu_fallback")
    await talk.say("giấy hẹn ghi ngày 10/11", "nlu_fallback")

    assert written(escalation) == ["Tôi nộp ngày 3/11", "giấy hẹn ghi ngày 10/11"]


async def test_an_answer_is_not_lost_while_agencies_are_down(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.down = True
    failed = await talk.say("Tôi nộp ngày 3/11", asked_case=CODE)
    escalation.down = False

    await talk.say("Gửi lại")

    assert "Chưa gửi được" in failed
    assert written(escalation) == ["Tôi nộp ngày 3/11"]


async def test_an_open_form_waits_and_the_answer_is_confirmed(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    asked = await talk.say("Tôi nộp ngày 3/11", asked_case=CODE)
    told = await talk.say("Đúng, gửi cho cơ quan", "affirm")

    assert "đúng không" in asked and "vẫn được giữ" in told
    assert talk.slots["report"]["step"] == "what"
    assert written(escalation) == ["Tôi nộp ngày 3/11"]


async def test_the_state_shows_what_is_asked(talk: Talk, escalation: FakeEscalation) -> None:
    escalation.cases[CODE] = CaseReport(Fate.DONE, "waiting", "Sở", question="Nộp ngày nào?")

    told = await talk.say(CODE)

    assert "Nộp ngày nào?" in told and talk.buttons == ["Bổ sung cho cơ quan"]


async def test_a_declined_case_says_why_and_what_next(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = CaseReport(Fate.DONE, "declined", "Sở", declined="Đã có đơn kiện.")

    told = await talk.say(CODE)

    assert "Đã có đơn kiện." in told and "phản ánh mới" in told


async def test_unsolved_under_a_poor_rating_opens_the_case_again(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = ANSWERED
    await talk.say("1", "choose", answered_case=CODE)

    asked = await talk.say(talk.buttons[0], "not_solved")
    await talk.say("Tôi vẫn chưa nhận được giấy")

    assert "phần nào chưa được giải quyết" in asked
    assert list(escalation.reopened.values()) == [(CODE, "Tôi vẫn chưa nhận được giấy")]


@pytest.mark.parametrize("words", ["Viết tiếp phản ánh", "vâng ạ", "Gửi lại"])
async def test_a_button_is_no_reason(talk: Talk, escalation: FakeEscalation, words: str) -> None:
    escalation.cases[CODE] = ANSWERED
    await talk.say(f"{CODE} chưa giải quyết", "not_solved")

    asked = await talk.say(words, "affirm")

    assert escalation.reopened == {} and "phần nào" in asked


async def test_a_form_waits_while_a_case_is_opened_again(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = ANSWERED
    await talk.say("tôi muốn phản ánh", "feedback_wish")
    await talk.say("Xã hẹn ba lần chưa trả")
    await talk.say(f"{CODE} chưa giải quyết", "not_solved")

    told = await talk.say("Tôi vẫn chưa nhận được giấy")

    assert "vẫn được giữ" in told
    assert talk.slots["report"]["text"] == "Xã hẹn ba lần chưa trả"


async def test_unsolved_before_an_answer_tells_where_it_is(
    talk: Talk, escalation: FakeEscalation
) -> None:
    told = await talk.say(f"{CODE} sao chưa giải quyết", "not_solved")

    assert "đang được giải quyết" in told and "01/12/2026" in told


async def test_without_a_code_the_conversation_tells(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.began["portal:1"] = (CODE, "PA-0000-0000")

    told = await talk.say("phản ánh của em sao rồi", "nlu_fallback")

    assert CODE in told


@pytest.mark.parametrize("text", ["PA-7K2M-09X", "pa-7k2m-09x12 đến đâu rồi"])
async def test_a_code_that_is_none_is_said_to_be_incomplete(talk: Talk, text: str) -> None:
    assert "chưa đủ" in await talk.say(text, "dossier_status")


async def test_a_code_without_its_letters_is_one(talk: Talk) -> None:
    assert CODE in await talk.say("7K2M-09X1", "nlu_fallback")


async def test_a_number_chooses_from_an_open_list_first(escalation: FakeEscalation) -> None:
    escalation.cases[CODE] = ANSWERED
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS), answered(BIRTH)), escalation=escalation)
    await talk.say("khai sinh", answered_case=CODE)

    await talk.say("1", "choose", answered_case=CODE)

    assert escalation.rated == []


async def test_after_the_answer_was_shown_a_number_rates_it(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = ANSWERED
    told = await talk.say(CODE)

    await talk.say("5", "choose")

    assert "từ 1 đến 5" in told
    assert escalation.rated == [(CODE, 5, "")]
