"""What the environment says about logging in to the console; read once, in __main__."""

from datetime import timedelta
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StaffSettings(BaseSettings):
    """AGENCIES_<NAME>, beside those of agencies/settings.py."""

    model_config = SettingsConfigDict(
        env_prefix="AGENCIES_", env_ignore_empty=True, validate_by_name=True
    )

    public_url: str = ""  # https://...; without it the address that the browser asked for.
    trusted_proxies: str = "127.0.0.1"  # Whose X-Forwarded-For and -Proto are believed.
    session_idle_minutes: float = Field(default=30, gt=0)
    session_hours: float = Field(default=12, gt=0)  # Even of somebody who never pauses.
    lock_after_failures: int = Field(default=5, gt=0)
    lock_minutes: float = Field(default=15, gt=0)
    login_rate_per_address: str = "30/minute;300/hour"  # A whole office may share an address.
    login_rate_per_account: str = "10/minute;50/hour"
    login_rate_storage: str = "memory://"  # redis://host:6379/2 when there are several replicas.

    oidc_issuer: str = ""  # Empty: no button for the province's SSO.
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "SSO"  # What the button calls it.

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def lock(self) -> timedelta:
        return timedelta(minutes=self.lock_minutes)

    @field_validator("login_rate_per_address", "login_rate_per_account")
    @classmethod
    def _is_rate(cls, value: str) -> str:
        parse_many(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or parts.path.strip("/")):
            raise ValueError("AGENCIES_PUBLIC_URL is like https://console.example.vn, no path")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("AGENCIES_OIDC_ISSUER begins with https://")
        return value

    @model_validator(mode="after")
    def _knows_where_the_sso_returns(self) -> "StaffSettings":
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError(
                "AGENCIES_OIDC_ISSUER needs AGENCIES_OIDC_CLIENT_ID and AGENCIES_PUBLIC_URL"
            )
        return self
