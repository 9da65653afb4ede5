"""What a message means in the state a conversation is in: the one place that decides it.

What the bot asked for is looked at first, then the words, and Rasa's intent last: it is a hint.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from actions.choices import ChoiceReader, Pick
from actions.dossier import DossierCodes
from actions.thread import Choosing, Thread, Waiting
from actions.words import Words
from knowledge.client import Choice


class Move(Enum):
    """What a citizen does with a message."""

    ASK = auto()  # A question, a follow-up or a detail.
    PICK = auto()  # Points at an offered choice, or at one that the list does not have.
    ALL_CASES = auto()
    UNSURE = auto()  # Does not know which of the offered procedures or places.
    NO_LIST = auto()  # A number, when nothing is offered.
    YES = auto()
    NO = auto()
    CORRECT = auto()
    BACK = auto()
    COMPARE = auto()
    MORE = auto()
    SOLVED = auto()
    NOT_SOLVED = auto()
    DOSSIER = auto()
    DOSSIER_CODE = auto()
    DOSSIER_BAD_CODE = auto()
    DOSSIER_NO_CODE = auto()
    PASS_ON = auto()  # The last question, to an agency.
    PASS_NOT_ON = auto()
    FEEDBACK = auto()
    PERSON = auto()
    HELP = auto()
    GOODBYE = auto()
    ABUSE = auto()
    OUT_OF_SCOPE = auto()
    COMPLAINT = auto()
    REPORT = auto()  # Fills the open form in.
    REPORT_LEAVE = auto()
    CASE_STATUS = auto()
    RATE_CASE = auto()
    REOPEN_CASE = auto()
    REPLY_TO_AGENCY = auto()
    WRITE_TO_CASE = auto()
    CASE_BAD_CODE = auto()
    INSIST = auto()  # On its being feedback, though it reads like a complaint.
    RESTART = auto()
    RESTART_SURELY = auto()


BY_INTENT = {
    "correct": Move.CORRECT,
    "go_back": Move.BACK,
    "compare": Move.COMPARE,
    "more": Move.MORE,
    "solved": Move.SOLVED,
    "not_solved": Move.NOT_SOLVED,
    "dossier_status": Move.DOSSIER,
    "feedback_wish": Move.FEEDBACK,
    "human_wish": Move.PERSON,
    "help": Move.HELP,
    "goodbye": Move.GOODBYE,
    "abuse": Move.ABUSE,
    "out_of_scope": Move.OUT_OF_SCOPE,
    "complaint": Move.COMPLAINT,
    "restart": Move.RESTART,
}
# Lead away from an open question, and so must be said plainly: the words of its answer ("tôi chưa
# rõ hoàn cảnh của mình") are like those of many other things.
LEADING_AWAY = {
    Move.NOT_SOLVED,
    Move.DOSSIER,
    Move.FEEDBACK,
    Move.ABUSE,
    Move.OUT_OF_SCOPE,
    Move.COMPLAINT,
}
PLAIN = 0.85  # Confidence.
BY_WORDS = {
    "ask_agency": Move.PASS_ON,
    "ask_person": Move.PERSON,
    "solved": Move.SOLVED,
    "not_solved": Move.NOT_SOLVED,
    "more": Move.MORE,
}
REFUSING = {"correct", "deny"}
COMPARING = {"compare", "go_back"}  # They name entries of a list without choosing one.


@dataclass(frozen=True)
class Meaning:
    """A move, and the words it is about: a question, a code, what is added to a choice.

    A PICK without a choice points past the end of the list.
    """

    move: Move
    text: str
    choice: Choice | None = None


@dataclass(frozen=True)
class Message:
    """What a citizen wrote, and what Rasa takes it for."""

    text: str
    intent: str
    confidence: float = 1.0  # Of the intent.
    conversation: str = ""  # The gateway's name of it.
    id: str = ""
    channel: str = ""
    sealed: tuple[str, ...] = ()  # Kinds of contact that the gateway keeps instead of the words.
    answered_case: str = ""  # The case whose answer came and was not rated yet.
    asked_case: str = ""  # The case whose agency asked the citizen something just before.


Look = Callable[[Message, Thread], Meaning | None]


class MeaningReader:
    def __init__(
        self, choices: ChoiceReader, words: Words, codes: DossierCodes, *, first: Look
    ) -> None:
        """`first` looks at a message before anything else does."""
        self._first = first
        self._choices = choices
        self._words = words
        self._codes = codes

    def read(self, message: Message, thread: Thread) -> Meaning:
        """The first of these that makes sense of the message."""
        looks: tuple[Look, ...] = (
            self._first,
            self._code,
            self._button,
            self._correction,
            self._choice,
            self._reply,
            self._kind,
        )
        for look in looks:
            meaning = look(message, thread)
            if meaning:
                return meaning
        return Meaning(Move.ASK, message.text)

    def _code(self, message: Message, thread: Thread) -> Meaning | None:
        """A dossier's code is one wherever it stands; half a code only where one is expected."""
        code = self._codes.find(message.text)
        if code:
            return Meaning(Move.DOSSIER_CODE, code)
        waiting = thread.waiting_for is Waiting.DOSSIER_CODE
        if not waiting and message.intent != "dossier_status":
            return None
        if self._codes.resembles(message.text):
            return Meaning(Move.DOSSIER_BAD_CODE, message.text)
        if waiting and self._words.mentions("no_code", message.text):
            return Meaning(Move.DOSSIER_NO_CODE, message.text)
        return None

    def _button(self, message: Message, thread: Thread) -> Meaning | None:
        """Words that mean one thing only, whatever Rasa takes them for."""
        text = message.text
        for kind, move in BY_WORDS.items():
            if self._words.says(kind, text):
                return Meaning(move, text)
        if not thread.choices:
            return None
        case = thread.choosing is Choosing.CASE
        if case and (self._words.says("all_cases", text) or self._words.says("unsure", text)):
            return Meaning(Move.ALL_CASES, text)
        return Meaning(Move.UNSURE, text) if self._words.says("unsure", text) else None

    def _correction(self, message: Message, thread: Thread) -> Meaning | None:
        meant = self._words.meant(message.text, refusing=self._may_refuse(message, thread))
        if not meant:
            return None if meant is None else self._refusal(message, thread)
        pick = self._choices.pick(meant, thread.choices) if thread.choices else None
        if pick:
            return _picked(pick, thread)
        if thread.waiting_for is Waiting.HANDOVER and message.intent == "deny":
            return self._refusal(message, thread)
        return Meaning(Move.CORRECT, meant)

    def _may_refuse(self, message: Message, thread: Thread) -> bool:
        """A bare "no" to an open question is one, whatever Rasa takes it for."""
        asked = thread.choices or thread.waiting_for is Waiting.HANDOVER
        bare = self._words.meant(message.text, refusing=True) == ""
        return message.intent in REFUSING or bool(asked and bare)

    def _refusal(self, message: Message, thread: Thread) -> Meaning:
        """No to what was asked last."""
        if thread.waiting_for is Waiting.HANDOVER:
            return Meaning(Move.PASS_NOT_ON, message.text)
        all_apply = thread.choosing is Choosing.CASE
        return Meaning(Move.ALL_CASES if all_apply else Move.NO, message.text)

    def _choice(self, message: Message, thread: Thread) -> Meaning | None:
        if message.intent in COMPARING:
            return None
        if thread.choices:
            pick = self._choices.pick(message.text, thread.choices)
            return _picked(pick, thread) if pick else None
        if message.intent == "choose" and self._choices.points(message.text):
            return Meaning(Move.NO_LIST, message.text)
        return None

    def _reply(self, message: Message, thread: Thread) -> Meaning | None:
        """Yes and no to what was asked last."""
        if message.intent == "deny":
            return self._refusal(message, thread)
        if message.intent in ("affirm", "solved") and len(thread.choices) == 1:
            return Meaning(Move.PICK, "", thread.choices[0])
        if message.intent != "affirm":
            return None
        if thread.waiting_for is Waiting.HANDOVER:
            return Meaning(Move.PASS_ON, message.text)
        wants_rest = thread.more and not thread.choices
        return Meaning(Move.MORE if wants_rest else Move.YES, message.text)

    def _kind(self, message: Message, thread: Thread) -> Meaning | None:
        move = BY_INTENT.get(message.intent)
        beside = thread.choices and move in LEADING_AWAY and message.confidence < PLAIN
        return Meaning(move, message.text) if move and not beside else None


def _picked(pick: Pick, thread: Thread) -> Meaning:
    choice = None if pick.place is None else thread.choices[pick.place]
    return Meaning(Move.PICK, pick.rest, choice)
