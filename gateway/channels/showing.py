"""A reply as text and a few short buttons, for apps that can show no more than that."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.channels.cutting import cut
from gateway.messages import Button, Reply

_NUMBER = re.compile(r"\d{1,2}\. ")


@dataclass(frozen=True)
class Limits:
    """What a provider shows at most: characters (NFC), buttons, characters of a button's title and
    of what it sends."""

    text: int
    buttons: int
    title: int
    payload: int = 1000


@dataclass(frozen=True)
class Words:
    """Vietnamese around a reply; see `shown` in texts.yml."""

    source: str  # With {title} and {url}.
    rate: str
    rate_buttons: tuple[Button, ...]
    # Of an agency's answer; payloads with {code}.
    rate_case: str
    score_buttons: tuple[Button, ...]
    unsolved: Button


@dataclass(frozen=True)
class Screen:
    text: str
    buttons: tuple[Button, ...] = ()


def screens(reply: Reply, limits: Limits, words: Words) -> tuple[Screen, ...]:
    """In order; the buttons are under the last. Nothing of the text is lost."""
    reply = _composed(reply)
    ratings = _ratings(reply, limits, words)
    text = "\n".join(_lines(reply, limits, words, is_rated=bool(ratings)))
    texts = cut(unicodedata.normalize("NFC", text), limits.text)
    shown = (*_buttons(reply, limits), *ratings)
    return (*map(Screen, texts[:-1]), Screen(texts[-1], shown))


def choices(reply: Reply, limits: Limits) -> tuple[Button, ...]:
    """The reply's buttons if the citizen reads numbers instead of their titles."""
    buttons = _composed(reply).buttons
    return buttons if _is_numbered(buttons, limits) else ()


def _composed(reply: Reply) -> Reply:
    """With titles as they are counted; NFD Vietnamese is a quarter longer."""
    buttons = (
        Button(unicodedata.normalize("NFC", one.title), unicodedata.normalize("NFC", one.payload))
        for one in reply.buttons
    )
    return replace(reply, buttons=tuple(buttons), text=unicodedata.normalize("NFC", reply.text))


def _lines(reply: Reply, limits: Limits, words: Words, *, is_rated: bool) -> Iterator[str]:
    yield f"{reply.by}:\n{reply.text}" if reply.by else reply.text
    if _is_numbered(reply.buttons, limits):
        yield from _entries(reply)
    if reply.link:
        yield words.source.format(title=reply.link.title, url=reply.link.url)
    if reply.answers_case and reply.case:
        yield words.rate_case.format(code=reply.case)
    elif is_rated:
        yield words.rate


def _entries(reply: Reply) -> Iterator[str]:
    """The choices that do not stand in the text yet, as the bot writes a list of its own."""
    written = reply.text.split("\n")
    for place, button in enumerate(reply.buttons, start=1):
        line = _numbered(place, button)
        if not any(one.startswith(line.removesuffix("…")) for one in written):
            yield line


def _buttons(reply: Reply, limits: Limits) -> Sequence[Button]:
    """Where numbers stand in the text a button has its number, and its words if there is room."""
    if not _is_numbered(reply.buttons, limits):
        return reply.buttons
    return [
        Button(
            line if len(line := _numbered(place, button)) <= limits.title else str(place),
            button.payload if len(button.payload) <= limits.payload else str(place),
        )
        for place, button in enumerate(reply.buttons[: limits.buttons], start=1)
    ]


def _ratings(reply: Reply, limits: Limits, words: Words) -> Sequence[Button]:
    """All or none: whoever is offered only low marks gives low marks."""
    room = limits.buttons - len(reply.buttons)
    if reply.answers_case and reply.case:
        scores = [_of_case(button, reply.case) for button in words.score_buttons]
        unsolved = _of_case(words.unsolved, reply.case)
        if len(scores) > room:
            return ()
        return [*scores, unsolved][:room]
    if not reply.rateable or len(words.rate_buttons) > room:
        return ()
    return words.rate_buttons


def _of_case(button: Button, code: str) -> Button:
    return Button(button.title, button.payload.format(code=code))


def _is_numbered(buttons: Sequence[Button], limits: Limits) -> bool:
    too_long = any(
        len(button.title) > limits.title or len(button.payload) > limits.payload
        for button in buttons
    )
    return too_long or len(buttons) > limits.buttons


def _numbered(place: int, button: Button) -> str:
    """The bot numbers its lists itself; the number counts that the citizen would type."""
    return f"{place}. {_NUMBER.sub('', button.title, count=1)}"
