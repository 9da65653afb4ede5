"""Training itself: for a few steps, on a small encoder or a few phrases."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from knowledge.index.embedder import open_embedder
from knowledge.index.encoder import Encoder, write_encoder
from knowledge.publish import Publisher
from knowledge.training.__main__ import app
from knowledge.training.pairs import Pair
from knowledge.training.tune import Plan, mixed, tune
from tests.knowledge.small_encoder import small_encoder

PHRASES = [("con mới đẻ", "khai sinh"), ("cưới nhau", "kết hôn"), ("ông mất", "khai tử")]
BATCH = [Pair(query, title, title) for query, title in PHRASES]
PLAN = Plan(learning_rate=1e-2, threads=1)


def test_the_average_lies_between_the_models() -> None:
    base, tuned = {"a": np.zeros(2, np.float32)}, {"a": np.ones(2, np.float32)}

    assert mixed(base, tuned, 0.25)["a"].tolist() == [0.25, 0.25]
    assert mixed(base, tuned, 0.25)["a"].dtype == np.float32


@pytest.mark.model
class TestTraining:
    def test_brings_a_query_nearer_to_its_answer_than_to_others(self, tmp_path: Path) -> None:
        before = margin(tmp_path, small_encoder())

        tuned = tune(small_encoder(), [BATCH] * 15, PLAN)

        assert tuned.steps == 15
        assert margin(tmp_path, tuned.encoder) > before + 0.1

    def test_is_the_same_every_time(self) -> None:
        first, second = (tune(small_encoder(), [BATCH] * 3, PLAN) for _ in range(2))

        assert first.loss == second.loss
        for name, tensor in first.encoder.state.items():
            assert np.array_equal(tensor, second.encoder.state[name]), name

    def test_stops_when_time_is_up(self) -> None:
        tuned = tune(small_encoder(), [BATCH] * 500, Plan(minutes=0.01, threads=1))

        assert 1 <= tuned.steps < 500


@pytest.mark.model
def test_the_command_writes_a_model_that_serves(
    publisher: Publisher, answers: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_DIR", str(publisher.versions.root))
    out = tmp_path / "tuned"

    result = CliRunner().invoke(app, ["--out", str(out), "--steps", "2", "--batch", "3"])

    assert result.exit_code == 0, result.output
    assert open_embedder(str(out)).queries(["làm khai sinh"])[0].shape == (384,)
    assert open_embedder(str(out)).describe()["precision"] == "int8"
    assert json.loads((out / "training.json").read_text())["steps"] == 2


def margin(folder: Path, encoder: Encoder) -> float:
    """How much nearer the queries are to their own answers, on average."""
    write_encoder(folder / "model", encoder, bits=8)
    embedder = open_embedder(str(folder / "model"))
    queries, titles = zip(*PHRASES, strict=True)
    scores = embedder.queries(queries) @ embedder.passages(titles).T
    own = np.diag(scores).mean()
    return float(own - (scores.sum() - np.trace(scores)) / (scores.size - len(scores)))
