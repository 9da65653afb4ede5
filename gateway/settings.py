"""What the environment says about this process; read once, in __main__."""

from typing import Annotated, Literal

import httpx2
from limits import parse_many
from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

NONE = "none"  # What an empty value cannot say: that is as if it were not set.


def _rate(value: str) -> str:
    """ "" is no limit."""
    if value:
        parse_many(value)
    return value


def _address(value: str) -> str:
    """Of a web service, such that it can be called."""
    try:
        url = httpx2.URL(value)
    except httpx2.InvalidURL as error:
        raise ValueError("is no URL") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("must begin with https:// and name a host")
    return value


def _header(value: str) -> str:
    """Goes into a header, or a signature, as it is."""
    if not (value.isascii() and value.isprintable()):
        raise ValueError("holds a character that no secret has")
    return value


def _or_none(value: str) -> str:
    return "" if value == NONE else value


Rate = Annotated[str, AfterValidator(_rate)]
Address = Annotated[str, AfterValidator(_address)]
Secret = Annotated[str, AfterValidator(_header)]
NameOrNone = Annotated[str, AfterValidator(_or_none)]


class Settings(BaseSettings):
    """GATEWAY_<NAME>; HOST, RASA_URL and HOTLINE are shared with the other processes."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_", env_ignore_empty=True, validate_by_name=True
    )

    database_url: str = "sqlite+aiosqlite:///var/gateway.db"
    port: int = 8000
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    rasa_url: str = Field(default="http://127.0.0.1:5005", validation_alias="RASA_URL")
    hotline: str = Field(default="1800 1096", validation_alias="HOTLINE")

    # For a whole turn. Longer than all that an action may call while a report is sent (the routes,
    # the drawer, the case: five seconds each), or a receipt is lost that the agency has given.
    rasa_timeout_seconds: float = Field(default=25.0, gt=0)
    takeover_seconds: float = Field(default=20.0, gt=0)  # After that, a turn's worker is dead.
    turns_at_once: int = Field(default=16, gt=0)
    # What other processes of ours show to speak with the staff API. Empty: it is closed.
    staff_token: str = Field(default="", repr=False)
    # What encrypts the tokens of providers; several divided by commas, the first for what is new.
    credentials_key: str = Field(default="", repr=False)
    staff_idle_minutes: float = Field(default=60.0, gt=0)  # Staff silent for longer: the bot again.
    case_days: float = Field(default=60.0, gt=0)  # So long one can come back to a case.
    # Where erasures are told; empty: nowhere. With the token that agencies want to be shown.
    agencies_url: str = Field(default="", validation_alias="AGENCIES_URL")
    agencies_token: str = Field(default="", validation_alias="AGENCIES_API_TOKEN", repr=False)
    file_bytes: int = Field(default=5_242_880, gt=0)  # Of one file added to a report.
    drawer_hours: float = Field(default=24.0, gt=0)  # How long it waits for the report to be sent.
    keep_days: float = Field(default=90.0, gt=0)  # Words older than this are thrown away.
    session_hours: float = Field(default=24.0, gt=0)  # Idle for longer: the citizen starts anew.
    chat_idle_minutes: float = Field(default=60.0, gt=0)  # Idle for longer: Rasa starts anew.
    sends_at_once: int = Field(default=16, gt=0)
    # Until a part without answer is sent again; Zalo tells us again after 30 what we did not hear.
    echo_seconds: float = Field(default=40.0, gt=0)
    missed_echo_seconds: float = Field(default=40.0, gt=0)  # After a start; Zalo tries after 30.
    patience_hours: float = Field(default=24.0, gt=0)  # So long a reply may fail, then it is dead.
    poll_seconds: float = Field(default=1.0, gt=0)  # How late a replica hears of another's work.
    heartbeat_seconds: float = Field(default=15.0, gt=0)

    message_length: int = Field(default=2000, gt=0)  # Characters, after cleaning.
    body_bytes: int = Field(default=65_536, gt=0)
    webhook_bytes: int = Field(default=1_048_576, gt=0)  # Of one call of a provider.
    rate_per_session: Rate = "20/minute;200/hour"
    # A whole village can share one address (CGNAT), so this one only stops floods.
    rate_per_address: Rate = "300/minute"
    rate_storage: str = "memory://"  # redis://host:6379/1 when there are several replicas.
    trusted_proxies: str = "127.0.0.1"  # Whose X-Forwarded-For and -Proto are believed.
    public_url: str = ""  # Where citizens reach the page; what they get elsewhere leads there.
    frame_ancestors: str = "'none'"  # Which sites may show the page in a frame (CSP syntax).

    @field_validator("frame_ancestors")
    @classmethod
    def _is_one_directive(cls, value: str) -> str:
        if any(character in value for character in ";,\r\n"):
            raise ValueError("frame_ancestors holds sources divided by spaces")
        return value


class ZaloSettings(BaseSettings):
    """ZALO_<NAME>: one Official Account. It is served once ZALO_OA_ID is set."""

    model_config = SettingsConfigDict(
        env_prefix="ZALO_", env_ignore_empty=True, hide_input_in_errors=True
    )

    oa_id: str = ""
    app_id: str = ""
    app_secret: Secret = Field(default="", repr=False)  # Refreshes tokens.
    oa_secret: str = Field(default="", repr=False)  # "OA Secret Key" of the webhook page.
    # What is hashed beside the body: "auto" tries app-body, oa-body, app-header, oa-header.
    signature: Literal["auto", "app-body", "oa-body", "app-header", "oa-header"] = "auto"
    api_url: Address = "https://openapi.zalo.me"
    oauth_url: Address = "https://oauth.zaloapp.com"
    app_secret_proof: bool = False
    window_days: float = Field(default=7.0, gt=0)  # Since the citizen's last act; then -230.
    template_id: str = ""  # ZBS template that says an answer is there. Empty: it only waits.
    template_case: NameOrNone = "code"  # Its parameter for the case's code,
    template_link: NameOrNone = "link"  # and for the page's address. "none": it has none.
    buttons: int = Field(default=5, gt=0)  # Not documented; customary.
    rate: Rate = "3800/minute"  # Of the 4,000 calls an app may make.
    file_hosts: str = "zdn.vn,zadn.vn,dlfl.vn"  # And whatever is below them.
    refresh_hours: float = Field(default=20.0, gt=0)  # A token lives for 25.
    seconds: float = Field(default=10.0, gt=0)  # For one call.

    @property
    def missing(self) -> tuple[str, ...]:
        """Settings without which the account cannot be served."""
        names = ("app_id", "app_secret", "oa_secret")
        return tuple(f"ZALO_{name.upper()}" for name in names if not getattr(self, name))


class MessengerSettings(BaseSettings):
    """MESSENGER_<NAME>: one Facebook Page. It is served once MESSENGER_PAGE_ID is set."""

    model_config = SettingsConfigDict(
        env_prefix="MESSENGER_", env_ignore_empty=True, hide_input_in_errors=True
    )

    page_id: str = ""
    app_id: str = ""
    app_secret: str = Field(default="", repr=False)
    page_token: Secret = Field(default="", repr=False)
    verify_token: str = Field(default="", repr=False)  # Chosen by us, typed into Meta's page.
    graph_url: Address = "https://graph.facebook.com"
    version: str = "v26.0"
    window_hours: float = Field(default=24.0, gt=0)
    # Meta has granted "Human Agent": what staff wrote may go out for person_days.
    human_agent: bool = False
    person_days: float = Field(default=7.0, gt=0)
    text_length: int = Field(default=2000, gt=0)  # Not documented; many libraries say so.
    rate: Rate = "250/second"  # Of the 300 texts a Page may send.
    file_hosts: str = "fbcdn.net,fbsbx.com"
    seconds: float = Field(default=10.0, gt=0)

    @property
    def missing(self) -> tuple[str, ...]:
        """Settings without which the Page cannot be served."""
        names = ("app_id", "app_secret", "page_token", "verify_token")
        return tuple(f"MESSENGER_{name.upper()}" for name in names if not getattr(self, name))
