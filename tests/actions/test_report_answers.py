"""How people answer the form: politely, in pieces, with corrections, with the wrong button."""

import pytest

from actions.escalation import Kind
from actions.testing import AGENCIES, FakeEscalation
from tests.actions.talk import BIRTH, NO_MATCH, ScriptedKnowledge, Talk, answered
from tests.actions.test_report import HAPPENED, at_agency, at_contact, at_review, sent

YES = ["vâng ạ", "dạ vâng", "dạ vâng ạ", "uh", "đc", "chuẩn", "ok em", "đúng rồi em ạ", "dạ"]


@pytest.mark.parametrize("words", YES)
async def test_a_polite_yes_is_one_at_the_agency(talk: Talk, words: str) -> None:
    await at_agency(talk)

    await talk.say(words, "nlu_fallback")

    assert talk.slots["report"]["step"] == "contact"


@pytest.mark.parametrize("words", YES)
async def test_a_polite_yes_is_one_to_the_consent(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    await at_review(talk)

    await talk.say(words, "nlu_fallback")

    assert len(escalation.taken) == 1


async def test_a_yes_that_rasa_thanks_for_is_heard(talk: Talk) -> None:
    await at_agency(talk)

    await talk.say("vâng em", "thank", "action_go_on")

    assert talk.slots["report"]["step"] == "contact"


@pytest.mark.parametrize("words", ["xã khác", "không phải xã này", "gửi chỗ khác giúp em"])
async def test_another_agency_is_asked_for(talk: Talk, words: str) -> None:
    await at_agency(talk)

    text = await talk.say(words, "deny")

    assert "tên cơ quan" in text and "agency" not in talk.slots["report"]


async def test_a_no_with_a_name_keeps_the_name(talk: Talk) -> None:
    await at_agency(talk)

    text = await talk.say("không phải, gửi bên Công an tỉnh nhé", "deny")

    assert "Công an tỉnh" in text
    assert talk.slots["report"]["proposed"] is True


@pytest.mark.parametrize("step", [at_agency, at_review])
async def test_what_is_told_later_is_added(talk: Talk, step: object) -> None:
    await step(talk)  # type: ignore[operator]
    more = "thêm là họ còn đòi 500 nghìn"

    text = await talk.say(more, "feedback_wish")

    assert "ghi thêm" in text
    assert talk.slots["report"]["text"] == f"{HAPPENED}\n{more}"


async def test_what_is_told_is_added_even_where_it_sounds_like_a_no(talk: Talk) -> None:
    await at_review(talk)

    text = await talk.say("hẹn 3 lần rồi mà vẫn chưa có giấy", "not_solved")

    assert "ghi thêm" in text


async def test_what_is_told_after_the_consent_takes_it_back(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)
    escalation.down = True
    await talk.say("đồng ý", "affirm")

    await talk.say("thêm là họ còn đòi 500 nghìn", "feedback_wish")

    assert "consent_at" not in talk.slots["report"]


async def test_too_long_a_text_is_said_to_be(talk: Talk) -> None:
    await at_agency(talk)

    text = await talk.say("hẹn mãi không trả giấy " * 200, "feedback_wish")

    assert "4000" in text
    assert len(talk.slots["report"]["text"]) == 4_000


@pytest.mark.parametrize(
    ("words", "intent"),
    [("chưa đúng", "not_solved"), ("khoan đã", "deny"), ("tôi chưa muốn gửi như vậy đâu", "deny")],
)
async def test_an_objection_in_the_review_asks_what_to_change(
    talk: Talk, escalation: FakeEscalation, words: str, intent: str
) -> None:
    await at_review(talk)

    text = await talk.say(words, intent)

    assert "sửa phần nào" in text
    assert talk.slots["report"]["step"] == "review"
    assert escalation.calls == 0


@pytest.mark.parametrize("words", ["thôi", "để sau", "không"])
async def test_a_form_that_was_left_can_be_gone_on_with(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    await at_review(talk)
    await talk.say(words, "deny")
    offered = talk.buttons

    contact = await talk.say("Viết tiếp phản ánh", "more")
    for answer in ("bỏ qua", "đồng ý"):
        await talk.say(answer)

    assert offered == ["Viết tiếp phản ánh"]
    assert "số điện thoại" in contact
    assert sent(escalation).matter.text == HAPPENED


async def test_beginning_anew_is_asked_about_while_a_form_is_open(talk: Talk) -> None:
    await at_agency(talk)

    asked = await talk.say("bắt đầu lại", "restart", "action_restart")
    kept = talk.slots["report"]["text"]
    done = await talk.say("Bỏ phản ánh và bắt đầu lại", "restart", "action_restart")

    assert "viết dở" in asked and kept == HAPPENED
    assert "bắt đầu lại nhé" in done


async def test_trying_again_is_no_beginning_anew(talk: Talk, escalation: FakeEscalation) -> None:
    await at_review(talk)
    escalation.down = True
    await talk.say("đồng ý", "affirm")
    escalation.down = False

    receipt = await talk.say("thử lại", "restart", "action_restart")

    assert "PA-0000-0001" in receipt


@pytest.mark.parametrize(
    "words",
    ["Hỏi cơ quan có trách nhiệm", "Đúng cái tôi cần rồi", "có ạ", "đúng rồi", "Gửi lại"],
)
async def test_buttons_and_bare_answers_are_not_what_happened(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    await talk.say(words, "affirm")

    assert escalation.asked == []
    assert talk.slots["report"]["step"] == "what"


@pytest.mark.parametrize("step", [at_agency, at_contact, at_review])
async def test_who_wants_a_person_hears_the_number_and_keeps_the_form(
    talk: Talk, step: object
) -> None:
    await step(talk)  # type: ignore[operator]
    before = talk.slots["report"]

    text = await talk.say("cho tôi gặp cán bộ", "human_wish")

    assert "1900 0000" in text and "vẫn được giữ" in text
    assert talk.slots["report"] == before


async def test_a_question_phrase_in_a_story_makes_it_no_question(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    await talk.say("không nói cần giấy tờ gì, đi ba lần", "ask_procedure")

    assert escalation.asked[0].text == "không nói cần giấy tờ gì, đi ba lần"


async def test_a_story_that_names_a_case_is_a_story(talk: Talk, escalation: FakeEscalation) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")
    words = "Phản ánh PA-7K2M-09X1 của tôi vẫn chưa giải quyết mà cán bộ bảo đã xong"

    await talk.say(words, "not_solved")

    assert escalation.asked[0].text == words


@pytest.mark.parametrize(
    ("words", "category"),
    [("không biết", "other"), ("thái độ kém", "behaviour"), ("2", "unfit"), ("abc", "other")],
)
async def test_the_kind_is_asked_for_once(
    talk: Talk, escalation: FakeEscalation, words: str, category: str
) -> None:
    escalation.category = ""
    await at_agency(talk)
    await talk.say("đúng", "affirm")
    offered = talk.buttons

    await talk.say(words, "nlu_fallback")

    assert talk.slots["report"]["category"] == category
    assert talk.slots["report"]["step"] == "contact"
    assert "Thôi không gửi" in offered and len(offered) == 5


async def test_what_goes_along_is_shown_and_can_be_dropped(escalation: FakeEscalation) -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH)), escalation=escalation)
    await talk.say("khai sinh")
    review = await at_review(talk)

    dropped = await talk.say("Bỏ thủ tục này", "correct")
    await talk.say("đồng ý")

    assert f"Thủ tục liên quan: {BIRTH.title}" in review
    assert BIRTH.title not in dropped
    assert sent(escalation).matter.procedure is None


async def test_a_procedure_of_long_before_does_not_go_along(escalation: FakeEscalation) -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH), NO_MATCH), escalation=escalation)
    await talk.say("khai sinh")
    talk.hear_rasa("cảm ơn", "thank", "utter_thank")
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    review = await talk.say("Công an phường bắt nộp thêm giấy tờ ngoài quy định")

    assert BIRTH.title not in review
    assert escalation.asked[0].procedure is None


async def test_a_receipt_that_was_lost_is_repeated(talk: Talk, escalation: FakeEscalation) -> None:
    await at_review(talk)
    await talk.say("đồng ý", "affirm")

    again = await talk.say("đồng ý", "affirm")

    assert "PA-0000-0001" in again
    assert talk.customs["case"] == "PA-0000-0001"
    assert escalation.calls == 1


async def test_a_refused_contact_is_thrown_away(talk: Talk) -> None:
    await at_contact(talk)

    await talk.say("bỏ qua", "deny")

    assert talk.customs["drawer"] == ["contact"]


async def test_the_receipt_gives_the_page_to_look_at(escalation: FakeEscalation) -> None:
    page = "https://motcua.example.gov.vn/tracking"
    talk = Talk(ScriptedKnowledge(), escalation=escalation, tracking=page)
    await at_review(talk)

    receipt = await talk.say("đồng ý", "affirm")

    assert f"{page}/PA-0000-0001" in receipt


async def test_a_restored_complaint_is_still_turned_away(escalation: FakeEscalation) -> None:
    escalation.kind = Kind.COMPLAINT
    talk = Talk(ScriptedKnowledge(), escalation=escalation)
    await at_agency(talk)
    await talk.say("thôi", "deny")

    text = await talk.say("Viết tiếp phản ánh")

    assert "Đây là phản ánh" in text and AGENCIES[0].title not in text
