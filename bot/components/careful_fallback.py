"""When a message is read as what it seems to be, weighed by what a wrong reading costs."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CarefulFallback(FallbackClassifier):  # type: ignore[misc]
    """Rasa's fallback, with a threshold for each intent and intents that need no majority.

    What ends without the catalogue, as "out of scope", needs a higher confidence than the rest
    (`thresholds`), because a question taken for it leaves a citizen without an answer. An intent
    of `urgent` is taken as soon as its confidence reaches its number, even where another intent
    has more, because one that is missed may cost a life.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`threshold` is for the intents that `thresholds` does not name."""
        return {"threshold": 0.5, "ambiguity_threshold": 0.0, "thresholds": {}, "urgent": {}}

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._put_urgent_first(message)
        processed: list[Message] = super().process(messages)
        return processed

    def _put_urgent_first(self, message: Message) -> None:
        ranking = message.get("intent_ranking") or []
        for place, intent in enumerate(ranking):
            least = self.component_config["urgent"].get(intent[INTENT_NAME_KEY])
            if least is not None and intent[PREDICTED_CONFIDENCE_KEY] >= least:
                ranking.insert(0, ranking.pop(place))
                message.data[INTENT] = intent
                return

    def _should_fallback(self, message: Message) -> bool:
        intent = message.data[INTENT]
        name, confidence = intent.get(INTENT_NAME_KEY), intent.get(PREDICTED_CONFIDENCE_KEY, 0.0)
        if name in self.component_config["urgent"]:
            return False
        least = self.component_config["thresholds"].get(name, self.component_config["threshold"])
        return bool(confidence < least)
