"""What Rasa's own tools say of the dialogue: consistent, understood, predicted as told."""

import json
import re
from pathlib import Path

import pytest

from tests.actions.talk import responses
from tests.bot.conftest import DATA, Run
from tests.bot.test_domain import SAID_BY_RASA, intents, said_by_actions

pytestmark = pytest.mark.rasa

# On messages that were held back from training; macro, so that a rare intent counts as much.
LEAST_WEIGHTED_F1 = 0.93
LEAST_F1_OF_ONE = 0.80
UNUSED = re.compile(r"UserWarning: The utterance '(\w+)' is not used in any story or rule")


def test_the_data_holds_together(rasa: Run) -> None:
    result = rasa(
        "data", "validate", "--domain", "bot/domain", "--config", "config.yml", *DATA,
        "--fail-on-warnings",
    )  # fmt: skip

    printed = result.stdout + result.stderr
    assert result.returncode == 0, printed[-3_000:]
    # Rasa cannot see what actions say, so it takes those responses for unused. They are not.
    unused = set(UNUSED.findall(printed))
    assert unused <= said_by_actions() | SAID_BY_RASA
    assert printed.count("UserWarning: The ") == len(UNUSED.findall(printed)), printed[-3_000:]
    assert unused < set(responses())


def test_whole_conversations_go_as_told(rasa: Run, model: Path, tmp_path: Path) -> None:
    result = rasa(
        "test", "core", "--e2e", "--stories", "bot/tests/test_stories.yml", "--model", model,
        "--out", tmp_path, "--fail-on-prediction-errors",
    )  # fmt: skip

    assert result.returncode == 0, (result.stdout + result.stderr)[-3_000:]
    report = json.loads((tmp_path / "story_report.json").read_text())
    assert report["conversation_accuracy"]["total"] >= 10
    assert report["conversation_accuracy"]["accuracy"] == 1.0


def test_understands_messages_it_has_never_seen(rasa: Run, model: Path, tmp_path: Path) -> None:
    result = rasa(
        "test", "nlu", "--nlu", "bot/tests/test_nlu.yml", "--model", model, "--out", tmp_path
    )

    assert result.returncode == 0, result.stderr[-3_000:]
    report = json.loads((tmp_path / "intent_report.json").read_text())
    assert report["weighted avg"]["f1-score"] >= LEAST_WEIGHTED_F1
    for intent in intents():
        assert report[intent]["f1-score"] >= LEAST_F1_OF_ONE, intent
