"""The files of bot/ hold together; what Rasa itself checks is in test_training.py."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.meaning import BY_INTENT
from actions.reply import Manner
from actions.services import all_actions
from actions.speech import ASKING
from actions.thread import Thread
from bot.vary import hand_written
from knowledge.client import AnswerStatus
from tests.actions.talk import MANNER, ScriptedKnowledge, responses
from vietnamese.text import has_diacritics

BOT = Path("bot")
SAID_BY_RASA = {"utter_default"}  # By its own action.

# Questions, and what only the state of the conversation gives a meaning.
READ_FROM_WORDS = {"ask_procedure", "ask_aspect", "nlu_fallback", "choose", "affirm", "deny"}


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
    statuses = {status for status in AnswerStatus if not status.startswith("answered")}
    return {
        *re.findall(r'"(utter_\w+)"', code),
        *(f"utter_{status}" for status in statuses - set(ASKING)),
    }


def test_every_intent_has_examples_and_a_rule() -> None:
    rules = read("rules/rules.yml")["rules"]

    assert sorted(hand_written()) == sorted(intents())
    assert sorted(rule["steps"][0]["intent"] for rule in rules) == sorted(
        [*intents(), "nlu_fallback"]
    )


def test_every_intent_that_runs_an_action_has_a_move() -> None:
    """Without one its messages would be looked for in the catalogue."""
    rules = (rule["steps"] for rule in read("rules/rules.yml")["rules"])
    run = {steps[0]["intent"] for steps in rules if steps[1]["action"].startswith("action_")}

    assert run - READ_FROM_WORDS == set(BY_INTENT)


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
    for name in ("utter_greet", "utter_bot_identity", "utter_person_not_taken", "utter_emergency"):
        assert "trợ lý tự động" in responses()[name]


def test_the_actions_of_the_domain_are_those_of_the_action_server() -> None:
    names = [action.name() for action in all_actions(ScriptedKnowledge(), manner=MANNER)]

    assert sorted(read("domain/intents.yml")["actions"]) == sorted(names)


def test_the_actions_of_the_rules_are_those_of_the_domain() -> None:
    run = {name for name in said_by_rules() if name.startswith("action_")}

    assert run == set(read("domain/intents.yml")["actions"])


def test_what_a_conversation_remembers_has_a_slot_that_no_rule_depends_on() -> None:
    slots = read("domain/intents.yml")["slots"]

    assert set(slots) == set(Thread().slots())
    assert not any(slot["influence_conversation"] for slot in slots.values())


def test_rasa_remembers_for_longer_than_the_actions() -> None:
    """Otherwise its session, not the setting, would end what is talked about."""
    minutes = read("domain/intents.yml")["session_config"]["session_expiration_time"]

    assert minutes > Manner(hotline="").focus_minutes


def test_an_emergency_names_the_numbers_first_and_needs_no_action_server() -> None:
    lines = responses()["utter_emergency"].splitlines()

    assert [line[2:5] for line in lines[1:5]] == ["113", "114", "115", "111"]


def test_only_the_rest_channel_is_open() -> None:
    assert list(yaml.safe_load(Path("credentials.yml").read_text(encoding="utf-8"))) == ["rest"]
