"""What citizens can ask and say of a case: where it is, how good its answer was, what lacks."""

from datetime import date

import pytest

from actions.escalation import CaseReport, Fate
from actions.testing import FakeEscalation
from tests.actions.talk import Talk

CODE = "PA-7K2M-09X1"
OPEN = CaseReport(
    Fate.DONE,
    "registered",
    "Ủy ban nhân dân xã Tân Phú",
    received=date(2026, 11, 20),
    reply_due=date(2026, 12, 1),
)
ANSWERED = CaseReport(
    Fate.DONE,
    "answered",
    "Ủy ban nhân dân xã Tân Phú",
    forwarded=True,
    answer="Đã trả kết quả.",
    answered_by="Bà Hoa",
    can_rate=True,
    can_reopen=True,
)


@pytest.fixture
def escalation() -> FakeEscalation:
    escalation = FakeEscalation()
    escalation.cases[CODE] = ANSWERED
    return escalation


@pytest.mark.parametrize(
    "text", [f"phản ánh {CODE} đến đâu rồi", "pa7k2m09x1", "phan anh pa 7k2m 09x1 den dau roi"]
)
@pytest.mark.parametrize("intent", ["dossier_status", "feedback_wish", "nlu_fallback", "deny"])
async def test_tells_where_a_case_is_whatever_the_message_is_taken_for(
    talk: Talk, escalation: FakeEscalation, text: str, intent: str
) -> None:
    escalation.cases[CODE] = OPEN

    told = await talk.say(text, intent)

    assert CODE in told and "đang được giải quyết" in told and "01/12/2026" in told


async def test_forwarded_is_told_only_when_it_is_true(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = OPEN
    before = await talk.say(CODE)
    escalation.cases[CODE] = ANSWERED
    after = await talk.say(CODE)

    assert "được chuyển đến" not in before
    assert "được chuyển đến" in after


async def test_shows_the_answer_with_who_gave_it(talk: Talk) -> None:
    told = await talk.say(CODE)

    assert "Trả lời của Bà Hoa:\nĐã trả kết quả." in told
    assert "chấm 4/5" in told


async def test_an_unknown_code_is_said_to_be_unknown(talk: Talk) -> None:
    assert "không tìm thấy" in await talk.say("PA-0000-0000 đến đâu rồi")


async def test_without_a_code_it_is_asked_for(talk: Talk) -> None:
    assert "PA-XXXX-XXXX" in await talk.say("phản ánh của tôi đến đâu rồi", "dossier_status")


async def test_the_case_sent_last_needs_no_code(talk: Talk, escalation: FakeEscalation) -> None:
    for words in ("tôi muốn phản ánh", "Xã hẹn ba lần chưa trả", "đúng", "bỏ qua", "đồng ý"):
        await talk.say(words, "feedback_wish")
    escalation.cases["PA-0000-0001"] = OPEN

    told = await talk.say("phản ánh của tôi đến đâu rồi", "dossier_status")

    assert "PA-0000-0001" in told


async def test_down_is_said_and_nothing_is_made_up(talk: Talk, escalation: FakeEscalation) -> None:
    escalation.down = True

    told = await talk.say(CODE)

    assert "gián đoạn" in told


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        (f"Tôi chấm 4/5 cho câu trả lời {CODE}", 4, ""),
        (f"chấm 5 sao cho {CODE}: giải quyết nhanh", 5, "giải quyết nhanh"),
        ("danh gia 3 diem pa7k2m09x1", 3, ""),
    ],
)
async def test_an_answer_is_rated_by_its_code(
    talk: Talk, escalation: FakeEscalation, text: str, score: int, words: str
) -> None:
    told = await talk.say(text, "ask_procedure")

    assert escalation.rated == [(CODE, score, words)]
    assert f"{score}/5" in told


@pytest.mark.parametrize("text", ["4", "4 sao", "chấm 4/5", "tôi đánh giá 4 điểm"])
async def test_right_after_the_answer_the_code_is_not_needed(
    talk: Talk, escalation: FakeEscalation, text: str
) -> None:
    await talk.say(text, "choose", answered_case=CODE)

    assert escalation.rated == [(CODE, 4, "")]


async def test_a_number_that_follows_no_answer_rates_nothing(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say("4", "choose")

    assert escalation.rated == []


async def test_a_poor_rating_is_offered_another_look(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say("1", "choose", answered_case=CODE)

    assert talk.buttons == ["Chưa giải quyết"]


async def test_what_cannot_be_rated_is_not_said_to_be(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.cases[CODE] = OPEN

    told = await talk.say(f"chấm 5/5 {CODE}")

    assert escalation.rated == []
    assert "chưa có trả lời" in told and "01/12/2026" in told


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        (f"{CODE} chưa giải quyết", {}),
        ("Chưa giải quyết", {"answered_case": CODE}),
        ("vẫn như cũ", {"answered_case": CODE}),
    ],
)
async def test_an_answer_that_solved_nothing_is_looked_at_again_with_its_reason(
    talk: Talk, escalation: FakeEscalation, text: str, metadata: dict[str, str]
) -> None:
    asked = await talk.say(text, "not_solved", **metadata)
    before = dict(escalation.reopened)

    told = await talk.say("Tôi vẫn chưa nhận được giấy khai sinh", "ask_procedure")

    assert "phần nào chưa được giải quyết" in asked
    assert before == {}
    assert list(escalation.reopened.values()) == [(CODE, "Tôi vẫn chưa nhận được giấy khai sinh")]
    assert CODE in told


async def test_not_solved_after_an_answer_of_the_bot_is_about_that(
    talk: Talk, escalation: FakeEscalation
) -> None:
    told = await talk.say("chưa giải quyết được", "not_solved")

    assert "phần nào" not in told
    assert escalation.reopened == {}


async def test_a_reason_is_not_lost_while_agencies_are_down(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say(f"{CODE} chưa giải quyết", "not_solved")
    escalation.down = True
    failed = await talk.say("chưa nhận được giấy")
    escalation.down = False

    told = await talk.say("Gửi lại")

    assert "Chưa gửi được" in failed
    assert list(escalation.reopened.values()) == [(CODE, "chưa nhận được giấy")]
    assert "đã yêu cầu xem lại" in told


async def test_the_state_of_a_case_can_be_asked_in_the_midst_of_a_form(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    told = await talk.say(f"{CODE} đến đâu rồi")

    assert "Trả lời của" in told and "vẫn được giữ" in told
    assert talk.slots["report"]["step"] == "what"
