import pytest
import yaml

from actions.tell_contact import INTENTS
from tests.actions.talk import HOTLINE, ScriptedKnowledge, Talk


@pytest.mark.parametrize("intent", INTENTS)
async def test_says_where_to_turn(intent: str) -> None:
    talk = Talk(ScriptedKnowledge())

    assert HOTLINE in await talk.say("...", intent, "action_tell_contact")


async def test_an_intent_without_a_contact_is_an_error() -> None:
    talk = Talk(ScriptedKnowledge())

    with pytest.raises(ValueError, match="greet"):
        await talk.say("...", "greet", "action_tell_contact")


def test_the_rules_send_it_these_intents_and_no_others() -> None:
    with open("bot/rules/rules.yml", encoding="utf-8") as file:
        rules = yaml.safe_load(file)["rules"]

    sent = {
        rule["steps"][0]["intent"]
        for rule in rules
        if rule["steps"][1]["action"] == "action_tell_contact"
    }

    assert sent == set(INTENTS)
