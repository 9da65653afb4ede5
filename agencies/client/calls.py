"""Cases over HTTP."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2

from agencies.client.cases import (
    CaseDraft,
    CaseOfConversation,
    CasePlace,
    CaseProcedure,
    CaseReceipt,
    CaseRefused,
    ProposedAgency,
    PublicCase,
    PublicEvent,
    Routes,
    Step,
)
from agencies.client.directory import AgenciesUnavailable

OK, CREATED = httpx2.codes.OK, httpx2.codes.CREATED
NOT_FOUND, CONFLICT = httpx2.codes.NOT_FOUND, httpx2.codes.CONFLICT
UNPROCESSABLE = httpx2.codes.UNPROCESSABLE_CONTENT

T = TypeVar("T")


class CasesClient:
    """Its methods raise AgenciesUnavailable; they may then be called again as they were."""

    def __init__(self, http: httpx2.AsyncClient, token: str = "") -> None:
        """`token` is AGENCIES_API_TOKEN, as cases carry personal data."""
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def route(
        self,
        text: str,
        *,
        wish: str = "feedback",
        category: str = "",
        procedure: CaseProcedure | None = None,
        place: CasePlace | None = None,
    ) -> Routes:
        """Who may be responsible for this, and whether it is feedback at all."""
        asked: dict[str, Any] = {"text": text, "wish": wish, "category": category}
        asked |= {"procedure": procedure and asdict(procedure), "place": place and asdict(place)}
        return _read(_routes, (await self._ask("POST", "/routes", asked, OK)).json())

    async def create(self, draft: CaseDraft) -> CaseReceipt | CaseRefused:
        """Hand a confirmed form in. The same `submission` again gives the same case."""
        response = await self._ask("POST", "/cases", _wire(draft), OK, CREATED, UNPROCESSABLE)
        if response.status_code == UNPROCESSABLE:
            return _read(lambda body: CaseRefused(body["refused"]), response.json())
        return _read(_receipt, response.json())

    async def case(self, code: str) -> PublicCase | None:
        """Where the case stands; None when no case has the code, however it is typed."""
        response = await self._ask("GET", _path(code), None, OK, NOT_FOUND)
        return None if response.status_code == NOT_FOUND else _read(_case, response.json())

    async def of_conversation(self, conversation: str) -> tuple[CaseOfConversation, ...]:
        """The cases that began in this conversation, the newest first."""
        asked = {"conversation": conversation}
        response = await self._ask("POST", "/lookups", asked, OK)
        return _read(_of_conversation, response.json())

    async def rate(self, code: str, score: int, words: str = "") -> Step:
        """Rate the answer from 1 to 5."""
        return await self._step(code, "ratings", {"score": score, "words": words})

    async def write(self, code: str, text: str, submission: str) -> Step:
        """Add to an open case; the same `submission` again adds nothing."""
        return await self._step(code, "messages", {"text": text, "submission": submission})

    async def reopen(self, code: str, reason: str, submission: str) -> Step:
        """Say that it is not solved; the same `submission` again reopens nothing."""
        return await self._step(code, "reopenings", {"reason": reason, "submission": submission})

    async def erase(self, conversation: str) -> int:
        """Forget who wrote in this conversation; how many cases it were."""
        asked = {"conversation": conversation}
        response = await self._ask("POST", "/erasures", asked, OK)
        return _read(lambda body: int(body["cases"]), response.json())

    async def _step(self, code: str, what: str, asked: dict[str, Any]) -> Step:
        path = f"{_path(code)}/{what}"
        response = await self._ask("POST", path, asked, OK, NOT_FOUND, CONFLICT)
        ended = {NOT_FOUND: Step.UNKNOWN, CONFLICT: Step.REFUSED}
        return ended.get(httpx2.codes(response.status_code), Step.DONE)

    async def _ask(
        self, method: str, path: str, asked: dict[str, Any] | None, *expected: int
    ) -> httpx2.Response:
        try:
            response = await self._http.request(method, path, json=asked, headers=self._headers)
            if response.status_code not in expected:
                response.raise_for_status()
                raise AgenciesUnavailable(f"{path}: {response.status_code}")
            response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise AgenciesUnavailable(f"{path}: {error!r}") from error
        return response


def _path(code: str) -> str:
    return f"/cases/{quote(code, safe='')}"


def _wire(draft: CaseDraft) -> dict[str, Any]:
    body = asdict(draft)
    if draft.consent:
        body["consent"]["at"] = draft.consent.at.isoformat()
    for file in body["attachments"]:
        file["content"] = b64encode(file["content"]).decode()
    return body


def _read(read: Callable[[Any], T], body: Any) -> T:
    try:
        return read(body)
    except (KeyError, TypeError, ValueError) as error:
        raise AgenciesUnavailable(f"not what was asked for: {error!r}") from error


def _routes(body: Any) -> Routes:
    agencies = tuple(
        ProposedAgency(agency["code"], agency["name"], tuple(agency["reasons"]))
        for agency in body["agencies"]
    )
    return Routes(body["kind"], body["category"], agencies)


def _receipt(body: Any) -> CaseReceipt:
    return CaseReceipt(
        code=body["code"],
        agency=body["agency"]["code"],
        agency_name=body["agency"]["name"],
        is_new=body["is_new"],
        duplicate_of=body["duplicate_of"],
        reply_due=datetime.fromisoformat(body["reply_due"]),
    )


def _of_conversation(body: Any) -> tuple[CaseOfConversation, ...]:
    return tuple(
        CaseOfConversation(**case | {"received_at": datetime.fromisoformat(case["received_at"])})
        for case in body["cases"]
    )


def _case(body: Any) -> PublicCase:
    moments = ("received_at", "reply_due")
    values = {name: body[name] for name in PublicCase.__dataclass_fields__}
    values |= {name: datetime.fromisoformat(body[name]) for name in moments}
    events = (event | {"at": datetime.fromisoformat(event["at"])} for event in body["events"])
    return PublicCase(**values | {"events": tuple(PublicEvent(**event) for event in events)})
