"""Vietnamese syllables for Rasa: the accented form as token, the folded one as its lemma."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components import fast_validation, quiet_logs
from vietnamese.abbreviations import meanings_of
from vietnamese.text import fold, normalise

# Rasa imports the tokenizer in every process that loads the model, so both are always in place.
fast_validation.install()
quiet_logs.install()

# Combining marks belong to their letter, so that decomposed text keeps its syllables.
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
# As on the receipt: H49.12.09-251120-0007, 000.00.19.H26-251120-0004.
_DOSSIER_CODE = re.compile(r"(?<![^\W_])[^\W_]{1,4}(?:\.[^\W_]{1,4})*-\d{6}-\d{3,6}(?![^\W_])")
_CODE_READ_AS = "mã hồ sơ"
_MEANT = "meant"  # On a message: its text, restored.
_SOURCES = {".py", ".tsv", ".txt"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):  # type: ignore[misc]
    """Splits at spaces and punctuation and writes abbreviations out, by their neighbours.

    The code of a dossier is one token that reads as words, since no two codes are alike.
    Words are not joined: segmentation fails on text without diacritics, which is half of what
    citizens type. A text without any letter or digit becomes one token.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What the base class reads; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens keep their place in the original text; their content is normalised."""
        return _tokens(message.get(attribute))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again after a change of an abbreviation, which Rasa does not look at."""
        return source_of("vietnamese")


def _tokens(text: str) -> list[Token]:
    parts = _parts(text)
    meant = meanings_of([normalise(part.group()) for part in parts])
    tokens = [_token(part, words) for part, words in zip(parts, meant, strict=True)]
    return tokens or [Token(text, 0)]


def _parts(text: str) -> list[re.Match[str]]:
    """Codes, and the words between them."""
    parts: list[re.Match[str]] = []
    start = 0
    for code in _DOSSIER_CODE.finditer(text):
        parts += [*_WORD.finditer(text, start, code.start()), code]
        start = code.end()
    return [*parts, *_WORD.finditer(text, start)]


def _token(part: re.Match[str], meant: str) -> Token:
    words = _CODE_READ_AS if _DOSSIER_CODE.fullmatch(part.group()) else meant or part.group()
    return Token(words, part.start(), part.end(), lemma=fold(words))


def mean(message: Message, text: str) -> None:
    """Let `text_of` read a message as this text, save for its folded form."""
    message.set(_MEANT, " ".join(token.text for token in _tokens(text)))


def text_of(message: Message, *, folded: bool) -> str:
    """What the featurizers read: the message as it was meant or, folded, as it was typed."""
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    if folded:
        return " ".join(token.lemma for token in tokens)
    meant: str | None = message.get(_MEANT)
    return " ".join(token.text for token in tokens) if meant is None else meant


@cache
def source_of(folder: str) -> str:
    """A fingerprint of the code and tables of a package of ours."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix in _SOURCES)
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
