"""Says things through the domain's responses: no sentence for citizens lives in Python."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.parts import parts
from actions.thread import Choosing
from actions.words import Words
from knowledge.client import Answer, AnswerStatus, Choice, Provenance, Section

BUTTON = 60  # Characters of a button; the list in the text has the whole title.
LEAD = 40  # Characters kept for what is said before a part, beside the title.
FRAME = 500  # Characters kept for what is said around a list.
ASKING = {
    AnswerStatus.CLARIFY_PROCEDURE: Choosing.PROCEDURE,
    AnswerStatus.CLARIFY_CASE: Choosing.CASE,
    AnswerStatus.CLARIFY_PLACE: Choosing.PLACE,
}
QUESTIONS = {
    Choosing.PROCEDURE: "utter_clarify_procedure",
    Choosing.CASE: "utter_clarify_case",
    Choosing.PLACE: "utter_clarify_place",
}


class Speaker:
    """Speaks to one citizen in one turn."""

    def __init__(
        self, dispatcher: CollectingDispatcher, words: Words, *, hotline: str, longest: int
    ) -> None:
        self._dispatcher = dispatcher
        self._words = words
        self._hotline = hotline
        self._longest = longest
        self.status = ""  # How the question of this turn ended, if there was one.

    def say(self, response: str, *, buttons: Sequence[str] = (), **values: Any) -> None:
        """Say a response of the domain, with buttons of words.yml."""
        self._utter(response, [self._words.button(kind) for kind in buttons], **values)

    def answer(self, answer: Answer) -> tuple[str, ...]:
        """Say how a question ended; every status says something. Returns what was too long."""
        self.status = answer.status.value
        rest = self._sections(answer)
        if not answer.sections and answer.status not in ASKING:
            self._utter(f"utter_{answer.status.value}", title=_title(answer))
        if answer.provenance and (answer.sections or answer.status not in ASKING):
            self._source(answer.provenance)
        asked = ASKING.get(answer.status)
        if asked:
            self.offer(answer.choices, asked, family=answer.family, title=_title(answer))
        elif answer.procedure and answer.choices:
            self._choices(answer.choices, "utter_still_in_force")
        elif answer.choices:
            self._choices(answer.choices, "utter_compared")
        if rest:
            self.say("utter_more_left", buttons=["more"], count=len(rest))
        if answer.sections and not asked:
            self._dispatcher.utter_message(json_message={"rate": True})
        return rest

    def more(self, rest: Sequence[str], of: Choice | None) -> tuple[str, ...]:
        """Say the next part of a long answer; returns what is left."""
        if of:
            self._utter("utter_more", section=rest[0], title=of.title, code=of.code)
        else:
            self._dispatcher.utter_message(text=rest[0])
        if rest[1:]:
            self.say("utter_more_left", buttons=["more"], count=len(rest) - 1)
        return tuple(rest[1:])

    def offer(
        self, choices: Sequence[Choice], choosing: Choosing, *, family: str = "", title: str = ""
    ) -> None:
        """Ask which procedure, case or place is meant; of a family, which of its procedures."""
        response = "utter_clarify_sibling" if family else QUESTIONS[choosing]
        extra = [self._words.button("all_cases")] if choosing is Choosing.CASE else []
        self._choices(choices, response, extra, family=family, title=title)

    def offer_list(
        self,
        response: str,
        choices: Sequence[Choice],
        *,
        buttons: Sequence[str] = (),
        **values: str,
    ) -> None:
        """Say a response with a numbered list, and buttons of words.yml after it."""
        extra = [self._words.button(kind) for kind in buttons]
        self._choices(choices, response, extra, **values)

    def ask_on(self, response: str, **values: Any) -> None:
        """Say a response with buttons for what can be asked of a procedure."""
        self._utter(response, self._words.buttons("parts"), **values)

    def note(self, status: str, code: str) -> None:
        """How the turn ended, for measuring; nobody is shown it."""
        note = {"status": status, "code": code}
        self._dispatcher.utter_message(json_message={"answer": note})

    def note_asked(self, what: str) -> None:
        """What the gateway is to take beside the conversation from now on."""
        self._dispatcher.utter_message(json_message={"asks": what})

    def note_drawer(self, *kinds: str) -> None:
        """What the gateway is to throw away of what it keeps beside the conversation."""
        self._dispatcher.utter_message(json_message={"drawer": list(kinds)})

    def note_case(self, code: str, *, emptied: int = 0) -> None:
        """The conversation is part of a case: it is kept for its answer.

        What the drawer held until `emptied` is with the case, so the gateway throws it away.
        """
        self._dispatcher.utter_message(json_message={"case": code, "emptied": emptied})

    def _choices(
        self,
        choices: Sequence[Choice],
        response: str,
        extra: Sequence[dict[str, str]] = (),
        **values: str,
    ) -> None:
        numbered = [f"{place}. {choice.title}" for place, choice in enumerate(choices, start=1)]
        titles = [choice.title for choice in choices]
        buttons = [
            {
                "title": shortened(line, BUTTON),
                "payload": title if titles.count(title) == 1 else str(place),
            }
            for place, (line, title) in enumerate(zip(numbered, titles, strict=True), start=1)
        ]
        room = max(BUTTON, (self._longest - FRAME) // max(1, len(numbered)))
        options = "\n".join(shortened(line, room) for line in numbered)
        self._utter(response, [*buttons, *extra], options=options, **values)

    def _sections(self, answer: Answer) -> tuple[str, ...]:
        """A message for each asked part, the first under the procedure's title."""
        title = _title(answer)
        rest: list[str] = []
        room = max(self._longest // 2, self._longest - len(title) - LEAD)
        for number, section in enumerate(answer.sections):
            shown, *others = parts(_unbroken(section.text), room)
            if title and number == 0:
                self._utter("utter_answer", title=title, section=shown)
            else:
                self._dispatcher.utter_message(text=shown)
            self._checklist(answer, section)
            rest += others
        return tuple(rest)

    def _checklist(self, answer: Answer, section: Section) -> None:
        if answer.checklist and section.aspect == "documents":
            self._dispatcher.utter_message(json_message={"checklist": asdict(answer.checklist)})

    def _source(self, provenance: Provenance) -> None:
        self._dispatcher.utter_message(text=_unbroken(provenance.text))
        if provenance.url:
            source = {"title": provenance.title, "url": provenance.url}
            self._dispatcher.utter_message(json_message={"source": source})

    def _utter(self, response: str, buttons: Sequence[dict[str, str]] = (), **values: Any) -> None:
        self._dispatcher.utter_message(
            response=response, buttons=list(buttons), hotline=self._hotline, **values
        )


def shortened(text: str, longest: int) -> str:
    """Cut a text at a word.

    >>> shortened("1. Đăng ký khai sinh có yếu tố nước ngoài", 25)
    '1. Đăng ký khai sinh có…'
    """
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + "…"


def _unbroken(text: str) -> str:
    """Without empty lines: Rasa's channels start a new message at each.

    >>> _unbroken("a\\n\\n\\nb")
    'a\\nb'
    """
    return re.sub(r"\n\s*\n", "\n", text)


def _title(answer: Answer) -> str:
    return answer.procedure.title if answer.procedure else ""
