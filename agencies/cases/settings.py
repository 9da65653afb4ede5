"""What the environment says about cases; read once, in __main__."""

from pathlib import Path

from limits import parse_many
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class CaseSettings(BaseSettings):
    """AGENCIES_<NAME>, beside those of agencies/settings.py; WORK_CALENDAR is shared."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    api_token: str = ""  # What other processes show; empty: nobody is let in.
    rules: Path | None = None  # None: agencies/rules.yml.
    work_calendar: Path | None = Field(default=None, validation_alias="WORK_CALENDAR")
    tick_seconds: float = Field(default=60.0, ge=0)  # 0: the clock is another process's.
    tracking_rate: str = "20/minute;200/hour"  # A village may share an address.
    tracking_rate_storage: str = "memory://"  # redis://... when there are several replicas.

    @field_validator("tracking_rate")
    @classmethod
    def _is_rate(cls, value: str) -> str:
        parse_many(value)
        return value
