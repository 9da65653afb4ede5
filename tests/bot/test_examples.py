"""What Rasa learns messages from: enough of every kind, and nothing of what tests it."""

import pytest

from bot.vary import VARIED, hand_written, read_examples, varied_file
from tests.bot.test_domain import BOT, intents
from vietnamese.text import clean, has_diacritics
from vietnamese.words import syllables

FEWEST = {"ask_procedure": 250}
FEWEST_OF_OTHERS = 40


@pytest.mark.parametrize("intent", intents())
def test_an_intent_is_learnt_from_enough_examples(intent: str) -> None:
    texts = {clean(text).lower() for text in hand_written()[intent]}

    assert len(texts) >= FEWEST.get(intent, FEWEST_OF_OTHERS)


@pytest.mark.parametrize("intent", [one for one in intents() if one != "choose"])
def test_an_intent_is_learnt_with_and_without_diacritics(intent: str) -> None:
    texts = hand_written()[intent]
    accented = [text for text in texts if has_diacritics(text)]

    assert accented
    assert len(accented) < len(texts)


def test_no_example_means_two_things() -> None:
    examples = hand_written()
    seen: dict[str, str] = {}

    for intent, texts in examples.items():
        for text in texts:
            assert seen.setdefault(clean(text).lower(), intent) == intent, text


def test_a_small_number_alone_is_learnt_as_a_choice_only() -> None:
    """To the model "<3" is "3": who chose the third of a list was thanked for it."""
    alone = {
        (syllables(text)[0], intent)
        for intent, texts in hand_written().items()
        for text in texts
        if len(syllables(text)) == 1 and syllables(text)[0].isdecimal()
    }

    numbers = {number for number, _ in alone if len(number) < 3}
    assert {intent for number, intent in alone if number in numbers} == {"choose"}


def test_the_variants_are_those_of_the_examples() -> None:
    assert VARIED.read_text(encoding="utf-8") == varied_file(hand_written())


def test_the_held_back_messages_were_never_learnt() -> None:
    learnt = {clean(text).lower() for texts in hand_written().values() for text in texts}
    learnt |= {text for texts in read_examples(VARIED).values() for text in texts}
    held_back = [
        text for texts in read_examples(BOT / "tests/test_nlu.yml").values() for text in texts
    ]

    assert len(held_back) >= 150
    assert not {clean(text).lower() for text in held_back} & learnt
