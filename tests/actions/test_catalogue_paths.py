"""Ways through a conversation: back, corrected, compared, more, forgotten."""

from dataclasses import replace

import pytest

from actions.reply import Manner
from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Section
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

HOUR = 3_600
DEATH = Choice("1.000656", "Đăng ký khai tử")


def compared(*procedures: Choice) -> Answer:
    sections = (Section(Aspect.TIME, "A: 1 ngày\nB: 2 ngày"),)
    return Answer(AnswerStatus.ANSWERED, sections=sections, choices=procedures)


async def talked_about(*procedures: Choice, then: tuple[Answer, ...] = ()) -> Talk:
    """A conversation about these procedures, one after the other."""
    talk = Talk(ScriptedKnowledge(*map(answered, procedures), *then))
    for procedure in procedures:
        await talk.say(procedure.title)
    return talk


@pytest.mark.parametrize("words", ["quay lại cái lúc nãy", "quay lai thu tuc luc nay"])
async def test_goes_back_to_the_procedure_before(words: str) -> None:
    talk = await talked_about(BIRTH, MARRIAGE)

    text = await talk.say(words, "go_back")

    assert BIRTH.title in text
    assert talk.kept() == {"procedure_code": BIRTH.code, "procedure_title": BIRTH.title}
    assert "Mất bao lâu?" in talk.buttons


async def test_goes_back_further_the_second_time() -> None:
    talk = await talked_about(BIRTH, MARRIAGE, DEATH)

    await talk.say("quay lại", "go_back")
    await talk.say("quay lại nữa", "go_back")

    assert talk.kept()["procedure_code"] == BIRTH.code


async def test_goes_back_to_the_one_that_is_named() -> None:
    talk = await talked_about(BIRTH, MARRIAGE, DEATH)

    await talk.say("quay lại thủ tục khai sinh lúc nãy", "go_back")

    assert talk.kept()["procedure_code"] == BIRTH.code


async def test_answers_what_is_asked_of_the_procedure_gone_back_to() -> None:
    talk = await talked_about(BIRTH, MARRIAGE, then=(answered(BIRTH, Aspect.FEE, text="0 đồng"),))

    text = await talk.say("quay lại cái lúc nãy, lệ phí bao nhiêu", "go_back")

    assert "0 đồng" in text
    assert talk.kept()["procedure_code"] == BIRTH.code


async def test_says_when_there_is_nothing_to_go_back_to() -> None:
    talk = await talked_about(BIRTH)

    assert "chưa nói về thủ tục nào khác" in await talk.say("quay lại", "go_back")
    assert talk.kept()["procedure_code"] == BIRTH.code


async def test_remembers_no_more_than_five_procedures() -> None:
    procedures = [Choice(str(number), f"Thủ tục {number}") for number in range(8)]

    talk = await talked_about(*procedures)

    assert [one["code"] for one in talk.slots["past"]] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("không phải, ý tôi là khai tử", "correct"),
        ("khong phai y toi la khai tu", "nlu_fallback"),
        ("ý em là khai tử", "ask_procedure"),
        ("không phải khai sinh mà là khai tử", "correct"),
        ("không phải, tôi hỏi khai tử", "deny"),
    ],
)
async def test_a_correction_is_searched_anew(words: str, intent: str) -> None:
    documents = answered(DEATH, Aspect.DOCUMENTS)
    knowledge = ScriptedKnowledge(answered(BIRTH, Aspect.DOCUMENTS), answered(DEATH), documents)
    talk = Talk(knowledge)
    await talk.say("khai sinh cần giấy tờ gì")

    await talk.say(words, intent)

    assert knowledge.asked[1][0] in ("khai tử", "khai tu")
    assert knowledge.asked[1][1:] == (None, ())
    assert knowledge.asked[2][0].startswith("khai sinh cần giấy tờ gì khai t")
    assert talk.kept() == {"procedure_code": DEATH.code, "procedure_title": DEATH.title}


async def test_a_correction_of_the_part_stays_with_the_procedure() -> None:
    fee = answered(BIRTH, Aspect.FEE)
    talk = await talked_about(BIRTH, then=(NO_PROCEDURE, fee))

    await talk.say("không phải, ý tôi là lệ phí", "correct")

    assert talk.kept()["procedure_code"] == BIRTH.code


async def test_a_correction_may_point_at_an_offered_choice() -> None:
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS), answered(BIRTH_ABROAD)))
    await talk.say("khai sinh")

    await talk.say("không phải cái đó, cái thứ hai", "correct")

    assert talk.kept()["procedure_code"] == BIRTH_ABROAD.code


@pytest.mark.parametrize("intent", ["correct", "deny"])
async def test_a_bare_no_asks_what_is_meant(intent: str) -> None:
    talk = await talked_about(BIRTH)

    text = await talk.say("không phải cái này", intent)

    assert "tìm lại" in text
    assert "procedure_code" not in talk.kept()


async def test_a_question_that_begins_with_a_no_is_a_question() -> None:
    knowledge = ScriptedKnowledge(answered(MARRIAGE))

    await Talk(knowledge).say("không phải công dân Việt Nam thì kết hôn thế nào")

    assert knowledge.asked[0][0].startswith("không phải công dân")


async def test_more_words_of_refusal_are_no_search() -> None:
    talk = await talked_about(BIRTH, then=(NO_MATCH,))

    text = await talk.say("không đúng cái em đang cần đâu", "deny")

    assert "không tìm thấy" not in text
    assert "tìm lại" in text


async def test_compares_the_last_two_procedures_talked_about() -> None:
    talk = await talked_about(BIRTH, MARRIAGE, DEATH, then=(compared(DEATH, MARRIAGE),))
    knowledge = talk.knowledge

    text = await talk.say("so sánh hai cái đó", "compare")

    assert knowledge.compared == [("so sánh hai cái đó", (DEATH.code, MARRIAGE.code))]
    assert "A: 1 ngày" in text
    assert f"2. {MARRIAGE.title}" in text
    assert not text.startswith("\n")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("so sánh 1 và 3", (BIRTH.code, BIRTH_AGAIN.code)),
        ("mấy cái này khác gì nhau", (BIRTH.code, BIRTH_ABROAD.code, BIRTH_AGAIN.code)),
    ],
)
async def test_compares_offered_procedures(words: str, codes: tuple[str, ...]) -> None:
    knowledge = ScriptedKnowledge(clarify(*BIRTHS), compared(BIRTH, BIRTH_AGAIN))
    talk = Talk(knowledge)
    await talk.say("khai sinh")

    await talk.say(words, "compare")

    assert knowledge.compared[0][1] == codes


async def test_one_of_the_compared_can_be_chosen() -> None:
    talk = await talked_about(BIRTH, MARRIAGE, then=(compared(MARRIAGE, BIRTH), answered(BIRTH)))
    await talk.say("so sánh hai cái đó", "compare")

    await talk.choose("cái thứ hai")

    assert talk.kept()["procedure_code"] == BIRTH.code
    assert talk.knowledge.asked[-1][0] == ""


async def test_a_question_taken_for_a_comparison_is_answered() -> None:
    talk = Talk(ScriptedKnowledge(NO_PROCEDURE, answered(MARRIAGE)))

    assert MARRIAGE.title in await talk.say("khác tỉnh thì đăng ký kết hôn thế nào", "compare")


async def test_asks_what_to_compare() -> None:
    talk = Talk(ScriptedKnowledge(NO_PROCEDURE, NO_PROCEDURE))

    assert "so sánh những thủ tục nào" in await talk.say("cái xanh khác cái đỏ", "compare")


@pytest.mark.parametrize("words", ["so sánh hai cái đó", "khác gì nhau", "so sanh giup toi"])
async def test_searches_nothing_where_nothing_is_named(words: str) -> None:
    knowledge = ScriptedKnowledge()

    assert "so sánh những thủ tục nào" in await Talk(knowledge).say(words, "compare")
    assert knowledge.compared == []


def long_answer() -> Answer:
    papers = "\n".join(f"- Giấy tờ số {number}" for number in range(1, 41))
    return answered(BIRTH, Aspect.DOCUMENTS, text=f"Cần chuẩn bị:\n{papers}")


async def test_a_long_answer_comes_in_parts_with_the_source_at_once() -> None:
    talk = Talk(ScriptedKnowledge(long_answer()), manner=Manner(HOTLINE, answer_length=300))

    text = await talk.say("khai sinh cần gì")
    read = text
    while "Xem thêm" in talk.buttons:
        text = await talk.say("Xem thêm", "nlu_fallback")
        assert BIRTH.code in text
        read += text

    assert "Nguồn: " in read
    assert [read.count(f"Giấy tờ số {number}\n") for number in range(1, 40)] == [1] * 39
    assert read.endswith("Giấy tờ số 40")
    assert "more" not in talk.kept()


async def test_no_part_is_longer_than_it_may_be() -> None:
    talk = Talk(ScriptedKnowledge(long_answer()), manner=Manner(HOTLINE, answer_length=300))

    await talk.say("khai sinh cần gì")

    shown = talk.messages[0]
    assert len(f"{shown['title']}\n{shown['section']}") <= 300
    assert all(len(part) <= 300 for part in talk.slots["more"])


async def test_yes_to_a_rest_shows_it() -> None:
    talk = Talk(ScriptedKnowledge(long_answer()), manner=Manner(HOTLINE, answer_length=600))
    await talk.say("khai sinh cần gì")

    assert "Giấy tờ số 40" in await talk.say("có", "affirm")


async def test_a_rest_is_forgotten_with_the_next_answer() -> None:
    knowledge = ScriptedKnowledge(long_answer(), answered(BIRTH, Aspect.FEE))
    talk = Talk(knowledge, manner=Manner(HOTLINE, answer_length=300))
    await talk.say("khai sinh cần gì")

    await talk.say("lệ phí", "ask_aspect")

    assert "more" not in talk.kept()


async def test_more_without_a_rest_says_what_else_can_be_asked() -> None:
    talk = await talked_about(BIRTH)

    text = await talk.say("còn gì nữa không", "more")

    assert BIRTH.title in text
    assert talk.buttons


async def test_more_of_nothing_asks_for_the_procedure() -> None:
    assert "thủ tục nào" in await Talk(ScriptedKnowledge()).say("xem thêm", "more")


async def test_a_question_taken_for_more_is_answered() -> None:
    talk = await talked_about(BIRTH, then=(answered(MARRIAGE),))

    assert MARRIAGE.title in await talk.say("xem thêm thủ tục kết hôn", "more")


async def test_what_was_talked_about_is_forgotten_after_an_hour() -> None:
    talk = await talked_about(BIRTH, then=(NO_PROCEDURE,))
    talk.clock += HOUR

    text = await talk.say("lệ phí bao nhiêu", "ask_aspect")

    assert talk.knowledge.asked[-1][1] is None
    assert talk.knowledge.earlier == ()
    assert "thủ tục nào" in text
    assert "procedure_code" not in talk.kept()


async def test_how_long_it_is_remembered_is_a_setting() -> None:
    knowledge = ScriptedKnowledge(answered(BIRTH), answered(BIRTH, Aspect.FEE))
    talk = Talk(knowledge, manner=Manner(HOTLINE, focus_minutes=120))
    await talk.say("khai sinh")
    talk.clock += HOUR

    await talk.say("lệ phí bao nhiêu", "ask_aspect")

    assert knowledge.asked[-1][1] == BIRTH.code


async def test_an_old_list_is_no_list() -> None:
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS)))
    await talk.say("khai sinh")
    talk.clock += 2 * HOUR

    assert "không có danh sách" in await talk.choose("2")
    assert talk.kept() == {}


async def test_a_comparison_without_a_title_has_no_empty_line() -> None:
    talk = Talk(ScriptedKnowledge(replace(compared(BIRTH, DEATH), choices=())))

    assert (await talk.say("khai sinh với khai tử khác gì", "compare")).startswith("A: 1 ngày")


@pytest.mark.parametrize("intent", ["nlu_fallback", "help", "deny"])
async def test_who_cannot_choose_is_asked_to_tell_more_and_the_list_stays(intent: str) -> None:
    talk = Talk(ScriptedKnowledge(clarify(*BIRTHS)))
    await talk.say("khai sinh")

    assert "tôi chọn giúp" in await talk.say("không biết chọn cái nào", intent)
    assert talk.kept()["choosing"] == "procedure"
