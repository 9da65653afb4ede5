"""Whether a message belongs to a report or a case: fills a form in, leaves it, asks for a case."""

from actions.case_codes import beyond_code, find_code, meant_code
from actions.choices import ChoiceReader
from actions.meaning import Meaning, Message, Move
from actions.report import CHANGES, Report, Step
from actions.scores import ScoreReader
from actions.thread import Thread, Waiting
from actions.words import Words
from vietnamese.words import syllables

ASIDE = {"ask_procedure", "ask_aspect", "compare", "go_back", "dossier_status", "nlu_fallback"}
# Intents of messages that may be said in the midst of anything, and then are no part of it.
POLITE = {"greet", "thank", "goodbye", "bot_identity", "help"}
LONGEST_ASIDE = 20  # Syllables of a question among the answers; what happened is told at length.
LONGEST_COMMAND = 10  # Syllables besides a code of what asks something of that case.
TOLD = (Step.WHAT, Step.TURNED, Step.AGENCY, Step.REVIEW, Step.REASON, Step.REPLY)
# Words of ours that answer the form: whatever the intent was taken for.
OWN = ("report_yes", "report_other", "report_skip", "report_refuse", *CHANGES)


class ReportReader:
    """Looks at a message before anything else does."""

    def __init__(self, choices: ChoiceReader, words: Words) -> None:
        self._choices = choices
        self._words = words
        self._scores = ScoreReader.load(words)

    def __call__(self, message: Message, thread: Thread) -> Meaning | None:
        looks = (
            self._restart,
            self._rating,
            self._asked,
            self._case,
            self._about_the_answer,
            self._closed_form,
            self._form,
        )
        return next((found for look in looks if (found := look(message, thread))), None)

    def _restart(self, message: Message, thread: Thread) -> Meaning | None:
        """An open form is thrown away only by whoever was asked."""
        asked = thread.waiting_for is Waiting.RESTART
        says = self._words.says("restart", message.text)
        if self._words.says("restart_surely", message.text):
            return Meaning(Move.RESTART_SURELY, message.text)
        if asked and (says or message.intent in ("affirm", "restart")):
            return Meaning(Move.RESTART_SURELY, message.text)
        if says or (message.intent == "restart" and not self._is_own(message.text, "retry")):
            told = _is_open(thread) and len(syllables(message.text)) > LONGEST_COMMAND
            return None if told else Meaning(Move.RESTART, message.text)
        return None

    def _rating(self, message: Message, thread: Thread) -> Meaning | None:
        """Of a case named by its code, or of the answer that was shown or came last."""
        score = self._scores.read(message.text)
        if not score:
            return None
        named = find_code(message.text)
        if named:
            return Meaning(Move.RATE_CASE, named) if score.plain else None
        shown = thread.waiting_for is Waiting.RATING and thread.report
        code = shown.case if shown else message.answered_case
        # A bare number chooses from a list, if there is one.
        rates = code and score.first and (score.plain or not thread.choices)
        return Meaning(Move.RATE_CASE, code) if rates else None

    def _asked(self, message: Message, thread: Thread) -> Meaning | None:
        """The agency asked something: the next message answers it."""
        said = self._words.is_button(message.text) or find_code(message.text)
        if not message.asked_case or said:
            return None
        return Meaning(Move.REPLY_TO_AGENCY, message.text)

    def _case(self, message: Message, thread: Thread) -> Meaning | None:
        """A case named by its code, or the last one."""
        text, code, report = message.text, find_code(message.text), thread.report
        if self._is_told(text, report):
            return None
        if code and self._is_unsolved(message):
            return Meaning(Move.REOPEN_CASE, text)
        if self._words.says("reply_more", beyond_code(text) if code else text):
            return Meaning(Move.WRITE_TO_CASE, text)
        if code:
            return Meaning(Move.CASE_STATUS, code)
        if self._words.says("unsolved", text) and self._knows_case(message, report):
            return Meaning(Move.REOPEN_CASE, text)
        if len(syllables(text)) <= LONGEST_ASIDE and self._asks_state(text):
            return Meaning(Move.CASE_STATUS, "")
        return Meaning(Move.CASE_BAD_CODE, meant_code(text)) if meant_code(text) else None

    def _is_told(self, text: str, report: Report | None) -> bool:
        """What happened may name a case and say that it is not solved."""
        telling = report is not None and report.is_open and report.step in TOLD
        return telling and len(syllables(beyond_code(text))) > LONGEST_COMMAND

    def _knows_case(self, message: Message, report: Report | None) -> bool:
        if report is None:
            return bool(message.answered_case)
        asked = report.is_open and not report.is_form  # For a reason or a reply already.
        return not asked and bool(report.case or message.answered_case)

    def _asks_state(self, text: str) -> bool:
        if self._words.mentions("case_status", text):
            return True
        about = self._words.mentions("case_words", text)
        return about and self._words.frames("asks_state", text)

    def _about_the_answer(self, message: Message, thread: Thread) -> Meaning | None:
        """The agency's answer is the last thing that came of it."""
        if not message.answered_case or _is_open(thread):
            return None
        unsolved = self._is_unsolved(message) or message.intent == "not_solved"
        return Meaning(Move.REOPEN_CASE, message.text) if unsolved else None

    def _is_unsolved(self, message: Message) -> bool:
        return self._words.mentions("unsolved", message.text)

    def _closed_form(self, message: Message, thread: Thread) -> Meaning | None:
        """A form that was left or sent, or a complaint that is none."""
        report, text = thread.report, message.text
        if self._words.says("report_insist", text):
            return Meaning(Move.INSIST, text)
        if report is None or report.is_open:
            return None
        if report.left:
            again = self._words.says("report_continue", text)
        else:
            waits = thread.choices or thread.waiting_for or thread.more
            again = bool(report.receipt) and not waits and self._words.says("sent_again", text)
        return Meaning(Move.REPORT, text) if again else None

    def _form(self, message: Message, thread: Thread) -> Meaning | None:
        report, text = thread.report, message.text
        if report is None or not report.is_open:
            return None
        if self._words.says("report_leave", text):
            return Meaning(Move.REPORT_LEAVE, text)
        if message.sealed or self._steers(text, report) or self._is_own(text):
            return Meaning(Move.REPORT, text)
        if thread.choices and self._choices.pick(text, thread.choices):
            return None  # A question among the answers led to a list.
        if self._wants_a_person(message):
            return Meaning(Move.PERSON, text)
        aside = self._is_aside(message) or self._is_of_an_answer(text)
        return None if aside else Meaning(Move.REPORT, text)

    def _is_own(self, text: str, *more: str) -> bool:
        return any(self._words.says(kind, text) for kind in (*OWN, *more))

    def _steers(self, text: str, report: Report) -> bool:
        consents = self._words.says("report_consent", text) or self._words.says("retry", text)
        return consents and report.step is not Step.WHAT

    def _wants_a_person(self, message: Message) -> bool:
        if self._words.says("ask_person", message.text):
            return True
        short = len(syllables(message.text)) <= LONGEST_COMMAND
        return short and message.intent == "human_wish"

    def _is_of_an_answer(self, text: str) -> bool:
        """The buttons under an answer, pressed in the midst of a form, are about that."""
        return any(self._words.says(kind, text) for kind in ("ask_agency", "solved", "not_solved"))

    def _is_aside(self, message: Message) -> bool:
        """A question about a procedure: it is answered, and the form waits."""
        text = message.text
        if message.intent == "help" or any(
            self._words.says(kind, text) for kind in ("more", "all_cases")
        ):
            return True
        if message.intent not in ASIDE or len(syllables(text)) > LONGEST_ASIDE:
            return False
        asks = text.rstrip().endswith("?") and self._words.mentions("asks", text)
        return asks or self._words.frames("asks", text)


def _is_open(thread: Thread) -> bool:
    return thread.report is not None and thread.report.is_open
