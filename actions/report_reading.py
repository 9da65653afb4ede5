"""Whether a message belongs to a report or a case: fills a form in, leaves it, asks for a case."""

import re

from actions.case_codes import beyond_code, find_code
from actions.choices import ChoiceReader
from actions.meaning import Meaning, Message, Move
from actions.report import Report, Step
from actions.thread import Thread
from actions.words import Words
from vietnamese.text import fold
from vietnamese.words import syllables

ASIDE = {"ask_procedure", "ask_aspect", "compare", "go_back", "dossier_status", "nlu_fallback"}
LONGEST_ASIDE = 20  # Syllables of a question among the answers; what happened is told at length.
_SCORE = re.compile(r"(?<![\d/.,-])([1-5])(?: ?/ ?5)?(?: (?:sao|diem))?(?![\d/.,-]|-)")
_BARE_SCORE = re.compile(
    r"(?:toi |minh |em )?(?:cham |danh gia )?([1-5])(?: ?/ ?5)?(?: sao| diem)?"
)
_STEERING = ("report_edit_text", "report_edit_agency", "report_edit_contact")


class ReportReader:
    """Looks at a message before anything else does."""

    def __init__(self, choices: ChoiceReader, words: Words) -> None:
        self._choices = choices
        self._words = words

    def __call__(self, message: Message, thread: Thread) -> Meaning | None:
        return (
            self._case(message, thread)
            or self._about_the_answer(message)
            or self._form(message, thread)
        )

    def _case(self, message: Message, thread: Thread) -> Meaning | None:
        """A case named by its code, or the last one."""
        text, code = message.text, find_code(message.text)
        said = beyond_code(text)
        if code and self._words.mentions("rates", text) and _SCORE.search(said):
            return Meaning(Move.RATE_CASE, text)
        if code and self._is_unsolved(message):
            return Meaning(Move.REOPEN_CASE, text)
        telling = thread.report is not None and thread.report.step is Step.WHAT
        if code and not (telling and len(syllables(said)) > LONGEST_ASIDE):
            return Meaning(Move.CASE_STATUS, code)
        short = len(syllables(text)) <= LONGEST_ASIDE
        if short and self._words.mentions("case_status", text):
            return Meaning(Move.CASE_STATUS, "")
        return None

    def _about_the_answer(self, message: Message) -> Meaning | None:
        """The agency's answer is the last thing the citizen read."""
        if not message.answered_case:
            return None
        if _BARE_SCORE.fullmatch(fold(message.text).strip(" .!")):
            return Meaning(Move.RATE_CASE, message.text)
        unsolved = self._is_unsolved(message) or message.intent == "not_solved"
        return Meaning(Move.REOPEN_CASE, message.text) if unsolved else None

    def _is_unsolved(self, message: Message) -> bool:
        return self._words.mentions("unsolved", message.text)

    def _form(self, message: Message, thread: Thread) -> Meaning | None:
        report, text = thread.report, message.text
        if report is None or not report.is_open:
            return None
        if self._words.says("report_leave", text):
            return Meaning(Move.REPORT_LEAVE, text)
        if message.sealed or self._steers(text, report):
            return Meaning(Move.REPORT, text)
        if thread.choices and self._choices.pick(text, thread.choices):
            return None  # A question among the answers led to a list.
        aside = self._is_aside(message) or message.intent == "help"
        return None if aside else Meaning(Move.REPORT, text)

    def _steers(self, text: str, report: Report) -> bool:
        if any(self._words.says(kind, text) for kind in (*_STEERING, "report_continue")):
            return True
        consents = self._words.says("report_consent", text) or self._words.says("retry", text)
        return consents and report.step is not Step.WHAT

    def _is_aside(self, message: Message) -> bool:
        """A question about a procedure: it is answered, and the form waits."""
        if any(self._words.says(kind, message.text) for kind in ("more", "all_cases")):
            return True
        if message.intent not in ASIDE or len(syllables(message.text)) > LONGEST_ASIDE:
            return False
        return self._words.mentions("asks", message.text)


def score_of(text: str) -> int:
    """How many of five; 0 when a message gives no score."""
    said = beyond_code(text)
    found = _BARE_SCORE.fullmatch(said.strip(" .!")) or _SCORE.search(said)
    return int(found.group(1)) if found else 0
