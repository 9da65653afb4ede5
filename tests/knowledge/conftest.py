from pathlib import Path

import pytest

from knowledge.answers import Answers
from knowledge.publish import Origin, Publisher
from knowledge.search import SearchSettings
from knowledge.serving import open_answers
from knowledge.testing import ToyEmbedder
from knowledge.versions import Versions
from tests.knowledge.samples import ALL

ORIGIN = Origin("test", "samples.py", "0")


@pytest.fixture
def embedder() -> ToyEmbedder:
    return ToyEmbedder()


@pytest.fixture
def publisher(tmp_path: Path, embedder: ToyEmbedder) -> Publisher:
    return Publisher(Versions(tmp_path / "knowledge"), embedder, keep=3)


@pytest.fixture
def answers(publisher: Publisher, embedder: ToyEmbedder) -> Answers:
    publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None
    return open_answers(folder, embedder, SearchSettings.load())
