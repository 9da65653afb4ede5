"""The calls of Zalo's OpenAPI that are needed here. What they mean is zalo.py's."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.channels.calling import NoAnswer, answer_of

# A proxy in between gave up on Zalo, which may have taken the message.
IN_DOUBT = (502, 504)
# They stand beside `error`, which is not there then; everything else stands in `data`.
TOKENS = {"access_token", "refresh_token"}


class Unavailable(Exception):
    """Something answered, by its HTTP status, that it does nothing now."""

    def __init__(self, status: int) -> None:
        super().__init__(f"http_{status}")
        self.status = status


@dataclass(frozen=True)
class Answer:
    """Zalo's own answer; 0 is success. `data` may name tokens: it is never logged."""

    code: int
    data: dict[str, Any] = field(default_factory=dict, repr=False)


class _Body(BaseModel):
    model_config = ConfigDict(extra="allow")

    error: int | None = None
    data: Any = None


class ZaloClient:
    """Raises Unreachable, NoAnswer, Unavailable; every other end is an Answer."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        *,
        api_url: str,
        oauth_url: str,
        app_id: str,
        app_secret: str,
        with_proof: bool = False,
        seconds: float = 10.0,
    ) -> None:
        """`seconds` bounds each whole call."""
        self._http = http
        self._api_url = api_url.rstrip("/")
        self._oauth_url = oauth_url.rstrip("/")
        self._app_id = app_id
        self._app_secret = app_secret
        self._with_proof = with_proof
        self._seconds = seconds

    async def send(self, token: str, user: str, message: dict[str, Any]) -> Answer:
        """A consultation message: answers a citizen who wrote."""
        body = {"recipient": {"user_id": user}, "message": message}
        return await self._post(token, "/v3.0/oa/message/cs", body)

    async def send_template(
        self, token: str, user: str, template_id: str, data: dict[str, Any]
    ) -> Answer:
        """An approved ZBS template, by the citizen's id; paid for."""
        body = {"user_id": user, "template_id": template_id, "template_data": data}
        return await self._post(token, "/v3.0/oa/message/template", body)

    async def account(self, token: str) -> Answer:
        """Who the token speaks for."""
        url = f"{self._api_url}/v2.0/oa/getoa"
        return await self._ask(self._http.build_request("GET", url, headers=self._proof(token)))

    async def refresh(self, refresh_token: str) -> Answer:
        """A new pair, in `data`. The old one is worth nothing after this."""
        form = {
            "refresh_token": refresh_token,
            "app_id": self._app_id,
            "grant_type": "refresh_token",
        }
        return await self._ask(
            self._http.build_request(
                "POST",
                f"{self._oauth_url}/v4/oa/access_token",
                data=form,
                headers={"secret_key": self._app_secret},
            ),
            pair=True,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, token: str, path: str, body: dict[str, Any]) -> Answer:
        request = self._http.build_request(
            "POST", self._api_url + path, json=body, headers=self._proof(token)
        )
        return await self._ask(request)

    def _proof(self, token: str) -> dict[str, str]:
        headers = {"access_token": token}
        if self._with_proof:
            proof = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256)
            headers["appsecret_proof"] = proof.hexdigest()
        return headers

    async def _ask(self, request: httpx2.Request, *, pair: bool = False) -> Answer:
        return _read(await answer_of(self._http, request, self._seconds), pair=pair)


def _read(response: httpx2.Response, *, pair: bool) -> Answer:
    status = response.status_code
    if status in IN_DOUBT:
        raise NoAnswer(f"http_{status}")
    try:
        body = _Body.model_validate_json(response.content)
    except ValidationError as error:
        if response.is_success:
            raise NoAnswer("unreadable") from error
        raise Unavailable(status) from error
    if not response.is_success and (not body.error or status == 429 or status >= 500):
        raise Unavailable(status)
    beside = body.model_extra or {}
    if body.error is None and not (pair and TOKENS & beside.keys()):
        raise NoAnswer("unreadable")  # Some JSON, but nothing of Zalo's.
    if pair:
        return Answer(body.error or 0, beside)
    return Answer(body.error or 0, body.data if isinstance(body.data, dict) else {})
