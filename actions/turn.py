"""One message of a citizen, with all that is needed to answer it."""

from dataclasses import dataclass

from actions.meaning import Meaning, Message
from actions.speech import Speaker
from actions.thread import Thread


@dataclass(frozen=True)
class Turn:
    """`thread` is what the conversation was about before it."""

    message: Message
    meaning: Meaning
    thread: Thread
    speaker: Speaker
