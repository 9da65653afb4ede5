"""The calls of Meta's Graph API that are needed here. What they mean is messenger.py's."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.channels.calling import NoAnswer, answer_of
from gateway.channels.messenger_signature import proof_of

USAGE = "x-business-use-case-usage"
LONGEST_PAUSE = 3600.0


class Problem(Exception):
    """Meta's own answer, or that of something in between (`code` is None then)."""

    def __init__(
        self,
        status: int,
        code: int | None = None,
        subcode: int | None = None,
        *,
        is_transient: bool = False,
        seconds: float | None = None,
    ) -> None:
        """`seconds` is how long to wait, where it is said."""
        super().__init__(f"http_{status} {code}/{subcode}")
        self.status = status
        self.code = code
        self.subcode = subcode
        self.is_transient = is_transient
        self.seconds = seconds


@dataclass(frozen=True)
class Access:
    """Where Graph is, for whom it is called, and with what."""

    graph_url: str
    version: str
    page_id: str
    app_id: str
    app_secret: str
    page_token: str

    def __repr__(self) -> str:
        return f"Access({self.page_id})"

    def url(self, path: str) -> str:
        return f"{self.graph_url.rstrip('/')}/{self.version}/{path}"

    @property
    def app_token(self) -> str:
        return f"{self.app_id}|{self.app_secret}"


class _Error(BaseModel):
    code: int
    error_subcode: int | None = None
    is_transient: bool = False


class _Body(BaseModel):
    model_config = ConfigDict(extra="allow")

    error: _Error | None = None


class MessengerClient:
    """Every call raises Unreachable, NoAnswer, Problem."""

    def __init__(self, http: httpx2.AsyncClient, access: Access, *, seconds: float = 10.0) -> None:
        """`seconds` bounds each whole call."""
        self._http = http
        self._access = access
        self._seconds = seconds

    async def send(self, body: dict[str, Any]) -> str:
        """POST /messages; the id of the message."""
        answer = await self._call("POST", f"{self._access.page_id}/messages", body=body)
        mid = answer.get("message_id")
        if not isinstance(mid, str):
            raise NoAnswer("no message_id")
        return mid

    async def page(self) -> dict[str, Any]:
        """Who the token speaks for."""
        return await self._call("GET", "me", fields="id,name")

    async def subscribed_fields(self) -> tuple[str, ...]:
        """What of the Page is passed on to our app; () when it is not subscribed at all."""
        answer = await self._call("GET", f"{self._access.page_id}/subscribed_apps")
        apps = [one for one in _listed(answer) if str(one.get("id")) == self._access.app_id]
        fields = apps[0].get("subscribed_fields") if apps else None
        return tuple(map(_field, fields)) if isinstance(fields, list) else ()

    async def profile(self, *names: str) -> dict[str, Any]:
        """Of the Messenger Profile, what is set of these."""
        path = f"{self._access.page_id}/messenger_profile"
        listed = _listed(await self._call("GET", path, fields=",".join(names)))
        return {name: value for one in listed for name, value in one.items() if name in names}

    async def set_profile(self, settings: dict[str, Any]) -> None:
        path = f"{self._access.page_id}/messenger_profile"
        await self._call("POST", path, body=settings)

    async def page_scoped_ids(self, app_scoped_id: str) -> tuple[str, ...]:
        """Ids with our Page of somebody whom Meta names by an id with our app.

        Not verified with a real account: Meta's ID Matching wants the app's own token for it.
        """
        answer = await self._call(
            "GET",
            f"{app_scoped_id}/ids_for_pages",
            token=self._access.app_token,
            page=self._access.page_id,
        )
        return tuple(str(one["id"]) for one in _listed(answer) if one.get("id"))

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        token: str = "",
        **parameters: str,
    ) -> dict[str, Any]:
        """The token goes in a header: addresses end up in logs."""
        token = token or self._access.page_token
        proof = proof_of(token, self._access.app_secret)
        request = self._http.build_request(
            method,
            self._access.url(path),
            json=body,
            params={**parameters, "appsecret_proof": proof},
            headers={"Authorization": f"Bearer {token}"},
        )
        return _read(await answer_of(self._http, request, self._seconds))


def _read(response: httpx2.Response) -> dict[str, Any]:
    try:
        body = _Body.model_validate_json(response.content)
    except ValidationError as error:
        if response.is_success:
            raise NoAnswer("unreadable") from error
        raise Problem(response.status_code, seconds=_pause(response)) from error
    if body.error:
        error_of = body.error
        raise Problem(
            response.status_code,
            error_of.code,
            error_of.error_subcode,
            is_transient=error_of.is_transient,
            seconds=_pause(response),
        )
    if not response.is_success:
        raise Problem(response.status_code, seconds=_pause(response))
    return body.model_extra or {}


def _pause(response: httpx2.Response) -> float | None:
    """Seconds to wait, as a header says: Retry-After, or minutes in the account of its usage."""
    after = response.headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        return min(float(after), LONGEST_PAUSE)
    try:
        usage = json.loads(response.headers.get(USAGE, "{}"))
        lines = [line for lines in usage.values() for line in lines]
        minutes = max(float(line.get("estimated_time_to_regain_access", 0)) for line in lines)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return min(minutes * 60, LONGEST_PAUSE) or None


def _listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
    data = answer.get("data")
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _field(one: Any) -> str:
    """A name, in some versions an object with one."""
    return str(one.get("name", "")) if isinstance(one, dict) else str(one)
