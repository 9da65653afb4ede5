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
    # Files and folders of citizens' words, with ":" between them; staff add to one of their own.
    knowledge_words: str = "data/words"
    # Corrections to the calendar of working days, instead of vietnamese/workdays.yml.
    work_calendar: str = ""
    # The province this installation serves ("Lào Cai"): its own procedures come before others'.
    province: str = ""

    @property
    def words(self) -> tuple[Path, ...]:
        return tuple(Path(each) for each in self.knowledge_words.split(":") if each)
