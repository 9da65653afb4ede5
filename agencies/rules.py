"""Numbers and lists of the law and of the province, as rules.yml holds them with their sources."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE = Path(__file__).with_suffix(".yml")


class UnreadableRules(Exception):
    """The file of rules cannot be used; the message says where and why."""


class Rule(BaseModel):
    """One setting. Nothing in the file may be misspelt, and nothing stands there without source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)


class Category(Rule):
    """A kind of content named in Decree 20/2008 Art. 5."""

    code: str
    name: str


class Received(Rule):
    after_closing_is_next_day: bool


class Days(Rule):
    days: int = Field(ge=0)


class Reply(Rule):
    own: int = Field(ge=0)
    cross: int = Field(ge=0)
    special: int = Field(ge=0)


class SameDay(Rule):
    """Cases of these fields, categories or wishes are dealt with on the day of receipt."""

    what: frozenset[Literal["register", "forward", "reply"]]
    fields: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()

    def fits(self, field: str, category: str, wish: str) -> bool:
        return field in self.fields or category in self.categories or wish in self.wishes


class Transfer(Rule):
    restarts: int = Field(ge=0)


class Warnings(Rule):
    shares: tuple[int, ...]  # Of the time for the answer, in percent.


class Reopening(Days):
    superior_from: int = Field(ge=1)
    most: int = Field(ge=1)


class Contact(Rule):
    required: bool


class Consent(Rule):
    required: bool
    version: str


class Duplicates(Rule):
    share_of_words: float = Field(gt=0, le=1)


class Approval(Rule):
    by_another: bool


class Attachments(Rule):
    most: int = Field(ge=0)
    bytes_each: int = Field(gt=0)


class Rules(BaseModel):
    """Everything in rules.yml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    categories: tuple[Category, ...] = Field(min_length=1)
    received: Received
    register_: Days = Field(alias="register")
    forward: Days
    reply: Reply
    same_day: tuple[SameDay, ...]
    transfer: Transfer
    warnings: Warnings
    waiting: Days
    reopening: Reopening
    contact: Contact
    consent: Consent
    duplicates: Duplicates
    approval: Approval
    attachments: Attachments

    @classmethod
    def load(cls, path: Path = FILE) -> "Rules":
        """Raises UnreadableRules."""
        try:
            return cls.model_validate(
                yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            )
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise UnreadableRules(f"{path}: {error}") from error

    def same_day_for(self, field: str, category: str, wish: str) -> frozenset[str]:
        """What of register, forward and reply is due on the day of receipt."""
        fitting = (rule.what for rule in self.same_day if rule.fits(field, category, wish))
        return frozenset(one for what in fitting for one in what)
