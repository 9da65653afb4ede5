"""Plays a journey through the portal and compares what comes back with what was expected."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from gateway.client import Choice, GatewayClient, Message, NotTaken
from tests.journeys.journey import Expected, Group, Journey, Press, State, Turn
from tests.journeys.journey_days import JourneyDays

UNWANTED = ("failed", "error_search")  # Statuses of apologies, which no journey asks for.


class Disappointed(Exception):
    """A reply was not what its journey expects; the message is the conversation up to there."""


class Player:
    """One citizen who goes through one journey."""

    def __init__(self, citizen: GatewayClient, days: JourneyDays) -> None:
        self._citizen = citizen
        self._days = days
        self._buttons: tuple[Choice, ...] = ()  # Those shown last.
        self._transcript: list[str] = []

    async def play(self, journey: Journey) -> None:
        """Raises Disappointed."""
        for turn in journey.turns:
            words = self._words(turn)
            replies = await self._ask(words)
            self._write(words, replies)
            faults = list(self._faults(turn.expected, replies))
            if faults:
                raise Disappointed("\n".join([str(journey), "", *self._transcript, "", *faults]))
            self._buttons = buttons_of(replies) or self._buttons

    async def _ask(self, words: str) -> Sequence[Message]:
        try:
            return await self._citizen.ask(words)
        except NotTaken as refusal:
            return (Message(0, "assistant", refusal.text),)

    def _words(self, turn: Turn) -> str:
        if isinstance(turn.says, str):
            return self._days.written(turn.says)
        button = _button(turn.says, self._buttons)
        if button is None:
            shown = [each.title for each in self._buttons]
            lines = [*self._transcript, "", f"no button {turn.says.button!r} among {shown}"]
            raise Disappointed("\n".join(lines))
        return button.payload

    def _faults(self, expected: Expected, replies: Sequence[Message]) -> Iterator[str]:
        said = plain("\n".join(message.text for message in replies))
        has = [tuple(map(self._days.written, group)) for group in expected.has]
        yield from empty(replies)
        yield from missing(has, said)
        if expected.in_order:
            yield from out_of_order(has, said)
        for words in map(self._days.written, expected.lacks):
            if plain(words) in said:
                yield f"SAID, and must not be: {words}"
        yield from wrong_state(expected.state, replies)

    def _write(self, words: str, replies: Sequence[Message]) -> None:
        self._transcript.append(f"citizen: {words}")
        for message in replies:
            self._transcript.append("bot:     " + message.text.replace("\n", "\n         "))
            if message.choices:
                titles = " | ".join(each.title for each in message.choices)
                self._transcript.append(f"         [{titles}]")
        last = replies[-1] if replies else Message(0, "assistant", "")
        self._transcript.append(f"         ({last.status or 'no status'} {last.code})")


def plain(text: str) -> str:
    """Without what does not count: capitals, line breaks, how marks are encoded."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().lower()


def buttons_of(replies: Sequence[Message]) -> tuple[Choice, ...]:
    return tuple(choice for message in replies for choice in message.choices)


def empty(replies: Sequence[Message]) -> Iterator[str]:
    """What no reply may be."""
    if not replies:
        yield "NO REPLY"
    for message in replies:
        if not message.text.strip():
            yield "EMPTY REPLY"
        if message.status in UNWANTED:
            yield f"AN APOLOGY: {message.status}"


def missing(has: Sequence[Group], said: str) -> Iterator[str]:
    for group in has:
        if not any(plain(words) in said for words in group):
            yield f"MISSING: {' or '.join(group)}"


def out_of_order(has: Sequence[Group], said: str) -> Iterator[str]:
    places = [
        min((place for words in group if (place := said.find(plain(words))) >= 0), default=-1)
        for group in has
    ]
    if places != sorted(places):
        yield f"NOT IN THIS ORDER: {', '.join(' or '.join(group) for group in has)}"


def wrong_state(state: State, replies: Sequence[Message]) -> Iterator[str]:
    """Where what comes beside the words is not as expected."""
    statuses = [message.status for message in replies if message.status] or [""]
    codes = [message.code for message in replies if message.code] or [""]
    if state.status is not None and statuses[-1] not in state.status:
        yield f"STATUS is {statuses[-1]!r}, not {' or '.join(state.status)!r}"
    if state.code is not None and codes[-1] not in state.code:
        yield f"CODE is {codes[-1]!r}, not {' or '.join(state.code)!r}"
    if state.source is not None and state.source is not any(each.source for each in replies):
        yield f"SOURCE is{' not' if state.source else ''} there"
    if state.rateable is not None and state.rateable is not any(m.rateable for m in replies):
        yield f"RATEABLE is not {state.rateable}"
    yield from _wrong_buttons(state, buttons_of(replies))
    lists = [message.checklist for message in replies if message.checklist]
    if state.checklist is False and lists:
        yield f"A CHECKLIST that must not be there: {lists[0]}"
    elif isinstance(state.checklist, Mapping) or state.checklist:
        expected = state.checklist if isinstance(state.checklist, Mapping) else {}
        yield from _wrong_checklist(expected, lists)


def _wrong_buttons(state: State, buttons: Sequence[Choice]) -> Iterator[str]:
    titles = [each.title for each in buttons]
    if isinstance(state.buttons, int) and len(titles) != state.buttons:
        yield f"{len(titles)} BUTTONS, not {state.buttons}: {titles}"
    if isinstance(state.buttons, tuple):
        for words in state.buttons:
            if not any(plain(words) in plain(title) for title in titles):
                yield f"NO BUTTON {words!r} among {titles}"
    if state.at_least is not None and len(titles) < state.at_least:
        yield f"{len(titles)} BUTTONS, fewer than {state.at_least}: {titles}"


def _wrong_checklist(
    expected: Mapping[str, tuple[str, ...]], lists: Sequence[dict[str, object]]
) -> Iterator[str]:
    if len(lists) != 1:
        yield f"{len(lists)} CHECKLISTS, not one"
        return
    parts = {key: plain(str(value)) for key, value in _parts_of(lists[0]).items()}
    for key, words in expected.items():
        for each in words:
            if key == "not" and plain(each) in parts["items"]:
                yield f"CHECKLIST has among its items: {each}"
            elif key != "not" and plain(each) not in parts[key]:
                yield f"CHECKLIST: {key} lacks {each}: {parts[key]}"


def _parts_of(checklist: dict[str, object]) -> dict[str, object]:
    items = checklist["items"]
    assert isinstance(items, list)
    return {
        "case": checklist["case"],
        "items": [f"{item['name']} ({item['originals']} + {item['copies']})" for item in items],
        "forms": [form for item in items for form in item["forms"]],
        "notes": checklist["notes"],
    }


def _button(press: Press, buttons: Sequence[Choice]) -> Choice | None:
    if isinstance(press.button, int):
        return buttons[press.button - 1] if 0 < press.button <= len(buttons) else None
    fitting = [each for each in buttons if plain(press.button) in plain(each.title)]
    return fitting[0] if fitting else None
