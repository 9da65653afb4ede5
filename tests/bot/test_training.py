"""What Rasa's own tools say of the dialogue: consistent, understood, predicted as told."""

import json
import re
from pathlib import Path

import pytest

from tests.actions.talk import responses
from tests.bot.conftest import DATA, Run
from tests.bot.test_domain import SAID_BY_RASA, said_by_actions

pytestmark = pytest.mark.rasa

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
