"""What asks nothing of the catalogue, and what happens when the bot cannot help."""

import pytest

from actions.escalation import Matter, Wish
from actions.testing import AGENCIES, FakeDossierStatus, FakeEscalation
from knowledge.client import Answer, AnswerStatus, Aspect
from tests.actions.talk import (
    BIRTH,
    BIRTHS,
    HOTLINE,
    NO_MATCH,
    NO_PROCEDURE,
    ScriptedKnowledge,
    Talk,
    answered,
    clarify,
)

CODE = "H49.12.09-251120-0007"
OFFER = ["Hỏi cơ quan có trách nhiệm", "Gặp người hỗ trợ"]
FACTS = (("Tình trạng", "Đang giải quyết"), ("Ngày hẹn trả kết quả", "26/11/2026"))


@pytest.mark.parametrize(
    "intent", ["out_of_scope", "complaint", "feedback_wish", "human_wish", "dossier_status"]
)
async def test_says_where_to_turn(intent: str) -> None:
    assert HOTLINE in await Talk(ScriptedKnowledge()).say("...", intent)


async def test_a_complaint_is_told_its_own_path_and_never_passed_on() -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(), escalation=escalation)

    text = await talk.say("tôi muốn tố cáo cán bộ", "complaint")

    assert "Luật Tố cáo" in text
    assert escalation.asked == []


async def test_feedback_begins_with_what_was_talked_about() -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(answered(BIRTH)), escalation=escalation)
    await talk.say("khai sinh")

    text = await talk.say("cán bộ bắt tôi đi lại ba lần", "feedback_wish")

    assert AGENCIES[0].title in text
    assert escalation.asked == [Matter(Wish.FEEDBACK, "cán bộ bắt tôi đi lại ba lần", BIRTH, "")]
    assert escalation.calls == 0


async def test_what_nobody_takes_is_not_said_to_be_taken() -> None:
    text = await Talk(ScriptedKnowledge()).say("tôi muốn góp ý", "feedback_wish")

    assert "chưa chuyển được" in text
    assert "dichvucong.gov.vn" in text


async def test_a_question_about_something_not_in_the_catalogue_is_offered_to_others() -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH))

    text = await talk.say("xin giấy phép bay")

    assert "không tìm thấy" in text
    assert talk.buttons == OFFER


@pytest.mark.parametrize("yes", [("có", "affirm"), (OFFER[0], "ask_procedure")])
async def test_yes_to_the_offer_passes_the_question_on(yes: tuple[str, str]) -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(NO_MATCH), escalation=escalation)
    await talk.say("xin giấy phép bay")

    text = await talk.say(*yes)

    assert AGENCIES[0].title in text
    assert escalation.asked == [Matter(Wish.QUESTION, "xin giấy phép bay", None, "")]


async def test_the_other_button_asks_for_a_person() -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(NO_MATCH), escalation=escalation)
    await talk.say("xin giấy phép bay")

    text = await talk.say(OFFER[1], "nlu_fallback")
    await talk.say("Tôi cần hỏi về giấy phép bay flycam")

    assert HOTLINE in text
    assert [matter.wish for matter in escalation.asked] == [Wish.PERSON]


@pytest.mark.parametrize("intent", ["deny", "nlu_fallback", "goodbye"])
@pytest.mark.parametrize("no", ["không", "không cần nữa", "thôi khỏi"])
async def test_no_to_the_offer_is_taken(no: str, intent: str) -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(NO_MATCH), escalation=escalation)
    await talk.say("xin giấy phép bay")

    assert await talk.say(no, intent)
    assert escalation.asked == []
    assert "waiting_for" not in talk.kept()


async def test_yes_to_something_said_later_passes_nothing_on() -> None:
    escalation = FakeEscalation()
    talk = Talk(ScriptedKnowledge(NO_MATCH), escalation=escalation)
    await talk.say("xin giấy phép bay")
    talk.hear_rasa("cảm ơn", "thank", "utter_thank")

    await talk.say("ok", "affirm")

    assert escalation.asked == []


async def test_a_question_after_the_offer_is_a_question() -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH, answered(BIRTH)))
    await talk.say("xin giấy phép bay")

    assert BIRTH.title in await talk.say("đăng ký khai sinh")
    assert "waiting_for" not in talk.kept()


async def test_two_misunderstandings_in_a_row_are_enough() -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH, NO_PROCEDURE))

    await talk.say("ờm", "nlu_fallback")
    first = talk.buttons
    await talk.say("cái kia", "nlu_fallback")

    assert first == []
    assert talk.buttons == OFFER


async def test_an_answer_between_two_misunderstandings_starts_the_count_anew() -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH, answered(BIRTH), NO_MATCH))

    for text in ("ờm", "khai sinh", "ờm"):
        await talk.say(text, "nlu_fallback")

    assert talk.buttons == []


async def test_refusing_twice_what_was_found_is_a_dead_end_too() -> None:
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS), clarify(*BIRTHS)))
    for _ in range(2):
        await talk.say("khai sinh")
        await talk.say("không phải", "deny")

    assert talk.buttons == OFFER


@pytest.mark.parametrize("words", ["Chưa đúng điều tôi cần", "vẫn chưa giải quyết được"])
async def test_an_answer_that_did_not_help_leads_to_the_offer(words: str) -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH)))
    await talk.say("khai sinh")

    await talk.say(words, "not_solved")

    assert talk.buttons == OFFER
    assert talk.slots["procedure_code"] == BIRTH.code


async def test_an_answer_that_helped_is_thanked_for() -> None:
    talk = Talk(ScriptedKnowledge())

    assert "mừng" in await talk.say("Đúng điều tôi cần", "affirm")


async def test_insults_are_met_calmly_once_and_then_shortly() -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH, NO_PROCEDURE))

    first = await talk.say("đồ ngu", "abuse")
    second = await talk.say("đồ ngu", "abuse")

    assert HOTLINE in first
    assert 0 < len(second) < len(first) / 2


async def test_a_question_among_insults_is_answered() -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH, Aspect.FEE)))

    assert BIRTH.title in await talk.say("ngu vl, khai sinh mất bao nhiêu tiền", "abuse")


class TestDossiers:
    @pytest.fixture
    def dossiers(self) -> FakeDossierStatus:
        return FakeDossierStatus({CODE: FACTS})

    @pytest.fixture
    def talk(self, dossiers: FakeDossierStatus) -> Talk:
        return Talk(ScriptedKnowledge(NO_MATCH, answered(BIRTH)), dossiers=dossiers)

    async def test_asks_for_the_code_and_looks_it_up(self, talk: Talk) -> None:
        asked = await talk.say("hồ sơ của tôi tới đâu rồi", "dossier_status")
        told = await talk.say("h49.12.09-251120-0007 ạ", "ask_procedure")

        assert "mã hồ sơ" in asked
        assert told == (
            f"Hồ sơ {CODE}:\n- Tình trạng: Đang giải quyết\n- Ngày hẹn trả kết quả: 26/11/2026"
        )
        assert talk.kept() == {}

    async def test_takes_the_code_from_the_first_message(self, talk: Talk) -> None:
        assert "26/11/2026" in await talk.say(f"hồ sơ {CODE} xong chưa", "nlu_fallback")

    @pytest.mark.parametrize("words", ["H49-2511", "mã của tôi là 25112000", "000.12.H49"])
    async def test_says_that_a_code_is_not_whole(self, talk: Talk, words: str) -> None:
        await talk.say("tra cứu hồ sơ", "dossier_status")

        assert "chưa đúng dạng" in await talk.say(words, "nlu_fallback")
        assert talk.kept() == {"waiting_for": "dossier_code"}

    async def test_says_that_no_dossier_has_the_code(self, talk: Talk) -> None:
        text = await talk.say("H49.12.09-251120-9999", "dossier_status")

        assert "không tìm thấy hồ sơ" in text
        assert talk.kept() == {"waiting_for": "dossier_code"}

    async def test_says_that_the_system_is_down(self) -> None:
        talk = Talk(ScriptedKnowledge(), dossiers=FakeDossierStatus(down=True))

        assert "không trả lời" in await talk.say(CODE, "dossier_status")

    @pytest.mark.parametrize("words", ["tôi không có mã", "quên mã rồi", "mã ở đâu vậy"])
    async def test_helps_who_has_no_code(self, talk: Talk, words: str) -> None:
        await talk.say("tra cứu hồ sơ", "dossier_status")

        assert "đầu giấy tiếp nhận" in await talk.say(words, "nlu_fallback")

    async def test_another_question_is_not_taken_for_a_code(
        self, talk: Talk, dossiers: FakeDossierStatus
    ) -> None:
        await talk.say("tra cứu hồ sơ", "dossier_status")

        await talk.say("làm khai sinh cho con sinh năm 2024 cần gì", "ask_procedure")

        assert dossiers.asked == []
        assert talk.kept().get("waiting_for") != "dossier_code"

    async def test_without_a_system_no_code_is_asked_for(self) -> None:
        talk = Talk(ScriptedKnowledge())

        first = await talk.say("hồ sơ của tôi tới đâu rồi", "dossier_status")
        second = await talk.say(CODE, "dossier_status")

        assert first == second
        assert "dichvucong.gov.vn" in first
        assert talk.kept() == {}

    async def test_leaves_the_procedure_talked_about(self, dossiers: FakeDossierStatus) -> None:
        talk = Talk(ScriptedKnowledge(answered(BIRTH)), dossiers=dossiers)
        await talk.say("khai sinh")

        await talk.say(CODE, "dossier_status")

        assert talk.kept()["procedure_code"] == BIRTH.code


async def test_a_failed_search_is_no_misunderstanding() -> None:
    talk = Talk(ScriptedKnowledge(*[Answer(AnswerStatus.ERROR_SEARCH)] * 3))

    for _ in range(3):
        await talk.say("khai sinh")

    assert talk.buttons == []
