import pytest

from gateway.contact import Fault
from gateway.conversation import Mode
from gateway.texts import Refusal, Texts

TEXTS = Texts(hotline="1900 0000", length_limit=1500)


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_its_sentence(reason: Refusal) -> None:
    sentence = TEXTS.refusal(reason, seconds=7)

    assert sentence
    assert "{" not in sentence


def test_sentences_name_what_the_operator_set() -> None:
    assert "1900 0000" in TEXTS.apology.text
    assert "1500" in TEXTS.refusal(Refusal.TOO_LONG)
    assert "7 giây" in TEXTS.refusal(Refusal.TOO_MANY, seconds=7)


def test_there_is_a_notice_for_a_conversation_that_waits_for_staff() -> None:
    assert set(TEXTS.notices) == {Mode.WAITING}


def test_every_fault_of_a_contact_has_its_sentence() -> None:
    assert set(TEXTS.contact_unread) == {fault.value for fault in Fault}


def test_what_stands_for_a_contact_can_be_found_in_the_text_that_shows_it() -> None:
    assert TEXTS.contact_read.shows in TEXTS.contact_read.text
