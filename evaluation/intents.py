"""What a trained model takes messages for, through Rasa's own test command."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from evaluation.classes import Labelled
from vietnamese.text import fold

SECONDS = 900
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # ADR 20: e5 spins on all cores otherwise.
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


class RasaFailed(Exception):
    """Rasa did not test; the message is the end of what it wrote."""


class UnreadableMessages(Exception):
    """The file holds no messages by intent."""


@dataclass(frozen=True)
class Message:
    text: str
    intent: str

    def without_diacritics(self) -> "Message":
        return replace(self, text=fold(self.text))


@dataclass(frozen=True)
class Thresholds:
    """From which confidence on the dialogue follows an intent; some have one of their own."""

    usual: float
    own: Mapping[str, float] = field(default_factory=dict)

    def are_reached(self, intent: str, confidence: float) -> bool:
        """
        >>> Thresholds(0.4, {"emergency": 0.3}).are_reached("emergency", 0.35)
        True
        """
        return confidence >= self.own.get(intent, self.usual)


@dataclass(frozen=True)
class Model:
    """A trained model and the Rasa that reads it."""

    rasa: Path
    file: Path
    thresholds: Thresholds

    def read(self, messages: Sequence[Message]) -> list[Labelled]:
        """Give every message its likeliest intent. Raises RasaFailed."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            questions = folder / "messages.yml"
            questions.write_text(as_yaml(messages), encoding="utf-8")
            command = [str(self.rasa), "test", "nlu", "--nlu", str(questions), "--model",
                       str(self.file), "--out", name, "--no-plot", "--successes"]  # fmt: skip
            _run(command)
            files = ("intent_successes.json", "intent_errors.json")
            rows = [row for file in files for row in _rows(folder / file)]
        return [self._labelled(row) for row in rows]

    def _labelled(self, row: dict[str, Any]) -> Labelled:
        said = row["intent_prediction"]
        sure = self.thresholds.are_reached(said["name"], said["confidence"])
        return Labelled(row["text"], (row["intent"],), (said["name"],), sure)


def read_messages(path: Path) -> list[Message]:
    """Read messages in Rasa's own format for examples. Raises UnreadableMessages."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [
            Message(line.removeprefix("- "), block["intent"])
            for block in content["nlu"]
            for line in block["examples"].splitlines()
        ]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise UnreadableMessages(f"{path}: {error}") from error


def as_yaml(messages: Sequence[Message]) -> str:
    """
    >>> print(as_yaml([Message("xin chào", "greet")]).strip())
    nlu:
    - intent: greet
      examples: |
        - xin chào
    """
    blocks: dict[str, list[str]] = {}
    for message in messages:
        blocks.setdefault(message.intent, []).append(f"    - {message.text}\n")
    lines = (f"- intent: {intent}\n  examples: |\n{''.join(each)}"
             for intent, each in blocks.items())  # fmt: skip
    return "nlu:\n" + "".join(lines)


def read_thresholds(config: Path) -> Thresholds:
    """Of the part of the pipeline that leaves messages open; 0 without one."""
    pipeline: list[dict[str, Any]] = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    nothing: dict[str, Any] = {"threshold": 0.0}
    part = next((each for each in pipeline if "threshold" in each), nothing)
    urgent = dict.fromkeys(part.get("urgent", ()), 0.0)  # They are followed at any confidence.
    return Thresholds(float(part["threshold"]), {**part.get("thresholds", {}), **urgent})


def _run(command: Sequence[str]) -> None:
    environment = os.environ | ENVIRONMENT
    try:
        result = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RasaFailed(str(error)) from error
    if result.returncode:
        raise RasaFailed((result.stdout + result.stderr)[-2_000:])


def _rows(path: Path) -> list[dict[str, Any]]:
    """Rasa writes a file only where it has something to write."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows
