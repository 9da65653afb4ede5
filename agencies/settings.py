"""What the environment says about this process; read once, in __main__."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

EXAMPLE_DIRECTORY = Path(__file__).parent.parent / "data" / "agencies.yml"


class Settings(BaseSettings):
    """AGENCIES_<NAME>; HOST and HOTLINE are shared."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    database_url: str = "sqlite+aiosqlite:///var/agencies.db"
    port: int = 8002
    directory: Path | None = None  # None: the example of this project.
    nearest_kilometres: float = Field(default=30.0, gt=0)  # So far an office is near to a citizen.
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    hotline: str = Field(default="1800 1096", validation_alias="HOTLINE")
