"""Which case applies, and which place of today is meant: asked for, answered, kept."""

from dataclasses import replace

import pytest

from knowledge.client import ALL_CASES, Answer, AnswerStatus, Aspect, Checklist, Choice, Section
from tests.actions.talk import (
    BIRTH,
    MARRIAGE,
    NO_MATCH,
    NO_PROCEDURE,
    ScriptedKnowledge,
    Talk,
    answered,
    clarify,
)

AT_HOME = Choice("1", "Trẻ sinh tại nhà")
FOUND = Choice("2", "Trẻ bị bỏ rơi")
CASES = (AT_HOME, FOUND)
ALL = Choice(ALL_CASES, "")
HERE = Choice("00001", "Phường Sông Trong, tỉnh Bình Minh")
THERE = Choice("00002", "Phường Sông Ngoài, tỉnh Bình Minh")

WHICH_CASE = Answer(AnswerStatus.CLARIFY_CASE, procedure=BIRTH, choices=CASES)
WHICH_PLACE = Answer(AnswerStatus.CLARIFY_PLACE, procedure=BIRTH, choices=(HERE, THERE))


def in_case(case: Choice, *aspects: Aspect) -> Answer:
    return replace(answered(BIRTH, *(aspects or (Aspect.DOCUMENTS,))), case=case)


async def asked(question: Answer, *then: Answer) -> tuple[Talk, ScriptedKnowledge]:
    """A conversation in which a case or a place was asked for."""
    knowledge = ScriptedKnowledge(question, *then)
    talk = Talk(knowledge)
    await talk.say("khai sinh cần giấy tờ gì")
    return talk, knowledge


async def test_asks_for_the_case_with_buttons_and_one_for_all() -> None:
    talk, _ = await asked(WHICH_CASE)

    assert talk.buttons == [AT_HOME.title, FOUND.title, "Xem tất cả trường hợp"]
    assert talk.slots["choosing"] == "case"
    assert talk.slots["procedure_code"] == BIRTH.code
    assert "rate" not in talk.customs


async def test_says_first_what_does_not_depend_on_the_case() -> None:
    told = answered(BIRTH, Aspect.TIME, text="1 ngày")
    talk = Talk(ScriptedKnowledge(replace(told, status=AnswerStatus.CLARIFY_CASE, choices=CASES)))

    text = await talk.say("khai sinh cần giấy tờ gì, bao lâu")

    assert text.index("1 ngày") < text.index("Nguồn: ") < text.index(f"1. {AT_HOME.title}")


async def test_what_was_said_beside_the_cases_is_not_said_again() -> None:
    told = answered(BIRTH, Aspect.TIME, text="1 ngày")
    which = replace(told, status=AnswerStatus.CLARIFY_CASE, choices=CASES)
    both = replace(
        in_case(AT_HOME), sections=(*told.sections, Section(Aspect.DOCUMENTS, "- Tờ khai"))
    )
    talk = Talk(ScriptedKnowledge(which, both, both))
    await talk.say("khai sinh cần giấy tờ gì, bao lâu")

    text = await talk.choose("1")
    again = await talk.say("nhắc lại giấy tờ và thời gian đi", "ask_aspect")

    assert "Tờ khai" in text
    assert "1 ngày" not in text
    assert "1 ngày" in again


@pytest.mark.parametrize("words", ["2", "cái thứ hai", FOUND.title, "bị bỏ rơi"])
async def test_the_question_is_answered_for_the_chosen_case(words: str) -> None:
    talk, knowledge = await asked(WHICH_CASE, in_case(FOUND))

    await talk.choose(words)

    assert knowledge.asked[-1] == ("khai sinh cần giấy tờ gì", BIRTH.code, (BIRTH.code,))
    assert knowledge.chosen[-1] == (FOUND.code, "")
    assert talk.kept()["case_title"] == FOUND.title
    assert "choices" not in talk.kept()


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("Xem tất cả trường hợp", "more"),
        ("tat ca", "nlu_fallback"),
        ("không biết", "deny"),
        ("mình chưa rõ ạ", "nlu_fallback"),
        ("không phải", "deny"),
    ],
)
async def test_who_does_not_know_the_case_is_shown_all(words: str, intent: str) -> None:
    talk, knowledge = await asked(WHICH_CASE, in_case(ALL))

    await talk.say(words, intent)

    assert knowledge.chosen[-1] == (ALL_CASES, "")
    assert "choices" not in talk.kept()


async def test_the_case_is_kept_for_follow_ups() -> None:
    talk, knowledge = await asked(WHICH_CASE, in_case(FOUND), in_case(FOUND, Aspect.FEE))
    await talk.choose("2")

    await talk.say("vậy lệ phí bao nhiêu", "ask_aspect")

    assert knowledge.chosen[-1] == (FOUND.code, "")


async def test_the_case_ends_with_its_procedure() -> None:
    talk, _ = await asked(WHICH_CASE, in_case(FOUND), answered(MARRIAGE))
    await talk.choose("2")

    await talk.say("đăng ký kết hôn")

    assert talk.kept()["procedure_code"] == MARRIAGE.code
    assert "case" not in talk.kept()


async def test_another_question_beside_the_cases_is_answered() -> None:
    talk, knowledge = await asked(WHICH_CASE, answered(BIRTH, Aspect.TIME))

    await talk.say("mất bao lâu", "ask_aspect")

    assert knowledge.asked[-1][:2] == ("mất bao lâu", BIRTH.code)
    assert "choices" not in talk.kept()


@pytest.mark.parametrize("intent", ["not_solved", "out_of_scope", "feedback_wish", "abuse"])
async def test_words_that_only_might_lead_away_answer_the_open_question(intent: str) -> None:
    talk, _ = await asked(WHICH_CASE, NO_PROCEDURE, WHICH_CASE, in_case(ALL))

    text = await talk.say("tôi cũng chưa rõ hoàn cảnh của mình", intent, confidence=0.7)

    assert "Tờ khai" in text


async def test_words_that_plainly_lead_away_are_followed_from_an_open_question() -> None:
    talk, _ = await asked(WHICH_CASE)

    text = await talk.say("tôi muốn tố cáo cán bộ", "complaint", confidence=0.95)

    assert "Luật Tố cáo" in text


async def test_words_that_decide_no_case_are_answered_for_all_of_them() -> None:
    talk, knowledge = await asked(WHICH_CASE, NO_PROCEDURE, WHICH_CASE, in_case(ALL))

    text = await talk.say("cháu nhà tôi", "nlu_fallback")

    assert knowledge.asked[-2][0] == "khai sinh cần giấy tờ gì cháu nhà tôi"
    assert knowledge.chosen[-1][0] == ALL_CASES
    assert "Tờ khai" in text


@pytest.mark.parametrize("words", ["bé nhà em sinh tại nhà", "be nha em sinh tai nha"])
async def test_words_that_only_one_case_has_decide_it(words: str) -> None:
    talk, knowledge = await asked(WHICH_CASE, NO_MATCH, in_case(AT_HOME))

    await talk.say(words, "nlu_fallback")

    assert knowledge.chosen[-1] == (AT_HOME.code, "")
    assert talk.kept()["case_title"] == AT_HOME.title


async def test_a_change_of_subject_beside_the_cases_offers_its_own_choices() -> None:
    talk, _ = await asked(WHICH_CASE, clarify(MARRIAGE, BIRTH))

    await talk.say("kết hôn")

    assert talk.kept()["choosing"] == "procedure"
    assert "procedure_code" not in talk.kept()


async def test_the_place_of_today_is_asked_for_and_kept() -> None:
    there = replace(answered(BIRTH, Aspect.PLACE), place=THERE)
    talk, knowledge = await asked(WHICH_PLACE, there, answered(MARRIAGE))

    await talk.choose("2")
    await talk.say("đăng ký kết hôn")

    assert [place for _, place in knowledge.chosen] == ["", THERE.code, THERE.code]
    assert talk.kept()["place"] == THERE.code


async def test_a_place_and_then_a_case_are_asked_for_the_same_question() -> None:
    talk, knowledge = await asked(WHICH_PLACE, WHICH_CASE, in_case(AT_HOME))

    await talk.choose("1")
    await talk.choose("1")

    assert knowledge.chosen[-1] == (AT_HOME.code, HERE.code)
    assert knowledge.asked[-1][0] == "khai sinh cần giấy tờ gì"


@pytest.mark.parametrize("words", ["không biết", "không phải"])
async def test_who_does_not_know_the_place_is_told_how_to_find_out(words: str) -> None:
    talk, _ = await asked(WHICH_PLACE)

    assert "VNeID" in await talk.say(words, "deny")
    assert talk.kept() == {"procedure_code": BIRTH.code, "procedure_title": BIRTH.title}


async def test_words_that_decide_no_place_ask_again() -> None:
    talk, _ = await asked(WHICH_PLACE, NO_MATCH, WHICH_PLACE)

    assert f"1. {HERE.title}" in await talk.say("ở gần chợ", "nlu_fallback")


async def test_a_checklist_follows_the_text_it_belongs_to() -> None:
    checklist = Checklist(BIRTH.title, BIRTH.code, "", items=(), notes=("ghi chú",), source="x")
    answer = replace(answered(BIRTH, Aspect.DOCUMENTS, Aspect.FEE), checklist=checklist)
    talk = Talk(ScriptedKnowledge(answer))

    await talk.say("khai sinh cần gì, lệ phí")

    kinds = [[*message["custom"]] for message in talk.messages]
    assert kinds == [[], ["checklist"], [], [], ["source"], ["rate"], ["answer"]]
    assert talk.customs["checklist"]["notes"] == ("ghi chú",)
