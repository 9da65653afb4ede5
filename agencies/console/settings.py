"""What the environment says about the console's ways to the other processes; read once."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConsoleSettings(BaseSettings):
    """AGENCIES_LIVE_SECONDS; the others are shared with the other processes."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    knowledge_url: str = Field(
        default="http://127.0.0.1:8001", validation_alias="KNOWLEDGE_URL"
    )  # For the record of a procedure beside the case.
    gateway_url: str = Field(default="http://127.0.0.1:8000", validation_alias="GATEWAY_URL")
    # Without it no conversation is shown, and none can be taken over.
    gateway_staff_token: SecretStr | None = Field(
        default=None, validation_alias="GATEWAY_STAFF_TOKEN"
    )
    live_seconds: float = Field(default=2.0, gt=0)  # How late an open page hears of a change.
