"""A conversation with the actions alone: slots live on between turns, the catalogue is scripted."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dossier import DossierStatus
from actions.escalation import Escalation
from actions.reply import Manner
from actions.services import all_actions
from knowledge.client import (
    Answer,
    AnswerStatus,
    Aspect,
    Choice,
    Knowledge,
    Provenance,
    Section,
)

HOTLINE = "1900 0000"
BIRTH = Choice("1.001193", "Đăng ký khai sinh")
BIRTH_ABROAD = Choice("2.000528", "Đăng ký khai sinh có yếu tố nước ngoài")
BIRTH_AGAIN = Choice("1.004884", "Đăng ký lại khai sinh")
MARRIAGE = Choice("1.000894", "Đăng ký kết hôn")
BIRTHS = (BIRTH, BIRTH_ABROAD, BIRTH_AGAIN)

DOMAIN = Path("bot/domain")


def answered(procedure: Choice, *aspects: Aspect, text: str = "- Tờ khai") -> Answer:
    return Answer(
        AnswerStatus.ANSWERED,
        procedure=procedure,
        aspects=aspects or (Aspect.OVERVIEW,),
        sections=tuple(Section(aspect, text) for aspect in aspects or (Aspect.OVERVIEW,)),
        provenance=provenance(procedure),
    )


def provenance(procedure: Choice) -> Provenance:
    return Provenance(
        code=procedure.code,
        title=procedure.title,
        decision="1872/QĐ-BTP",
        agency="Bộ Tư pháp",
        captured="2026-07",
        url=f"https://dichvucong.gov.vn/{procedure.code}",
        text=f"Nguồn: {procedure.title}",
    )


def clarify(*choices: Choice) -> Answer:
    return Answer(AnswerStatus.CLARIFY_PROCEDURE, choices=choices)


NO_MATCH = Answer(AnswerStatus.UNANSWERED_NO_MATCH)
NO_PROCEDURE = Answer(AnswerStatus.UNANSWERED_NO_PROCEDURE)


class ScriptedKnowledge:
    """Answers each call with what the script says, and remembers the calls."""

    def __init__(self, *script: Answer) -> None:
        self._script = list(script)
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.chosen: list[tuple[str, str]] = []  # The case and the place of each question.
        self.compared: list[tuple[str, tuple[str, ...]]] = []
        self.earlier: tuple[str, ...] = ()

    async def answer(
        self,
        question: str,
        *,
        focus: str | None = None,
        case: str = "",
        place: str = "",
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        self.asked.append((question, focus, tuple(among)))
        self.chosen.append((case, place))
        self.earlier = tuple(earlier)
        return self._script.pop(0)

    async def compare(self, question: str, *, codes: Sequence[str] = ()) -> Answer:
        self.compared.append((question, tuple(codes)))
        return self._script.pop(0)


MANNER = Manner(hotline=HOTLINE)
ACTION = "action_answer_procedure"  # They all do the same; which one runs decides nothing.


class Talk:
    """Says something to the actions and keeps the slots they set, as Rasa would."""

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        dossiers: DossierStatus | None = None,
        escalation: Escalation | None = None,
        manner: Manner = MANNER,
        contact_required: bool = False,
        tracking: str = "",
    ) -> None:
        actions = all_actions(
            knowledge,
            manner=manner,
            dossiers=dossiers,
            escalation=escalation,
            contact_required=contact_required,
            tracking=tracking,
        )
        self._actions: dict[str, Action] = {action.name(): action for action in actions}
        self.knowledge: Any = knowledge
        self.slots: dict[str, Any] = {}
        self.messages: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.clock = 0.0  # Seconds.

    async def say(
        self,
        text: str,
        intent: str = "ask_procedure",
        action: str = ACTION,
        *,
        confidence: float = 0.9,
        **metadata: Any,
    ) -> str:
        """One turn; returns all that was said, with the responses of the domain filled in.

        `metadata` is what the gateway tells besides the message's name.
        """
        self.clock += 5
        latest = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "metadata": {
                "conversation": "portal:1",
                "message_id": f"m{len(self.events)}",
                **metadata,
            },
        }
        heard = {"event": "user", "text": text, "parse_data": latest, "timestamp": self.clock}
        self.events.append(heard)
        tracker = Tracker(
            "s", dict(self.slots), latest, self.events, False, None, {}, "action_listen"
        )
        dispatcher = CollectingDispatcher()
        for event in await self._actions[action].run(dispatcher, tracker, {}):
            if event["event"] == "restart":
                self.slots = {}
            else:
                self.slots[event["name"]] = event["value"]
        self.events.append({"event": "action", "name": action})
        self.messages = dispatcher.messages
        return "\n".join(text for text in map(said, self.messages) if text)

    async def choose(self, text: str) -> str:
        return await self.say(text, "choose", "action_choose_procedure")

    def hear_rasa(self, text: str, intent: str, response: str) -> None:
        """A turn that Rasa answers by itself."""
        parsed = {"intent": {"name": intent}}
        heard = {"event": "user", "text": text, "parse_data": parsed, "timestamp": self.clock}
        self.events += [heard, {"event": "action", "name": response}]

    @property
    def buttons(self) -> list[str]:
        """The words that the buttons of the last turn say."""
        return [button["payload"] for message in self.messages for button in message["buttons"]]

    @property
    def customs(self) -> dict[str, Any]:
        """What the last turn told the gateway besides texts."""
        return {key: value for message in self.messages for key, value in message["custom"].items()}

    def kept(self) -> dict[str, Any]:
        """The slots that hold something."""
        return {name: value for name, value in self.slots.items() if value is not None}


@cache
def responses() -> dict[str, str]:
    """The domain's responses; each has one text."""
    content = yaml.safe_load((DOMAIN / "responses.yml").read_text(encoding="utf-8"))
    return {name: variants[0]["text"] for name, variants in content["responses"].items()}


def said(message: dict[str, Any]) -> str:
    """What a citizen reads of a message. Raises KeyError for a response or value not given."""
    if message["text"]:
        return str(message["text"])
    if "response" not in message or not message["response"]:
        return ""
    return re.sub(r"{(\w+)}", lambda m: str(message[m[1]]), responses()[message["response"]])
