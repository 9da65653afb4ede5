"""The form of a report: nothing is sent that the citizen did not confirm, and nothing is lost."""

import json
from typing import Any

import pytest

from actions.escalation import HandOver, Kind, Refused, Wish
from actions.report_asking import Asking
from actions.testing import AGENCIES, FakeEscalation
from knowledge.client import Aspect, Choice
from tests.actions.talk import BIRTH, BIRTHS, NO_MATCH, ScriptedKnowledge, Talk, answered, clarify

HAPPENED = "Cán bộ một cửa xã Tân Phú hẹn tôi ba lần mà chưa trả giấy khai sinh"
SEALED = "[thông tin liên hệ]"


async def at_agency(talk: Talk) -> str:
    await talk.say("tôi muốn phản ánh", "feedback_wish")
    return await talk.say(HAPPENED)


async def at_contact(talk: Talk) -> str:
    await at_agency(talk)
    return await talk.say("Đúng cơ quan này", "affirm")


async def at_review(talk: Talk) -> str:
    await at_contact(talk)
    return await talk.say("bỏ qua")


def sent(escalation: FakeEscalation) -> HandOver:
    [request] = escalation.taken.values()
    return request


async def test_a_report_goes_from_what_happened_to_its_code(
    talk: Talk, escalation: FakeEscalation
) -> None:
    what = await talk.say("tôi muốn phản ánh", "feedback_wish")
    proposed = await talk.say(HAPPENED)
    contact = await talk.say("Đúng cơ quan này", "affirm")
    review = await talk.say("bỏ qua", "deny")
    before = dict(escalation.taken)
    receipt = await talk.say("Đồng ý và gửi", "affirm")

    assert "kể giúp tôi" in what
    assert AGENCIES[0].title in proposed
    assert "số điện thoại hoặc email" in contact
    assert HAPPENED in review and Asking.load().consent in review
    assert before == {}
    assert "PA-0000-0001" in receipt and "01/12/2026" in receipt
    assert sent(escalation).matter.text == HAPPENED
    assert sent(escalation).agency == AGENCIES[0].code
    assert talk.customs["case"] == "PA-0000-0001"


async def test_what_happened_may_stand_in_the_first_message(talk: Talk) -> None:
    text = await talk.say(f"Tôi muốn phản ánh: {HAPPENED}", "feedback_wish")

    assert AGENCIES[0].title in text


async def test_a_bare_wish_is_not_what_happened(talk: Talk, escalation: FakeEscalation) -> None:
    await talk.say("tôi muốn phản ánh", "feedback_wish")

    text = await talk.say("tôi muốn gửi phản ánh kiến nghị", "feedback_wish")

    assert "kể giúp tôi" in text
    assert escalation.asked == []


async def test_the_consent_is_kept_with_its_text_and_its_time(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)

    await talk.say("đồng ý", "affirm")

    assert sent(escalation).consent_version == Asking.load().consent_version
    assert sent(escalation).consent_at.tzinfo is not None


@pytest.mark.parametrize(
    ("words", "intent"),
    [("Không đồng ý", "deny"), ("không", "nlu_fallback"), ("thôi", "deny")],
)
async def test_without_consent_there_is_no_case(
    talk: Talk, escalation: FakeEscalation, words: str, intent: str
) -> None:
    await at_review(talk)

    text = await talk.say(words, intent)

    assert "không gửi gì cả" in text
    assert escalation.calls == 0
    assert talk.slots["report"]["left"] is True
    assert talk.customs["drawer"] == ["contact", "files"]


@pytest.mark.parametrize("words", ["ờ để xem", "chắc vậy", "xong chưa"])
async def test_words_that_are_no_consent_are_none_whatever_they_are_taken_for(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    await at_review(talk)

    text = await talk.say(words, "affirm")

    assert Asking.load().consent in text
    assert escalation.calls == 0


async def test_the_agency_is_never_guessed(talk: Talk, escalation: FakeEscalation) -> None:
    await at_agency(talk)

    for words in ("hả", "là sao", "tôi không rành lắm", "7", "bỏ qua", "Gửi lại"):
        await talk.say(words, "nlu_fallback")

    assert escalation.calls == 0
    assert talk.slots["report"]["step"] == "agency"
    assert "agency" not in talk.slots["report"]


async def test_yes_to_a_list_of_agencies_chooses_none(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.directory = (Choice("a", "Ủy ban xã An"), Choice("b", "Ủy ban xã Bình"))
    await at_agency(talk)
    await talk.say("Cơ quan khác", "deny")
    await talk.say("ủy ban xã")

    text = await talk.say("đúng rồi", "affirm")

    assert "agency" not in talk.slots["report"]
    assert "1." in text or "không tìm thấy" in text.lower()


@pytest.mark.parametrize("words", ["2", "Sở Tư pháp", "so tu phap", "cái thứ hai"])
async def test_another_of_the_proposed_agencies_is_chosen(
    talk: Talk, escalation: FakeEscalation, words: str
) -> None:
    await at_agency(talk)
    await talk.say(words, "choose")
    await talk.say("bỏ qua")

    await talk.say("đồng ý", "affirm")

    assert sent(escalation).agency == "so-tu-phap"


async def test_an_agency_that_was_not_proposed_is_found_by_its_name(
    talk: Talk, escalation: FakeEscalation
) -> None:
    other = Choice("thue", "Thuế tỉnh")
    await at_agency(talk)
    escalation.directory = (*AGENCIES, other)

    asked = await talk.say("Cơ quan khác", "deny")
    offered = await talk.say("thuế tỉnh")
    contact = await talk.say("đúng", "affirm")

    assert "tên cơ quan" in asked
    assert other.title in offered
    assert talk.slots["report"]["agency"]["code"] == "thue"
    assert "số điện thoại" in contact


async def test_a_category_that_the_words_do_not_tell_is_asked_for(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.category = ""
    await at_agency(talk)
    asked = await talk.say("đúng", "affirm")
    await talk.say("1", "choose")
    await talk.say("bỏ qua")

    await talk.say("đồng ý", "affirm")

    assert "thuộc loại nào" in asked
    assert sent(escalation).category == "behaviour"


async def test_the_contact_reaches_neither_the_slots_nor_the_words(talk: Talk) -> None:
    await at_contact(talk)

    review = await talk.say(SEALED, "nlu_fallback", sealed=["phone", "name"])

    assert "số điện thoại, họ tên" in review
    assert talk.slots["report"]["contact"] == ("phone", "name")
    assert SEALED not in json.dumps(talk.slots, ensure_ascii=False)


async def test_a_contact_is_asked_for_again_when_none_was_read(talk: Talk) -> None:
    await at_contact(talk)

    text = await talk.say("gọi cho tôi", "nlu_fallback")

    assert "chưa thấy số điện thoại" in text
    assert talk.customs["asks"] == "contact"


async def test_where_a_contact_is_required_it_cannot_be_left_out(
    escalation: FakeEscalation,
) -> None:
    talk = Talk(ScriptedKnowledge(), escalation=escalation, contact_required=True)
    await at_contact(talk)

    text = await talk.say("bỏ qua", "deny")

    assert "không bỏ qua được" in text
    assert talk.slots["report"]["step"] == "contact"


@pytest.mark.parametrize("step", [at_agency, at_contact, at_review])
@pytest.mark.parametrize("words", ["thôi", "Thôi không gửi", "hủy"])
async def test_every_step_can_be_left(
    talk: Talk, escalation: FakeEscalation, step: Any, words: str
) -> None:
    await step(talk)

    text = await talk.say(words, "deny")

    assert "không gửi gì cả" in text
    assert talk.slots["report"]["left"] is True
    assert "contact" not in talk.slots["report"]
    assert talk.customs["drawer"] == ["contact", "files"]
    assert escalation.calls == 0


async def test_what_was_filled_in_can_be_changed_and_is_consented_to_anew(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)
    await talk.say("Sửa nội dung", "nlu_fallback")
    changed = await talk.say("Xã Tân Phú hẹn bốn lần rồi", "feedback_wish")
    await talk.say("Chọn cơ quan khác", "nlu_fallback")
    await talk.say("sở tư pháp", "nlu_fallback")
    again = await talk.say("đúng", "affirm")

    await talk.say("đồng ý", "affirm")

    assert "hẹn bốn lần" in changed
    assert "Sở Tư pháp" in again
    assert sent(escalation).matter.text == "Xã Tân Phú hẹn bốn lần rồi"
    assert sent(escalation).agency == "so-tu-phap"


async def test_a_question_in_between_is_answered_and_the_form_offered_again(
    escalation: FakeEscalation,
) -> None:
    talk = Talk(
        ScriptedKnowledge(answered(BIRTH, Aspect.FEE, text="Miễn phí")), escalation=escalation
    )
    await at_contact(talk)

    aside = await talk.say("khai sinh lệ phí bao nhiêu?", "ask_procedure")
    asks = talk.customs["asks"]
    review = await talk.say("bỏ qua", "deny")

    assert "Miễn phí" in aside and "vẫn được giữ" in aside
    assert asks == "contact"
    assert "xem lại trước khi gửi" in review


async def test_a_choice_after_a_question_in_between_is_of_the_procedures(
    escalation: FakeEscalation,
) -> None:
    knowledge = ScriptedKnowledge(clarify(*BIRTHS), answered(BIRTH))
    talk = Talk(knowledge, escalation=escalation)
    await at_agency(talk)
    await talk.say("khai sinh cần giấy tờ gì?", "ask_procedure")

    text = await talk.say("1", "choose")

    assert BIRTH.title in text
    assert "agency" not in talk.slots["report"]


async def test_the_form_is_asked_again_on_demand(talk: Talk) -> None:
    await at_contact(talk)

    assert "số điện thoại hoặc email" in await talk.say("Viết tiếp phản ánh", "more")


async def test_complaints_are_turned_to_their_own_path(escalation: FakeEscalation) -> None:
    escalation.kind = Kind.COMPLAINT
    talk = Talk(ScriptedKnowledge(), escalation=escalation)

    text = await at_agency(talk)
    still = await talk.say("vâng", "affirm")

    assert "Luật Tố cáo" in text and "lời khác" in still
    assert escalation.calls == 0


async def test_who_insists_that_it_is_no_complaint_goes_on(escalation: FakeEscalation) -> None:
    escalation.kind = Kind.COMPLAINT
    talk = Talk(ScriptedKnowledge(), escalation=escalation)
    await at_agency(talk)

    text = await talk.say("Đây là phản ánh về cách phục vụ", "feedback_wish")
    for words in ("đúng", "bỏ qua", "đồng ý"):
        await talk.say(words)

    assert AGENCIES[0].title in text
    assert sent(escalation).insisted
    assert sent(escalation).matter.text == HAPPENED


async def test_a_complaint_outside_the_form_can_be_feedback_after_all(
    escalation: FakeEscalation,
) -> None:
    escalation.kind = Kind.COMPLAINT
    talk = Talk(ScriptedKnowledge(), escalation=escalation)
    complaint = "tôi khiếu nại thái độ của nhân viên một cửa"
    told = await talk.say(complaint, "complaint")

    text = await talk.say(talk.buttons[0], "feedback_wish")

    assert "90 ngày" in told
    assert AGENCIES[0].title in text
    assert talk.slots["report"]["text"] == complaint


async def test_in_an_emergency_the_numbers_are_told_and_the_form_goes_on(
    escalation: FakeEscalation,
) -> None:
    escalation.kind = Kind.EMERGENCY
    talk = Talk(ScriptedKnowledge(), escalation=escalation)

    text = await at_agency(talk)

    assert "113" in text and AGENCIES[0].title in text


async def test_what_rasa_takes_for_an_emergency_is_still_told_in_the_form(
    talk: Talk, escalation: FakeEscalation
) -> None:
    """Rasa said the numbers itself before this action."""
    escalation.kind = Kind.EMERGENCY
    await talk.say("tôi muốn phản ánh", "feedback_wish")
    words = "Mẹ tôi đi cấp cứu nên nộp trễ, cán bộ gây khó dễ"

    text = await talk.say(words, "emergency", "action_go_on")

    assert AGENCIES[0].title in text and "113" not in text
    assert talk.slots["report"]["text"] == words


async def test_without_a_form_what_rasa_says_is_enough(talk: Talk) -> None:
    assert await talk.say("cảm ơn bạn", "thank", "action_go_on") == ""


async def test_told_in_other_words_it_is_looked_at_anew(escalation: FakeEscalation) -> None:
    escalation.kind = Kind.COMPLAINT
    talk = Talk(ScriptedKnowledge(), escalation=escalation)
    await at_agency(talk)
    escalation.kind = Kind.FEEDBACK

    text = await talk.say("Xã hẹn ba lần mà chưa trả giấy", "feedback_wish")

    assert AGENCIES[0].title in text


@pytest.mark.parametrize(
    ("why", "words", "step"),
    [
        (Refused.COMPLAINT, "Luật Tố cáo", "turned"),
        (Refused.EMERGENCY, "113", "review"),
        (Refused.CONTACT, "họ tên và cách liên hệ", "contact"),
        (Refused.CONTACT_GONE, "nhập lại", "contact"),
        (Refused.FILES, "xóa tệp", "review"),
        (Refused.OTHER, "chưa gửi được", "review"),
    ],
)
async def test_what_is_refused_can_be_put_right(
    talk: Talk, escalation: FakeEscalation, why: Refused, words: str, step: str
) -> None:
    await at_review(talk)
    escalation.refuses = why

    text = await talk.say("đồng ý", "affirm")

    assert words in text and "PA-" not in text
    assert talk.slots["report"]["step"] == step
    assert talk.slots["report"]["text"] == HAPPENED
    assert "consent_at" not in talk.slots["report"]


async def test_a_required_contact_has_a_name(escalation: FakeEscalation) -> None:
    talk = Talk(ScriptedKnowledge(), escalation=escalation, contact_required=True)
    await at_contact(talk)

    nameless = await talk.say(SEALED, "nlu_fallback", sealed=["phone"])
    named = await talk.say(SEALED, "nlu_fallback", sealed=["phone", "name"])

    assert "cả họ tên" in nameless
    assert "xem lại trước khi gửi" in named


async def test_when_agencies_are_down_nothing_is_lost_and_it_can_be_sent_again(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)
    escalation.down = True
    failed = await talk.say("đồng ý", "affirm")
    escalation.down = False

    receipt = await talk.say("Gửi lại", "nlu_fallback")

    assert "Chưa gửi được" in failed and "PA-" not in failed
    assert "PA-0000-0001" in receipt
    assert sent(escalation).matter.text == HAPPENED


async def test_when_agencies_are_down_at_the_beginning_the_words_are_kept(
    talk: Talk, escalation: FakeEscalation
) -> None:
    escalation.down = True
    failed = await at_agency(talk)
    escalation.down = False

    text = await talk.say("gửi lại", "more")

    assert "vẫn được giữ" in failed
    assert AGENCIES[0].title in text
    assert escalation.asked[-1].text == HAPPENED


async def test_a_reply_that_was_lost_makes_no_second_case(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)
    escalation.loses_replies = True
    await talk.say("đồng ý", "affirm")
    escalation.loses_replies = False

    receipt = await talk.say("gửi lại")

    assert escalation.calls == 2
    assert len(escalation.taken) == 1
    assert "PA-0000-0001" in receipt


async def test_an_unsent_form_outlives_a_restart_and_a_long_silence(
    talk: Talk, escalation: FakeEscalation
) -> None:
    await at_review(talk)
    restarted = Talk(ScriptedKnowledge(), escalation=escalation)
    restarted.slots = json.loads(json.dumps(talk.slots))  # As the tracker store gives them back.
    restarted.events, restarted.clock = list(talk.events), talk.clock + 5 * 3600

    receipt = await restarted.say("đồng ý", "affirm")

    assert "PA-0000-0001" in receipt
    assert sent(escalation).matter.text == HAPPENED


async def test_a_duplicate_is_said_to_be_one(talk: Talk, escalation: FakeEscalation) -> None:
    escalation.duplicate_of = "PA-7K2M-09X1"
    await at_review(talk)

    text = await talk.say("đồng ý", "affirm")

    assert "PA-7K2M-09X1" in text and "không tạo phản ánh thứ hai" in text
    assert talk.customs["case"] == "PA-7K2M-09X1"


async def test_the_procedure_and_place_of_the_conversation_go_along(
    escalation: FakeEscalation,
) -> None:
    talk = Talk(ScriptedKnowledge(answered(BIRTH)), escalation=escalation)
    await talk.say("khai sinh")
    await at_review(talk)

    await talk.say("đồng ý", "affirm")

    assert sent(escalation).matter.procedure == BIRTH
    assert talk.slots["procedure_code"] == BIRTH.code


@pytest.mark.parametrize("yes", [("có", "affirm"), ("Hỏi cơ quan có trách nhiệm", "ask_procedure")])
async def test_a_question_is_passed_on_only_after_its_agency_was_confirmed(
    escalation: FakeEscalation, yes: tuple[str, str]
) -> None:
    talk = Talk(ScriptedKnowledge(NO_MATCH), escalation=escalation)
    await talk.say("xin giấy phép bay")

    proposed = await talk.say(*yes)
    calls = escalation.calls
    for words in ("đúng", "bỏ qua", "đồng ý"):
        receipt = await talk.say(words, "affirm")

    assert AGENCIES[0].title in proposed
    assert calls == 0
    assert "PA-0000-0001" in receipt
    assert sent(escalation).matter.wish is Wish.QUESTION
    assert sent(escalation).matter.text == "xin giấy phép bay"


async def test_who_wants_a_person_hears_the_number_and_may_write(
    talk: Talk, escalation: FakeEscalation
) -> None:
    text = await talk.say("cho tôi gặp cán bộ", "human_wish")
    await talk.say("hồ sơ của mẹ tôi bị trả lại mà không rõ vì sao")

    assert "1900 0000" in text
    assert escalation.asked[0].wish is Wish.PERSON


async def test_the_same_turn_worked_twice_is_one_submission(escalation: FakeEscalation) -> None:
    forms = []
    for _ in range(2):
        talk = Talk(ScriptedKnowledge(), escalation=escalation)
        await at_review(talk)
        forms.append(talk.slots["report"]["submission"])

    assert forms[0] == forms[1]
    assert "portal" not in forms[0]


@pytest.mark.parametrize("taken_for", ["human_wish", "restart", "out_of_scope", "emergency"])
async def test_a_button_of_the_form_is_its_button_whatever_it_was_taken_for(
    talk: Talk, taken_for: str
) -> None:
    await at_contact(talk)

    review = await talk.say("Không để lại liên hệ", taken_for)
    again = await talk.say("Sửa liên hệ", taken_for)

    assert "Bạn xem lại" in review
    assert "số điện thoại hoặc email" in again
