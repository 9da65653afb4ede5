"""What the gateway itself says to citizens; the words are in texts.yml."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from gateway.channels.showing import Words
from gateway.conversation import Mode
from gateway.messages import Button, Reply
from gateway.nearby import Office

FILE = Path(__file__).with_name("texts.yml")


class Refusal(StrEnum):
    """Why a message was not taken; the names are the keys in texts.yml and in the API."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    MALFORMED = "malformed"
    OTHER_SITE = "other_site"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    TAKEN = "taken"
    FILE_KIND = "file_kind"
    FILE_TOO_LARGE = "file_too_large"
    FILES_TOO_MANY = "files_too_many"
    FILE_NOT_ASKED = "file_not_asked"
    UNAVAILABLE = "unavailable"


class Given(StrEnum):
    """What became of a file that came with a message; the names are the keys in texts.yml."""

    KEPT = "kept"
    NOT_ASKED = "not_asked"
    TOO_LARGE = "too_large"
    KIND = "kind"
    UNFETCHED = "unfetched"
    FULL = "full"


class Texts:
    def __init__(
        self, *, hotline: str, length_limit: int, megabytes: int = 5, files: int = 5
    ) -> None:
        """Raises KeyError when texts.yml lacks a sentence."""
        texts = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self._known = {
            "hotline": hotline,
            "limit": length_limit,
            "megabytes": megabytes,
            "files": files,
        }
        self._refusals = {refusal: texts["refusals"][refusal.value] for refusal in Refusal}
        self.apology = replace(self._reply(texts["apology"]), status="failed")
        self.no_words = self._reply(texts["no_words"])
        self._staff: dict[str, str] = texts["staff_comes_and_goes"]
        self.sealed: str = texts["sealed"]
        self.masked = self._reply(texts["masked"])
        self.masked_in_form = self._reply(texts["masked_in_form"])
        self.masked_all = self._reply(texts["masked_all"])
        self.notices = {mode: self._reply(texts[mode.value]) for mode in (Mode.WAITING,)}
        read = texts["contact_read"].format(contact=self.sealed)
        self.contact_read = Reply(read, shows=self.sealed)
        self.contact_unread = {
            fault: self._reply(text) for fault, text in texts["contact_unread"].items()
        }
        self.begun_anew = replace(self._reply(texts["begun_anew"]), asks="")
        self.shown = _words(texts["shown"])
        greeting = texts["greeting"]
        self.greeting = replace(
            self._reply(greeting["text"]), buttons=_buttons(greeting["buttons"])
        )
        self.greeting_short = self._reply(texts["greeting_short"])
        self._given = {ending: texts["given"][ending.value] for ending in Given}
        # What to send instead of a sticker, a voice message ...
        self.hints = {kind: self._reply(text) for kind, text in texts["hints"].items()}
        self._place: dict[str, str] = texts["place"]

    def taken_over(self, name: str) -> Reply:
        """Staff have the conversation from now on."""
        return replace(Reply(self._staff["taken_over"].format(name=name, **self._known)), by=name)

    def given_back(self, name: str) -> Reply:
        """The bot answers again; `name` is who ended it, "" when staff fell silent."""
        words = self._staff["given_back" if name else "left_alone"]
        return Reply(words.format(name=name, **self._known))

    def given(self, counts: Mapping[Given, int]) -> Reply:
        """What became of files."""
        lines = (
            self._given[ending].format(**self._known, count=count)
            for ending, count in counts.items()
        )
        return Reply("\n".join(lines))

    def place_said(self, office: Office) -> str:
        """What the citizen says by sending where they are."""
        return self._place["said"].format(area=office.area)

    def nearest_office(self, office: Office) -> Reply:
        near = f"{office.kilometres:.1f}".replace(".", ",")
        lines = [self._place["office"].format(office=office.office, kilometres=near)]
        lines += [
            self._place[name].format(**{name: value})
            for name in ("address", "hours")
            if (value := getattr(office, name))
        ]
        return Reply("\n".join(lines))

    def refusal(self, reason: Refusal, *, seconds: int = 0) -> str:
        return str(self._refusals[reason]).format(**self._known, seconds=seconds)

    def _reply(self, sentence: str) -> Reply:
        return Reply(sentence.format(**self._known))


def _words(shown: dict[str, Any]) -> Words:
    [unsolved] = _buttons(shown["unsolved"])
    return Words(
        source=shown["source"],
        rate=shown["rate"],
        rate_buttons=_buttons(shown["rate_buttons"]),
        rate_case=shown["rate_case"],
        score_buttons=_buttons(shown["score_buttons"]),
        unsolved=unsolved,
    )


def _buttons(payloads: dict[str, str]) -> tuple[Button, ...]:
    return tuple(Button(title, payload) for title, payload in payloads.items())
