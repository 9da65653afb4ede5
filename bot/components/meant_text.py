"""The message as it was meant: diacritics put back and slips mended before it is read further."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.tokenizer import mean, source_of
from vietnamese.restore import Restorer
from vietnamese.text import has_diacritics

FILE = "words.bin"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MeantText(GraphComponent):  # type: ignore[misc]
    """Lets the featurizers after it read "làm hộ chiếu" where "lam ho chieu" was typed.

    It learns which words stand beside which from the examples that have their diacritics, and from
    `vietnamese/everyday.txt`. The folded features stay those of what was typed.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeantText:
        return cls(model_storage, resource)

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._restorer: Restorer | None = None

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again after a change of how words are restored, which Rasa does not look at."""
        return source_of("vietnamese")

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words from the examples, and keep them with the model."""
        texts = (message.get(TEXT) or "" for message in training_data.training_examples)
        self._restorer = Restorer.train((text, 1.0) for text in texts if has_diacritics(text))
        with self._model_storage.write_to(self._resource) as folder:
            self._restorer.save(folder / FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeantText:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._restorer = Restorer.load(folder / FILE)
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([m for m in training_data.training_examples if m.get(TEXT) is not None])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._restorer is not None:
                mean(message, self._restorer.restore(message.get(TEXT) or ""))
        return messages
