from dataclasses import replace

import pytest

from knowledge.client import Answer, AnswerStatus, Aspect, Choice
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
)

MARRIAGE_AGAIN = Choice("1.004746", "Đăng ký lại kết hôn")
CODES = tuple(choice.code for choice in BIRTHS)


async def offered(*then: Answer) -> tuple[Talk, ScriptedKnowledge]:
    """A conversation in which three procedures were offered for a question about documents."""
    knowledge = ScriptedKnowledge(clarify(*BIRTHS), *then)
    talk = Talk(knowledge)
    await talk.say("khai sinh cần gì")
    return talk, knowledge


async def test_a_number_answers_the_question_that_waited() -> None:
    talk, knowledge = await offered(answered(BIRTH_ABROAD, Aspect.DOCUMENTS))

    text = await talk.choose("số 2")

    assert text.startswith(BIRTH_ABROAD.title)
    assert knowledge.asked[-1] == ("khai sinh cần gì", BIRTH_ABROAD.code, (BIRTH_ABROAD.code,))
    assert talk.kept() == {
        "procedure_code": BIRTH_ABROAD.code,
        "procedure_title": BIRTH_ABROAD.title,
    }


async def test_a_pressed_button_is_a_choice_though_rasa_takes_it_for_a_question() -> None:
    talk, knowledge = await offered(answered(BIRTH))

    await talk.say(BIRTH.title, intent="ask_procedure")

    assert knowledge.asked[-1][2] == (BIRTH.code,)


async def test_what_is_asked_beside_the_number_is_answered_too() -> None:
    talk, knowledge = await offered(answered(BIRTH, Aspect.DOCUMENTS, Aspect.FEE))

    await talk.choose("số 1, lệ phí bao nhiêu")

    assert knowledge.asked[-1][0] == "khai sinh cần gì lệ phí bao nhiêu"


async def test_the_chosen_procedure_is_shown_even_when_the_words_fit_it_badly() -> None:
    talk, knowledge = await offered(NO_MATCH, answered(BIRTH))

    await talk.choose("1")

    assert knowledge.asked[-1] == ("", BIRTH.code, ())
    assert talk.slots["procedure_code"] == BIRTH.code


async def test_a_number_that_is_not_offered_is_said_and_the_list_shown_again() -> None:
    talk, _ = await offered()

    text = await talk.choose("cái thứ 5")

    assert "1 đến 3" in text
    assert "3. Đăng ký lại khai sinh" in text
    assert talk.slots["choices"]


async def test_words_that_the_whole_catalogue_knows_as_one_of_them_are_a_choice() -> None:
    talk, knowledge = await offered(answered(BIRTH_AGAIN), answered(BIRTH_AGAIN, Aspect.DOCUMENTS))

    await talk.say("giấy khai sinh cũ bị mất hết sổ gốc")

    assert knowledge.asked[-1][2] == (BIRTH_AGAIN.code,)


async def test_words_about_something_else_are_a_new_question() -> None:
    talk, knowledge = await offered(answered(MARRIAGE, Aspect.PLACE))

    text = await talk.say("đăng ký kết hôn ở đâu")

    assert text.startswith(MARRIAGE.title)
    assert knowledge.asked[-1] == ("đăng ký kết hôn ở đâu", None, ())
    assert talk.slots["procedure_code"] == MARRIAGE.code


async def test_a_new_unclear_question_offers_its_own_choices() -> None:
    talk, _ = await offered(clarify(MARRIAGE, MARRIAGE_AGAIN), clarify(MARRIAGE))

    await talk.say("kết hôn")

    assert talk.slots["pending_question"] == "kết hôn"
    assert [choice["code"] for choice in talk.slots["choices"]] == [
        MARRIAGE.code,
        MARRIAGE_AGAIN.code,
    ]


async def test_an_unclear_detail_leaves_what_was_offered_on_the_list() -> None:
    talk, _ = await offered(clarify(MARRIAGE), clarify(BIRTH_AGAIN, MARRIAGE))

    await talk.say("hết hạn hai năm rồi")

    assert talk.slots["pending_question"] == "khai sinh cần gì hết hạn hai năm rồi"
    assert [choice["code"] for choice in talk.slots["choices"]] == [
        BIRTH_AGAIN.code,
        MARRIAGE.code,
    ]


async def test_siblings_are_not_mixed_with_others_on_a_list() -> None:
    siblings = replace(clarify(BIRTH, BIRTH_ABROAD), family=BIRTH.title)
    talk, _ = await offered(clarify(MARRIAGE), siblings)

    await talk.say("hết hạn hai năm rồi")

    assert [choice["code"] for choice in talk.slots["choices"]] == [MARRIAGE.code]


async def test_a_detail_that_makes_one_of_the_offered_clear_is_answered() -> None:
    told = answered(BIRTH_ABROAD)
    talk, knowledge = await offered(clarify(MARRIAGE), told, told)

    await talk.say("ba nó người Pháp")

    assert talk.slots["procedure_code"] == BIRTH_ABROAD.code
    assert knowledge.asked[-1][2] == (BIRTH_ABROAD.code,)


async def test_a_detail_decides_between_the_offered_ones() -> None:
    talk, knowledge = await offered(NO_PROCEDURE, answered(BIRTH_ABROAD))

    await talk.say("cho con tôi")

    assert knowledge.asked[-1] == ("khai sinh cần gì cho con tôi", None, CODES)


async def test_another_part_waits_together_with_the_first() -> None:
    talk, _ = await offered(NO_PROCEDURE, clarify(*BIRTHS))

    await talk.say("mất bao lâu", intent="ask_aspect")

    assert talk.slots["pending_question"] == "khai sinh cần gì mất bao lâu"


async def test_a_number_without_a_list_says_so() -> None:
    talk = Talk(ScriptedKnowledge())

    assert "Hiện không có danh sách" in await talk.choose("số 2")


async def test_words_taken_for_a_choice_without_a_list_are_a_question() -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH_AGAIN)))

    assert BIRTH_AGAIN.title in await talk.choose("cái đăng ký lại khai sinh")


async def test_yes_takes_the_only_offered_procedure() -> None:
    talk = Talk(ScriptedKnowledge(clarify(BIRTH), answered(BIRTH)))
    await talk.say("khai sinh")

    await talk.say("đúng rồi", "affirm")

    assert talk.slots["procedure_code"] == BIRTH.code


async def test_yes_to_several_shows_them_again() -> None:
    talk, _ = await offered()

    assert "2. " in await talk.say("đúng rồi", "affirm")


async def test_no_forgets_the_choices_and_says_what_to_do() -> None:
    talk, _ = await offered()

    text = await talk.say("không phải", "deny")

    assert HOTLINE in text
    assert talk.slots["choices"] is None
    assert talk.slots["pending_question"] is None


async def test_no_to_an_answer_leaves_its_procedure() -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH)))
    await talk.say("khai sinh")

    await talk.say("không phải", "deny")

    assert talk.slots["procedure_code"] is None


@pytest.mark.parametrize("intent", ["affirm", "deny"])
async def test_yes_and_no_to_nothing_get_an_answer(intent: str) -> None:
    assert await Talk(ScriptedKnowledge()).say("...", intent)


async def test_a_failed_search_keeps_the_choice_for_the_next_try() -> None:
    talk, _ = await offered(Answer(AnswerStatus.ERROR_SEARCH))

    await talk.choose("1")

    assert talk.slots["choices"]
