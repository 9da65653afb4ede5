"""What the environment says about the ways out; read once, in __main__."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SmtpSettings(BaseSettings):
    """AGENCIES_SMTP_<NAME>. Without a host no e-mail is sent."""

    model_config = SettingsConfigDict(env_prefix="AGENCIES_SMTP_", env_ignore_empty=True)

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None  # None: the certificates this system trusts.
    username: str = ""
    password: SecretStr | None = None
    sender: str = "mot-cua@localhost"
    sender_name: str = "Một Cửa"
    bounce_address: str = ""  # Where undeliverable mail returns to; empty: the sender.
    reply_to: str = ""
    seconds: float = Field(default=20.0, gt=0)  # For each step of the conversation.

    @property
    def can_send(self) -> bool:
        return bool(self.host)


class ImapSettings(BaseSettings):
    """AGENCIES_IMAP_<NAME>: the mailbox of the bounce address. Without a host nobody looks."""

    model_config = SettingsConfigDict(env_prefix="AGENCIES_IMAP_", env_ignore_empty=True)

    host: str = ""
    port: int = 993
    security: Literal["tls", "none"] = "tls"
    ca_file: Path | None = None
    username: str = ""
    password: SecretStr | None = None
    folder: str = "INBOX"
    minutes: float = Field(default=5.0, gt=0)
    seconds: float = Field(default=30.0, gt=0)


class WebhookSettings(BaseSettings):
    """AGENCIES_WEBHOOK_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="AGENCIES_WEBHOOK_", env_ignore_empty=True)

    endpoints: Path | None = None  # YAML: agency's code -> url, secret. It holds secrets.
    allow_private: bool = False  # Addresses inside this network, and http:// without TLS.
    seconds: float = Field(default=20.0, gt=0)


class LineSettings(BaseSettings):
    """GATEWAY_URL and GATEWAY_STAFF_TOKEN, shared with the gateway and the actions."""

    model_config = SettingsConfigDict(env_ignore_empty=True, validate_by_name=True)

    url: str = Field(default="http://127.0.0.1:8000", validation_alias="GATEWAY_URL")
    token: SecretStr | None = Field(default=None, validation_alias="GATEWAY_STAFF_TOKEN")
