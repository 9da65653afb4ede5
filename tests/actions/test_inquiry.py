from dataclasses import replace

import pytest

from knowledge.client import Answer, AnswerStatus, Aspect, Choice
from knowledge.testing import FakeKnowledge
from tests.actions.talk import (
    BIRTH,
    BIRTH_ABROAD,
    BIRTH_AGAIN,
    BIRTHS,
    HOTLINE,
    MARRIAGE,
    NO_MATCH,
    NO_PROCEDURE,
    ScriptedKnowledge,
    Talk,
    answered,
    clarify,
    provenance,
)


async def test_answers_part_by_part_with_the_source() -> None:
    talk = Talk(FakeKnowledge(answered(BIRTH, Aspect.DOCUMENTS, Aspect.TIME)))

    text = await talk.say("khai sinh cần giấy tờ gì, bao lâu")

    assert text == "Đăng ký khai sinh\n- Tờ khai\n- Tờ khai\nNguồn: Đăng ký khai sinh"
    assert talk.customs == {
        "source": {"title": BIRTH.title, "url": f"https://dichvucong.gov.vn/{BIRTH.code}"},
        "rate": True,
        "answer": {"status": "answered", "code": BIRTH.code},
    }


async def test_rasa_would_break_a_message_at_an_empty_line_so_there_is_none() -> None:
    talk = Talk(FakeKnowledge(answered(BIRTH, text="- a\n\n \n- b")))

    assert "- a\n- b" in await talk.say("khai sinh")


async def test_a_follow_up_is_about_the_procedure_in_focus() -> None:
    knowledge = ScriptedKnowledge(answered(BIRTH), answered(BIRTH, Aspect.FEE))
    talk = Talk(knowledge)
    await talk.say("khai sinh")

    await talk.say("vậy lệ phí bao nhiêu?", intent="ask_aspect")

    assert knowledge.asked[-1] == ("vậy lệ phí bao nhiêu?", BIRTH.code, ())
    assert talk.slots["procedure_title"] == BIRTH.title


async def test_a_part_asked_of_nothing_else_is_asked_of_the_procedure_in_focus() -> None:
    documents = answered(BIRTH, Aspect.DOCUMENTS)
    knowledge = ScriptedKnowledge(answered(BIRTH), clarify(MARRIAGE), documents)
    talk = Talk(knowledge)
    await talk.say("khai sinh")

    await talk.say("nhắc lại giùm giấy tờ cần nộp", intent="ask_aspect")

    assert knowledge.asked[-1][1:] == (BIRTH.code, (BIRTH.code,))
    assert talk.slots["procedure_code"] == BIRTH.code


async def test_what_asks_no_part_of_the_procedure_in_focus_is_searched_everywhere() -> None:
    knowledge = ScriptedKnowledge(answered(BIRTH), clarify(MARRIAGE), answered(BIRTH))
    talk = Talk(knowledge)
    await talk.say("khai sinh")

    assert f"1. {MARRIAGE.title}" in await talk.say("kết hôn thì sao", intent="ask_aspect")


async def test_offers_numbered_choices_with_short_buttons() -> None:
    talk = Talk(FakeKnowledge(clarify(*BIRTHS)))

    text = await talk.say("khai sinh cần gì")

    assert "1. Đăng ký khai sinh\n2. Đăng ký khai sinh có yếu tố nước ngoài\n3. " in text
    assert talk.messages[0]["buttons"][0] == {
        "title": "1. Đăng ký khai sinh",
        "payload": "Đăng ký khai sinh",
    }
    assert talk.slots["pending_question"] == "khai sinh cần gì"
    assert [choice["code"] for choice in talk.slots["choices"]] == [c.code for c in BIRTHS]


async def test_a_button_says_the_number_where_two_titles_are_the_same() -> None:
    talk = Talk(FakeKnowledge(clarify(BIRTH, BIRTH, MARRIAGE)))

    await talk.say("khai sinh")

    payloads = [button["payload"] for button in talk.messages[0]["buttons"]]
    assert payloads == ["1", "2", MARRIAGE.title]


async def test_asks_about_which_procedure_and_then_answers_what_was_asked() -> None:
    knowledge = ScriptedKnowledge(NO_PROCEDURE, answered(MARRIAGE), answered(MARRIAGE, Aspect.TIME))
    talk = Talk(knowledge)
    await talk.say("mất bao lâu", intent="ask_aspect")

    await talk.say("đăng ký kết hôn")

    assert knowledge.asked[-1] == (
        "mất bao lâu đăng ký kết hôn",
        MARRIAGE.code,
        (MARRIAGE.code,),
    )
    assert talk.slots["pending_question"] is None


async def test_says_that_a_procedure_is_not_in_force_and_nothing_of_its_content() -> None:
    answer = Answer(
        AnswerStatus.UNANSWERED_NOT_IN_FORCE, procedure=BIRTH, provenance=provenance(BIRTH)
    )
    talk = Talk(FakeKnowledge(answer))

    text = await talk.say("khai sinh")

    assert "không còn hiệu lực" in text
    assert BIRTH.title in text
    assert "Nguồn: " in text


async def test_a_new_subject_that_is_not_in_the_catalogue_ends_the_one_before() -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH), NO_MATCH))
    await talk.say("khai sinh")

    text = await talk.say("xin giấy phép bay")

    assert HOTLINE in text
    assert talk.slots["procedure_code"] is None


async def test_noise_does_not_end_the_subject() -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH), NO_MATCH))
    await talk.say("khai sinh")

    await talk.say("hmm", intent="nlu_fallback")

    assert talk.slots["procedure_code"] == BIRTH.code


async def test_a_failed_search_changes_nothing() -> None:
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS), Answer(AnswerStatus.ERROR_SEARCH)))
    await talk.say("khai sinh")
    before = dict(talk.slots)

    text = await talk.say("làm hộ chiếu")

    assert HOTLINE in text
    assert talk.slots == before


async def test_a_long_story_is_cut_at_its_beginning() -> None:
    knowledge = FakeKnowledge(answered(BIRTH))

    await Talk(knowledge).say("kể " * 1_000 + "khai sinh cần gì")

    question = knowledge.asked[0][0]
    assert len(question) == 2_000
    assert question.endswith("khai sinh cần gì")


async def test_a_message_without_text_is_asked_all_the_same() -> None:
    talk = Talk(FakeKnowledge(NO_PROCEDURE))

    assert await talk.say("", intent="nlu_fallback")


@pytest.mark.parametrize("status", AnswerStatus)
@pytest.mark.parametrize("intent", ["ask_procedure", "ask_aspect", "choose", "nlu_fallback"])
async def test_every_outcome_says_something(status: AnswerStatus, intent: str) -> None:
    sayings = {
        AnswerStatus.ANSWERED: answered(BIRTH),
        AnswerStatus.ANSWERED_PARTLY: answered(BIRTH, Aspect.FEE),
        AnswerStatus.CLARIFY_PROCEDURE: clarify(BIRTH, BIRTH_ABROAD),
    }
    talk = Talk(FakeKnowledge(sayings.get(status, Answer(status))))

    assert (await talk.say("?", intent=intent)).strip()


async def test_what_was_asked_before_goes_along_with_a_follow_up() -> None:
    knowledge = ScriptedKnowledge(answered(BIRTH), answered(BIRTH_AGAIN))
    talk = Talk(knowledge)
    await talk.say("làm khai sinh cho bé")

    await talk.say("thế còn bị mất thì sao")

    assert knowledge.earlier == ("làm khai sinh cho bé",)


async def test_of_a_story_told_before_the_end_goes_along() -> None:
    knowledge = ScriptedKnowledge(NO_MATCH, NO_MATCH)
    talk = Talk(knowledge)

    await talk.say("dài " * 1_000 + "khai sinh")
    await talk.say("mất bao lâu")

    [story] = knowledge.earlier
    assert len(story) == 2_000
    assert story.endswith("khai sinh")


async def test_after_starting_over_nothing_was_asked_before() -> None:
    knowledge = ScriptedKnowledge(answered(BIRTH), answered(BIRTH_AGAIN))
    talk = Talk(knowledge)
    await talk.say("làm khai sinh cho bé")
    talk.events.append({"event": "restart"})

    await talk.say("kết hôn")

    assert knowledge.earlier == ()


async def test_siblings_are_asked_for_by_the_case() -> None:
    choices = (
        Choice(BIRTH.code, "Trường hợp thông thường"),
        Choice(BIRTH_AGAIN.code, "Đăng ký lại"),
    )
    answer = replace(clarify(*choices), family=BIRTH.title)
    talk = Talk(FakeKnowledge(answer))

    text = await talk.say("khai sinh")

    assert f"“{BIRTH.title}” có nhiều trường hợp" in text
    assert "2. Đăng ký lại" in text
    assert talk.messages[0]["buttons"][1]["payload"] == "Đăng ký lại"


async def test_beside_a_procedure_that_has_ended_those_in_force_can_be_chosen() -> None:
    answer = Answer(
        AnswerStatus.UNANSWERED_NOT_IN_FORCE,
        procedure=BIRTH_AGAIN,
        choices=(BIRTH,),
        provenance=provenance(BIRTH_AGAIN),
    )
    knowledge = ScriptedKnowledge(answer, answered(BIRTH))
    talk = Talk(knowledge)

    text = await talk.say("đăng ký lại khai sinh")
    await talk.choose("1")

    assert "không còn hiệu lực" in text
    assert f"1. {BIRTH.title}" in text
    assert knowledge.asked[-1][1] == BIRTH.code
