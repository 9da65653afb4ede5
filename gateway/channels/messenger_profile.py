"""What citizens see of the Page before they write: greeting, first questions, menu."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.channels.messenger_client import MessengerClient
from gateway.channels.messenger_events import GET_STARTED

FILE = Path(__file__).with_name("messenger_profile.yml")
GREETING = 160  # Characters.
MENU_TITLE = 30
MENU = range(3, 6)
QUESTIONS = 4
QUESTION = 80
PAYLOAD = 1000


@dataclass(frozen=True)
class Profile:
    """Raises ValueError when Meta would not take it."""

    greeting: str
    menu: dict[str, str]  # What an entry is called, and what it says.
    questions: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.greeting) <= GREETING:
            raise ValueError(f"the greeting has {len(self.greeting)} characters")
        if len(self.menu) not in MENU:
            raise ValueError(f"the menu has {len(self.menu)} entries")
        if len(self.questions) > QUESTIONS:
            raise ValueError(f"{len(self.questions)} first questions")
        for name, said in self.menu.items():
            if not 0 < len(name) <= MENU_TITLE or not 0 < len(said) <= PAYLOAD:
                raise ValueError(f"an entry of the menu is empty or too long: {name}")
        for question in self.questions:
            if not 0 < len(question) <= QUESTION:
                raise ValueError(f"a first question is empty or too long: {question}")

    def settings(self) -> dict[str, Any]:
        """As the Messenger Profile API writes it."""
        entries = [
            {"type": "postback", "title": title, "payload": said}
            for title, said in self.menu.items()
        ]
        questions = [{"question": question, "payload": question} for question in self.questions]
        menu = {"composer_input_disabled": False, "call_to_actions": entries}
        return {
            "get_started": {"payload": GET_STARTED},
            "greeting": [{"locale": "default", "text": self.greeting}],
            "persistent_menu": [{"locale": "default", **menu}],
            "ice_breakers": [{"locale": "default", "call_to_actions": questions}],
        }


def read_profile(path: Path = FILE) -> Profile:
    """Raises ValueError, KeyError."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Profile(said["greeting"], said["menu"], tuple(said["questions"]))


async def unlike(client: MessengerClient, profile: Profile) -> dict[str, Any]:
    """What of the profile Meta does not have as it is written here. Raises as the client does."""
    wanted = profile.settings()
    known = await client.profile(*wanted)
    return {name: value for name, value in wanted.items() if not _holds(known.get(name), value)}


def _holds(known: Any, wanted: Any) -> bool:
    """Whether all that is wanted is there; Meta adds fields of its own when it is asked."""
    if isinstance(wanted, dict):
        return isinstance(known, dict) and all(
            _holds(known.get(name), value) or (value is False and name not in known)
            for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        same = isinstance(known, list) and len(known) == len(wanted)
        return same and all(map(_holds, known, wanted))
    return bool(known == wanted)
