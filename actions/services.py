"""What the actions need, read once from the environment."""

from collections.abc import Mapping

import httpx2
from rasa_sdk import Action

from actions.answer_procedure import AnswerProcedure
from actions.choices import ChoiceReader
from actions.choose_procedure import ChooseProcedure, ConfirmChoice, RefuseChoices
from actions.inquiry import Inquiry
from actions.tell_contact import TellContact
from knowledge.client import Knowledge, KnowledgeClient

SECONDS = 5  # The gateway waits ten for the whole turn, which may ask the catalogue twice.


def knowledge(environment: Mapping[str, str]) -> KnowledgeClient:
    """The knowledge service at KNOWLEDGE_URL."""
    url = environment.get("KNOWLEDGE_URL") or "http://127.0.0.1:8001"
    return KnowledgeClient(httpx2.AsyncClient(base_url=url, timeout=SECONDS))


def hotline(environment: Mapping[str, str]) -> str:
    """The number that answers point to when the bot cannot help."""
    return environment.get("HOTLINE") or "1800 1096"


def all_actions(knowledge: Knowledge, *, hotline: str) -> list[Action]:
    """Every action the domain names. A new one is a module and a line here."""
    inquiry = Inquiry(knowledge, ChoiceReader.load())
    return [
        AnswerProcedure(inquiry, hotline=hotline),
        ChooseProcedure(inquiry, hotline=hotline),
        ConfirmChoice(inquiry, hotline=hotline),
        RefuseChoices(hotline=hotline),
        TellContact(hotline=hotline),
    ]
