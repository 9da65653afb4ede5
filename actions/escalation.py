"""The port to those who help when the bot cannot: an agency or a person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from knowledge.client import Choice


class Wish(StrEnum):
    """What a citizen wants passed on."""

    QUESTION = "question"  # One the catalogue had no answer to.
    FEEDBACK = "feedback"
    PERSON = "person"  # To speak with somebody.


@dataclass(frozen=True)
class HandOver:
    """What is passed on; `conversation` is the gateway's name of it, where the answer goes."""

    wish: Wish
    text: str
    procedure: Choice | None
    place: str
    conversation: str
    message_id: str  # The same message handed over twice is one case.


@dataclass(frozen=True)
class Receipt:
    """Somebody has it; `reference` is what the citizen can ask by."""

    reference: str


class Escalation(Protocol):
    async def hand_over(self, request: HandOver) -> Receipt | None:
        """Pass it on; None when nobody can take it now. Nothing is taken without a receipt."""
        ...


class NoEscalation:
    """No agency takes cases from the bot yet."""

    async def hand_over(self, request: HandOver) -> Receipt | None:
        return None
