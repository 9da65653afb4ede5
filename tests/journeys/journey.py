"""Whole conversations as people write them down: what a citizen says and what the bot must reply.

A journey is an entry of a topic's file (*.yml):

    - title: The fee of a procedure talked about before
      turns:
      - citizen: đăng ký tạm trú mất bao lâu
        bot: [3 ngày làm việc]
      - citizen: vậy lệ phí bao nhiêu?
        bot: [15.000 đồng, [trực tiếp, tại quầy]]
        not: [thường trú]
        state: {status: answered, code: "1.004194"}

`citizen` is what is typed, or a button shown last: `{press: 2}`, `{press: Xem thêm}`.
`bot` must all be in the replies, in this order with `in_order`; a list within it means any of them.
`not` must not be there. What is compared are words: neither capitals nor line breaks count.
`state` is what a channel gets beside the text; see State.

Every journey is played twice, the second time with the citizen's words typed without marks. Where
that cannot get the same reply, a turn has `unaccented: {because: ..., bot: ...}` instead.
Days are written as journey_days.py says, so that no journey depends on the day it is played.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from vietnamese.text import fold

FOLDER = Path(__file__).parent
Group = tuple[str, ...]  # Any of them.
Kind = TypeVar("Kind")


class BadJourney(Exception):
    """An entry of a topic's file that is not understood; it would check less than it seems to."""


@dataclass(frozen=True)
class Press:
    """A button, by its place (1 is the first) or by words of its title."""

    button: int | str


@dataclass(frozen=True)
class State:
    """What comes beside the words; None where it does not matter.

    `status` is how the question ended and `code` the procedure in focus ("" for none). `buttons`
    are words of the titles of buttons that must be there, or a number: so many, or with `at_least`
    at least so many. `checklist` are words that a list to tick off has: of its `case`, `items`,
    `notes` and `forms`; False where there must be none.
    """

    status: Group | None = None
    code: Group | None = None
    buttons: tuple[str, ...] | int | None = None
    at_least: int | None = None
    checklist: Mapping[str, tuple[str, ...]] | bool | None = None
    source: bool | None = None
    rateable: bool | None = None


@dataclass(frozen=True)
class Expected:
    has: tuple[Group, ...] = ()
    in_order: bool = False
    lacks: tuple[str, ...] = ()
    state: State = State()


@dataclass(frozen=True)
class Turn:
    says: str | Press
    expected: Expected


@dataclass(frozen=True)
class Journey:
    topic: str
    title: str
    turns: tuple[Turn, ...]
    unaccented: bool = False

    def __str__(self) -> str:
        return f"{self.topic}: {self.title}{' (unaccented)' if self.unaccented else ''}"


def read_journeys(folder: Path = FOLDER) -> list[Journey]:
    """All of them, each as it is written and without marks. Raises BadJourney."""
    return [
        variant
        for file in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
        for variant in read_journey(entry, file.stem)
    ]


def read_journey(entry: dict[str, Any], topic: str) -> Iterator[Journey]:
    """An entry as it is written, and without marks. Raises BadJourney."""
    where = f"{topic}: {entry.get('title')}"
    _only(entry, {"title", "turns"}, where)
    written = Journey(topic, _a(str, entry, "title", where), ())
    turns = _a(list, entry, "turns", where)
    yield replace(written, turns=tuple(_turn(turn, where) for turn in turns))
    folded = tuple(_unaccented_turn(turn, where) for turn in turns)
    yield replace(written, turns=folded, unaccented=True)


def _turn(turn: dict[str, Any], where: str) -> Turn:
    _only(turn, {"citizen", "bot", "in_order", "not", "state", "unaccented"}, where)
    expected = {key: value for key, value in turn.items() if key not in ("citizen", "unaccented")}
    if not expected:
        raise BadJourney(f"{where}: nothing is expected of the reply to {turn.get('citizen')!r}")
    return Turn(_says(turn.get("citizen"), where), _expected(expected, where))


def _unaccented_turn(turn: dict[str, Any], where: str) -> Turn:
    written = _turn(turn, where)
    says = written.says if isinstance(written.says, Press) else fold(written.says)
    other = turn.get("unaccented")
    if other is None:
        return replace(written, says=says)
    if not other.pop("because", ""):
        raise BadJourney(f"{where}: why does {says!r} expect something else without marks?")
    return Turn(says, _expected(other, where))


def _says(said: Any, where: str) -> str | Press:
    if isinstance(said, str) and said:
        return said
    if isinstance(said, dict) and said.keys() == {"press"}:
        button = said["press"]
        if isinstance(button, int | str):
            return Press(button)
    raise BadJourney(f"{where}: nobody says {said!r}")


def _expected(turn: dict[str, Any], where: str) -> Expected:
    _only(turn, {"bot", "in_order", "not", "state"}, where)
    return Expected(
        has=tuple(_group(each, where) for each in _listed(turn.get("bot"), where)),
        in_order=turn.get("in_order") is True,
        lacks=tuple(_words(each, where) for each in _listed(turn.get("not"), where)),
        state=_state(turn.get("state") or {}, where),
    )


def _state(state: dict[str, Any], where: str) -> State:
    _only(state, set(State.__dataclass_fields__), where)
    buttons, checklist = state.get("buttons"), state.get("checklist")
    if isinstance(checklist, dict):
        _only(checklist, {"case", "items", "notes", "forms", "not"}, where)
        checklist = {
            key: tuple(_words(each, where) for each in _listed(value, where))
            for key, value in checklist.items()
        }
    return State(
        status=_group(state["status"], where) if "status" in state else None,
        code=_group(state["code"], where) if "code" in state else None,
        buttons=tuple(buttons) if isinstance(buttons, list) else buttons,
        at_least=state.get("at_least"),
        checklist=checklist,
        source=state.get("source"),
        rateable=state.get("rateable"),
    )


def _group(value: Any, where: str) -> Group:
    return tuple(_words(each, where) for each in (value if isinstance(value, list) else [value]))


def _listed(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [_words(value, where)]


def _words(value: Any, where: str) -> str:
    """YAML takes a code without quotes for a number, and drops its last zero."""
    if not isinstance(value, str):
        raise BadJourney(f"{where}: {value!r} needs quotes")
    return value


def _a(kind: type[Kind], entry: dict[str, Any], key: str, where: str) -> Kind:
    value = entry.get(key)
    if not isinstance(value, kind) or not value:
        raise BadJourney(f"{where}: no {key}")
    return value


def _only(entry: dict[str, Any], known: set[str], where: str) -> None:
    unknown = entry.keys() - known
    if unknown:
        raise BadJourney(f"{where}: {', '.join(sorted(unknown))} means nothing")
