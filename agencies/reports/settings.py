"""What the environment says about reports; read once."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReportSettings(BaseSettings):
    """AGENCIES_REPORT_MINIMUM, AGENCIES_REPORT_TOP."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_REPORT_", env_ignore_empty=True, validate_by_name=True
    )

    minimum: int = Field(default=5, ge=1)
    top: int = Field(default=10, ge=1)
