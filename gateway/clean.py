"""What a citizen typed, made safe to store, to show and to hand to Rasa."""

import re
import unicodedata

# Left out: control, format (zero-width, direction, tags), lone surrogates, private use, unassigned.
_LEFT_OUT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters, marks and symbols that print nothing: fillers, Braille blank, variation selectors.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")
# Rasa reads "/name{...}" as an intent and "EXTERNAL: name" as an outside event.
_COMMAND = re.compile(r"(?:\s*(?:/|EXTERNAL:))+", re.IGNORECASE)


def clean(text: str) -> str:
    """Return NFC text that prints what it holds and that Rasa cannot take for a command.

    >>> clean(" /EXTERNAL: /restart\\u200b ")
    'restart'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", "".join(filter(_is_kept, _BLANK.sub("", text))))
    text = _LINES.sub("\n\n", _SPACES.sub(" ", text)).replace(" \n", "\n").replace("\n ", "\n")
    command = _COMMAND.match(text)
    return (text[command.end() :] if command else text).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to understand.

    >>> has_words("👍 ?!"), has_words("2")
    (False, True)
    """
    return any(character.isalnum() for character in text)


def _is_kept(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in _LEFT_OUT
