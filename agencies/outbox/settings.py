"""What the environment says about the outbox; read once, in __main__."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from agencies.outbox.retries import Retries


class OutboxSettings(BaseSettings):
    """AGENCIES_OUTBOX_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="AGENCIES_OUTBOX_", env_ignore_empty=True)

    enabled: bool = True  # False: another replica sends.
    at_once: int = Field(default=4, gt=0)
    poll_seconds: float = Field(default=1.0, gt=0)
    send_seconds: float = Field(default=60.0, gt=0)  # For one try; its lease is three times that.
    first_delay_seconds: float = Field(default=30.0, gt=0)
    longest_delay_minutes: float = Field(default=30.0, gt=0)
    give_up_hours: float = Field(default=72.0, gt=0)
    digest_hour: int = Field(default=7, ge=0, le=23)  # In Hanoi.
    operator: str = ""  # E-mail address that gets the digest, besides the triage unit.
    bounce_token: SecretStr | None = None  # For POST /bounces; without it there is no such route.

    def retries(self) -> Retries:
        return Retries(
            first=timedelta(seconds=self.first_delay_seconds),
            longest=timedelta(minutes=self.longest_delay_minutes),
            give_up_after=timedelta(hours=self.give_up_hours),
        )
