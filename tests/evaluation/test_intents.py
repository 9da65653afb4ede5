import json
import sys
from pathlib import Path

import pytest

from evaluation.intents import (
    Message,
    Model,
    RasaFailed,
    Thresholds,
    UnreadableMessages,
    as_yaml,
    read_messages,
    read_thresholds,
)

# As `rasa test nlu` does: reads the examples, writes the right and the wrong ones apart.
RASA = """#!{python}
import json, pathlib, sys
assert sys.argv[1:3] == ["test", "nlu"], sys.argv
given = dict(zip(sys.argv[3::2], sys.argv[4::2]))
out = pathlib.Path(given["--out"])
print("asked", given["--model"])
if given["--model"].endswith("broken.tar.gz"):
    sys.exit("no such model")
def row(text, said, sure):
    prediction = {{"name": said, "confidence": sure}}
    return {{"text": text, "intent": "greet", "intent_prediction": prediction}}
(out / "intent_successes.json").write_text(json.dumps([row("chào", "greet", 0.9)]))
(out / "intent_errors.json").write_text(json.dumps([row("alo", "thank", 0.01)]))
(pathlib.Path(given["--model"]).parent / "seen.yml").write_text(
    pathlib.Path(given["--nlu"]).read_text()
)
"""


@pytest.fixture
def rasa(tmp_path: Path) -> Path:
    path = tmp_path / "rasa"
    path.write_text(RASA.format(python=sys.executable))
    path.chmod(0o755)
    return path


def test_reads_what_rasa_wrote(rasa: Path, tmp_path: Path) -> None:
    model = Model(rasa, tmp_path / "model.tar.gz", Thresholds(0.6))

    read = model.read([Message("chào", "greet"), Message("alo", "greet")])

    assert [(each.text, each.meant, each.given, each.sure) for each in read] == [
        ("chào", ("greet",), ("greet",), True),
        ("alo", ("greet",), ("thank",), False),
    ]
    assert read_messages(tmp_path / "seen.yml") == [
        Message("chào", "greet"),
        Message("alo", "greet"),
    ]


def test_says_why_rasa_failed(rasa: Path, tmp_path: Path) -> None:
    broken = Model(rasa, tmp_path / "broken.tar.gz", Thresholds(0.6))
    missing = Model(tmp_path / "nothing", tmp_path / "model.tar.gz", Thresholds(0.6))

    with pytest.raises(RasaFailed, match="no such model"):
        broken.read([Message("chào", "greet")])
    with pytest.raises(RasaFailed, match="nothing"):
        missing.read([Message("chào", "greet")])


def test_messages_are_read_as_they_were_written(tmp_path: Path) -> None:
    messages = [Message("a: b # c", "greet"), Message("- d", "greet"), Message('"e"', "thank")]
    path = tmp_path / "messages.yml"
    path.write_text(as_yaml(messages), encoding="utf-8")

    assert read_messages(path) == messages


@pytest.mark.parametrize("content", ["nlu: 3", "x", "nlu:\n- intent: a\n", "a: [", json.dumps([])])
def test_says_what_is_no_file_of_messages(tmp_path: Path, content: str) -> None:
    path = tmp_path / "messages.yml"
    path.write_text(content)

    with pytest.raises(UnreadableMessages, match=r"messages\.yml"):
        read_messages(path)


def test_a_message_loses_its_diacritics() -> None:
    assert Message("Đúng rồi", "affirm").without_diacritics() == Message("dung roi", "affirm")


def test_the_thresholds_are_those_of_the_pipeline(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(
        "pipeline:\n- name: x\n- name: y\n  threshold: 0.5\n  thresholds: {abuse: 0.7}\n"
        "  urgent: {emergency: 0.3}\n"
    )
    without = tmp_path / "without.yml"
    without.write_text("pipeline:\n- name: x\n")

    assert read_thresholds(config) == Thresholds(0.5, {"abuse": 0.7, "emergency": 0.0})
    assert read_thresholds(without) == Thresholds(0.0)
    assert 0 < read_thresholds(Path("config.yml")).usual < 1
