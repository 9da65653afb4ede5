"""Where the running services are."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class EvaluationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_file=("var/tokens.env", ".env"), extra="ignore")

    knowledge_url: str = "http://127.0.0.1:8001"
    gateway_url: str = "http://127.0.0.1:8000"
    agencies_url: str = "http://127.0.0.1:8002"
    agencies_api_token: str = ""
