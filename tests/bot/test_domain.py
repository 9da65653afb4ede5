"""The files of bot/ hold together; what Rasa itself checks is in test_training.py."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.vary import UNACCENTED, hand_written, read_examples, unaccented_file
from knowledge.client import AnswerStatus
from tests.actions.talk import responses
from vietnamese.text import clean, has_diacritics

BOT = Path("bot")
FEWEST = {"ask_procedure": 250}
FEWEST_OF_OTHERS = 40
SAID_BY_RASA = {"utter_restart", "utter_default"}  # By its own actions.


def read(path: str) -> Any:
    return yaml.safe_load((BOT / path).read_text(encoding="utf-8"))


def intents() -> list[str]:
    listed: list[str] = read("domain/intents.yml")["intents"]
    return listed


def said_by_rules() -> set[str]:
    steps = (step for rule in read("rules/rules.yml")["rules"] for step in rule["steps"])
    return {step["action"] for step in steps if "action" in step}


def said_by_actions() -> set[str]:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path("actions").glob("*.py"))
    by_intent = re.search(r"INTENTS = \((.*?)\)", code, re.DOTALL)
    assert by_intent
    return {
        *re.findall(r'"(utter_\w+)"', code),
        *(f"utter_{intent}" for intent in re.findall(r'"(\w+)"', by_intent[1])),
        *(f"utter_{status}" for status in AnswerStatus if not status.startswith("answered")),
    }


def test_every_intent_has_examples_and_a_rule() -> None:
    rules = read("rules/rules.yml")["rules"]

    assert sorted(hand_written()) == sorted(intents())
    assert sorted(rule["steps"][0]["intent"] for rule in rules) == sorted(
        [*intents(), "nlu_fallback"]
    )


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


def test_the_unaccented_variants_are_those_of_the_examples() -> None:
    assert UNACCENTED.read_text(encoding="utf-8") == unaccented_file(hand_written())


def test_the_held_back_messages_were_never_learnt() -> None:
    learnt = {clean(text).lower() for texts in hand_written().values() for text in texts}
    learnt |= {text for texts in read_examples(UNACCENTED).values() for text in texts}
    held_back = [
        text for texts in read_examples(BOT / "tests/test_nlu.yml").values() for text in texts
    ]

    assert len(held_back) >= 150
    assert not {clean(text).lower() for text in held_back} & learnt


def test_everything_that_is_said_has_words() -> None:
    said = said_by_actions() | {name for name in said_by_rules() if name.startswith("utter_")}

    assert said | SAID_BY_RASA == set(responses())


def test_every_response_has_one_wording() -> None:
    for name, variants in read("domain/responses.yml")["responses"].items():
        assert len(variants) == 1, name


@pytest.mark.parametrize("name", sorted(set(responses()) - {"utter_answer"}))
def test_citizens_are_spoken_to_in_vietnamese(name: str) -> None:
    assert has_diacritics(responses()[name])


@pytest.mark.parametrize("name", sorted(responses()))
def test_a_response_stays_one_short_message(name: str) -> None:
    """Rasa's channels start a new message at an empty line."""
    assert "\n\n" not in responses()[name]
    assert len(responses()[name]) <= 700


def test_rasa_itself_says_only_what_needs_no_values() -> None:
    """Only actions know the hotline; a rule would show {hotline}."""
    for name in (said_by_rules() | SAID_BY_RASA) & set(responses()):
        assert "{" not in responses()[name]


def test_the_bot_says_that_it_is_automatic() -> None:
    for name in ("utter_greet", "utter_bot_identity", "utter_human_wish", "utter_emergency"):
        assert "trợ lý tự động" in responses()[name]


def test_the_actions_of_the_domain_are_those_of_the_action_server() -> None:
    from actions.services import all_actions
    from tests.actions.talk import ScriptedKnowledge

    names = [action.name() for action in all_actions(ScriptedKnowledge(), hotline="")]

    assert sorted(read("domain/intents.yml")["actions"]) == sorted(names)


def test_only_the_rest_channel_is_open() -> None:
    assert list(yaml.safe_load(Path("credentials.yml").read_text(encoding="utf-8"))) == ["rest"]
