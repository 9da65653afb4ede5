import pytest

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


def test_there_is_a_notice_for_each_mode_in_which_staff_have_the_conversation() -> None:
    assert set(TEXTS.notices) == {Mode.WAITING, Mode.STAFF}
