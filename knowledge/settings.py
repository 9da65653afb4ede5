"""What the knowledge service reads from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class KnowledgeSettings(BaseSettings):
    """Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    host: str = "127.0.0.1"
    knowledge_port: int = 8001
    knowledge_dir: Path = Path("var/knowledge")
    # A sentence-transformers folder or hub name; the default is built by the set-up.
    knowledge_embedder: str = "var/models/e5-small"
    knowledge_keep_versions: int = Field(default=5, ge=1)
