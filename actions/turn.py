"""One message of a citizen, with all that is needed to answer it."""

from dataclasses import dataclass

from actions.meaning import Meaning, Message, Move
from actions.speech import Speaker
from actions.thread import Thread

OF_THE_FORM = {
    Move.REPORT,
    Move.REPORT_LEAVE,
    Move.REOPEN_CASE,
    Move.REPLY_TO_AGENCY,
    Move.WRITE_TO_CASE,
    Move.INSIST,
    Move.PASS_ON,
    Move.FEEDBACK,
    Move.RESTART,
}


@dataclass(frozen=True)
class Turn:
    """`thread` is what the conversation was about before it."""

    message: Message
    meaning: Meaning
    thread: Thread
    speaker: Speaker

    @property
    def filled_in(self) -> bool:
        """Whether it belongs to the open form, which then has said itself what comes next."""
        return self.meaning.move in OF_THE_FORM
