"""What every channel is reduced to, and what every channel must be able to show."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contact:
    """How somebody can be reached."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is given, without what it is."""
        return tuple(name for name, value in asdict(self).items() if value)


@dataclass(frozen=True)
class Incoming:
    """One message from a citizen, whichever channel it came through."""

    channel: str
    user: str
    text: str
    message_id: str
    raw: dict[str, Any] = field(default_factory=dict)  # The provider's own event.
    masked: bool = False  # Personal data was taken out of the text.
    contact: Contact | None = None  # Taken out of it to be kept, where it was asked for.
    unread: str = ""  # What is wrong with what looks like a contact; a key of texts.yml.

    @property
    def conversation(self) -> str:
        """The citizen's thread on this channel."""
        return f"{self.channel}:{self.user}"


@dataclass(frozen=True)
class Button:
    """A choice: `title` is shown, `payload` is what the citizen says by pressing it."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    """The published record an answer was rendered from."""

    title: str
    url: str


@dataclass(frozen=True)
class FormLink:
    """A form to fill in; without an address where the catalogue gives none that is safe."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class ChecklistItem:
    """A document to bring; the numbers are None where the record does not state them."""

    name: str
    originals: int | None = None
    copies: int | None = None
    forms: tuple[FormLink, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """What to bring for one case of one procedure, to tick off, print and take along."""

    title: str
    code: str
    items: tuple[ChecklistItem, ...]
    case: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Reply:
    """One message to a citizen: plain text, never markup.

    The text is complete by itself: a channel that cannot show a checklist shows only that.
    `status` says how the question ended and `code` which procedure is talked about; nobody is
    shown them, they are for measuring.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    link: Link | None = None
    status: str = ""
    code: str = ""
    checklist: Checklist | None = None
    rateable: bool = False  # It ends an answer of which the citizen may say whether it helped.
    by: str = ""  # Who of the staff says it.
    case: str = ""  # The case it is about, by its code.
    answers_case: bool = False  # An agency's answer, of which the citizen may say how good it is.
    # What is awaited of the citizen from now on: "contact", "files", more of a "form", or "" for
    # nothing. None leaves it as it is.
    asks: str | None = None
    emptied: int = 0  # What the drawer held up to here is part of the case now.
    drawer: tuple[str, ...] = ()  # What is thrown out of the drawer: "contact", "files".
    rated: bool = False  # The citizen has said how good the answer was.
    shows: str = ""  # Words in the text that the contact in the drawer takes the place of.
