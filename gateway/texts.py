"""What the gateway itself says to citizens; the words are in texts.yml."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from gateway.channels.showing import Words
from gateway.conversation import Mode
from gateway.messages import Button, Reply

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

    def taken_over(self, name: str) -> Reply:
        """Staff have the conversation from now on."""
        return replace(Reply(self._staff["taken_over"].format(name=name, **self._known)), by=name)

    def given_back(self, name: str) -> Reply:
        """The bot answers again; `name` is who ended it, "" when staff fell silent."""
        words = self._staff["given_back" if name else "left_alone"]
        return Reply(words.format(name=name, **self._known))

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
