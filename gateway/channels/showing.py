"""A reply as text and a few short buttons, for apps that can show no more than that."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.messages import Button, Reply

_ENTRY = re.compile(r"(?:[-•*+]|\d{1,2}[.)]|[^\W\d_]\))\s")
_NUMBER = re.compile(r"(\d{1,2})\. ")


@dataclass(frozen=True)
class Limits:
    """What a provider shows at most: characters (NFC), buttons, characters of a button."""

    text: int
    buttons: int
    title: int


@dataclass(frozen=True)
class Words:
    """Vietnamese around a reply; see `shown` in texts.yml."""

    source: str  # With {title} and {url}.
    rate: str
    rate_buttons: tuple[Button, ...]
    rate_case: str
    rate_case_buttons: tuple[Button, ...]  # Their payloads with {code}.


@dataclass(frozen=True)
class Screen:
    text: str
    buttons: tuple[Button, ...] = ()


def screens(reply: Reply, limits: Limits, words: Words) -> tuple[Screen, ...]:
    """In order; the buttons are under the last. Nothing of the text is lost."""
    text = "\n".join(_lines(reply, limits, words))
    texts = cut(unicodedata.normalize("NFC", text), limits.text)
    shown = tuple(_buttons(reply, limits, words))
    return (*map(Screen, texts[:-1]), Screen(texts[-1], shown))


def choices(reply: Reply, limits: Limits) -> tuple[Button, ...]:
    """The reply's buttons if the citizen reads numbers instead of their titles."""
    return reply.buttons if _is_numbered(reply.buttons, limits) else ()


def _lines(reply: Reply, limits: Limits, words: Words) -> Iterator[str]:
    yield f"{reply.by}:\n{reply.text}" if reply.by else reply.text
    if _is_numbered(reply.buttons, limits):
        written = set(reply.text.split("\n"))
        for place, button in enumerate(reply.buttons, start=1):
            line = _numbered(place, button)
            if not any(one.startswith(line.rstrip("…")) for one in written):
                yield line
    if reply.link:
        yield words.source.format(title=reply.link.title, url=reply.link.url)
    if reply.answers_case and reply.case:
        yield words.rate_case


def _buttons(reply: Reply, limits: Limits, words: Words) -> Iterator[Button]:
    numbered = _is_numbered(reply.buttons, limits)
    own = [
        Button(str(place), button.payload) if numbered else button
        for place, button in enumerate(reply.buttons, start=1)
    ]
    yield from own[: limits.buttons]
    room = limits.buttons - len(own)
    yield from _ratings(reply, words)[: max(0, room)]


def _ratings(reply: Reply, words: Words) -> Sequence[Button]:
    if reply.answers_case and reply.case:
        return [
            Button(button.title, button.payload.format(code=reply.case))
            for button in words.rate_case_buttons
        ]
    return words.rate_buttons if reply.rateable else ()


def _is_numbered(buttons: Sequence[Button], limits: Limits) -> bool:
    too_long = any(len(button.title) > limits.title for button in buttons)
    return too_long or len(buttons) > limits.buttons


def _numbered(place: int, button: Button) -> str:
    return button.title if _NUMBER.match(button.title) else f"{place}. {button.title}"


def cut(text: str, longest: int) -> list[str]:
    """Pieces of at most so many characters, cut before the entry of a list if possible, else
    between lines, sentences, words; never inside a letter or an emoji.

    >>> cut("Cần:\\n- tờ khai\\n- giấy chứng sinh", 25)
    ['Cần:\\n- tờ khai', '- giấy chứng sinh']
    """
    pieces: list[str] = []
    while len(text) > longest:
        end = _end(text, longest)
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]


def _end(text: str, longest: int) -> int:
    """Where the first piece ends: the best place in its second half."""
    room, half = text[: longest + 1], longest // 2
    lines = [match.end() for match in re.finditer(r"\n", room)]
    entries = [place for place in lines if _ENTRY.match(text[place:])]
    sentences = [match.end() for match in re.finditer(r"[.;!?…] ", room)]
    words = [match.end() for match in re.finditer(r" ", room)]
    for places in (entries, lines, sentences, words):
        good = [place for place in places if half <= place <= longest]
        if good:
            return good[-1]
    return _whole_letter(text, longest)


def _whole_letter(text: str, end: int) -> int:
    """Before the letter or emoji that the cut would divide (marks, joiners, flags, skin tones)."""
    while end > 1 and _continues(text, end):
        end -= 1
    return end


def _continues(text: str, place: int) -> bool:
    here, before = text[place], text[place - 1]
    flags = "\U0001f1e6" <= here <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff"
    joined = "\u200d" in (here, before) or here == "\ufe0f" or "\U0001f3fb" <= here <= "\U0001f3ff"
    return flags or joined or bool(unicodedata.combining(here))
