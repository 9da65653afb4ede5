"""How long each class of personal data is kept after a case has ended: set by the province."""

from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agencies.erasures import DataClass

FILE = Path(__file__).with_name("retention.yml")


class UnreadableRetention(Exception):
    """The file cannot be used; the message says where and why."""


class RetentionSettings(BaseSettings):
    """AGENCIES_RETENTION, AGENCIES_RETENTION_EVERY_HOURS."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    retention: Path | None = None  # None: retention.yml of this project, which sets nothing.
    retention_every_hours: int = Field(default=24, ge=0)  # 0: only by command.


class Period(BaseModel):
    """`days` after the end of a case, and the rule that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int | None = Field(default=None, ge=1)
    source: str | None = None

    @model_validator(mode="after")
    def _names_its_source(self) -> Self:
        if self.days is not None and not (self.source or "").strip():
            raise ValueError("a period needs the source that sets it")
        return self


class RetentionRules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    contact: Period
    words: Period
    drafts: Period
    attachments: Period
    deliveries: Period

    @classmethod
    def load(cls, path: Path | None = None) -> "RetentionRules":
        """Raises UnreadableRetention."""
        file = path or FILE
        try:
            return cls.model_validate(
                yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            )
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise UnreadableRetention(f"{file}: {error}") from error

    def period(self, data_class: DataClass) -> Period:
        period: Period = getattr(self, data_class)
        return period

    @property
    def unset(self) -> tuple[DataClass, ...]:
        """The classes that are kept for ever unless somebody asks: to be told loudly."""
        return tuple(one for one in DataClass if self.period(one).days is None)
