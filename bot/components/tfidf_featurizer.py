"""TF-IDF of character n-grams and syllables; Rasa 3.6 ships only counts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.components.tokenizer import text_of

MANY = 10  # Syllables, from which on their number says nothing more.
# One vocabulary each: syllables as they were meant, letters and syllables without diacritics.
VIEWS = ("raw_words", "folded_characters", "folded_words")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Sets one sparse vector per message, also for a message without a known n-gram."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale` weighs these unit-length vectors against the other features."""
        return {
            **SparseFeaturizer.get_default_config(),
            "scale": 5.0,
            "characters": [2, 4],
            "words": [1, 2],
            "seen": 2,  # In how many examples an n-gram must stand to be learnt.
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Everything is checked by scikit-learn when it is used."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        return cls(execution_context.node_name, config, model_storage, resource)

    def __init__(
        self, name: str, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizers = {view: self._vectorizer(view) for view in VIEWS}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the n-grams and their weights, and keep them with the model."""
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        for view, vectorizer in self._vectorizers.items():
            vectorizer.fit([_seen(message, view) for message in messages])
        with self._model_storage.write_to(self._resource) as folder:
            learnt = {view: _learnt(one) for view, one in self._vectorizers.items()}
            (folder / "tfidf.json").write_text(json.dumps(learnt), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TfidfFeaturizer:
        featurizer = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / "tfidf.json").read_text(encoding="utf-8"))
        for view, facts in learnt.items():
            featurizer._vectorizers[view] = featurizer._vectorizer(view, facts)
        return featurizer

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([m for m in training_data.training_examples if m.get(TEXT) is not None])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """All messages at once: one by one, those of the training took half a minute longer."""
        if messages:
            for message, vector in zip(messages, self._vectors(messages), strict=True):
                self.add_features_to_message(vector, vector, TEXT, message)
        return messages

    def _vectors(self, messages: list[Message]) -> csr_matrix:
        """A row for each message."""
        views = [
            self._vectorizers[view].transform([_seen(message, view) for message in messages])
            for view in VIEWS
        ]
        return csr_matrix(hstack(views) * self._config["scale"])

    def _vectorizer(self, view: str, learnt: dict[str, Any] | None = None) -> TfidfVectorizer:
        by_words = view.endswith("words")
        vectorizer = TfidfVectorizer(
            analyzer="word" if by_words else "char_wb",
            token_pattern=r"\S+" if by_words else None,
            ngram_range=tuple(self._config["words" if by_words else "characters"]),
            sublinear_tf=True,
            lowercase=False,
            dtype=np.float32,
            min_df=self._config["seen"],
            vocabulary=learnt["vocabulary"] if learnt else None,
        )
        if learnt:
            vectorizer.idf_ = np.array(learnt["idf"], dtype=np.float32)
        return vectorizer


def _seen(message: Message, view: str) -> str:
    """The message as a view sees it; syllables with their beginning, their end and how many.

    "Chào" greets at the beginning and takes leave at the end; a choice has three words, a story
    sixty.
    """
    text = text_of(message, folded=view.startswith("folded"))
    if view.endswith("characters"):
        return text
    return f"^ {text} $ #{min(len(text.split()), MANY)}"


def _learnt(vectorizer: TfidfVectorizer) -> dict[str, Any]:
    vocabulary = {term: int(column) for term, column in vectorizer.vocabulary_.items()}
    return {"vocabulary": vocabulary, "idf": vectorizer.idf_.tolist()}
