"""Vietnamese syllables for Rasa: the accented form as token, the folded one as its lemma."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components import fast_validation, quiet_logs
from vietnamese.text import fold
from vietnamese.words import expand

# Rasa imports the tokenizer in every process that loads the model, so both are always in place.
fast_validation.install()
quiet_logs.install()

# Combining marks belong to their letter, so that decomposed text keeps its syllables.
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):  # type: ignore[misc]
    """Splits at spaces and punctuation and writes abbreviations out.

    Words are not joined: segmentation fails on text without diacritics, which is half of what
    citizens type. A text without any letter or digit becomes one token.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What the base class reads; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens keep their place in the original text; their content is normalised."""
        text = message.get(attribute)
        tokens = [_token(match) for match in _WORD.finditer(text)]
        return tokens or [Token(text, 0)]


def _token(match: re.Match[str]) -> Token:
    written_out = expand(match.group()) or match.group()
    return Token(written_out, match.start(), match.end(), lemma=fold(written_out))


def text_of(message: Message, *, folded: bool) -> str:
    """The message as its tokens spell it: what the featurizers read."""
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    return " ".join(token.lemma if folded else token.text for token in tokens)
