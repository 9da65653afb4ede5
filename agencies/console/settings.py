"""What the environment says about the pages about cases; read once, with the app."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConsoleSettings(BaseSettings):
    """AGENCIES_LIVE_SECONDS; KNOWLEDGE_URL is shared with the other processes."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    knowledge_url: str = Field(
        default="http://127.0.0.1:8001", validation_alias="KNOWLEDGE_URL"
    )  # For the record of a procedure beside the case.
    live_seconds: float = Field(default=2.0, gt=0)  # How late an open page hears of a change.
