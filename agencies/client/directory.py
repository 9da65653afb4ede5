"""The directory of agencies, asked over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import httpx2


@dataclass(frozen=True)
class PublicUnit:
    code: str
    name: str


@dataclass(frozen=True)
class PublicContact:
    """`state` is unconfirmed, confirmed or inactive; a fictional contact is an example."""

    state: str
    email: str
    phone: str
    address: str
    fictional: bool


@dataclass(frozen=True)
class PublicOpening:
    """Days as mon..sun, times as HH:MM."""

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True)
class PublicAgency:
    """What the public directory says about an agency (cơ quan)."""

    code: str
    name: str
    kind: str
    level: str
    parent: str | None
    other_names: tuple[str, ...]
    fields: tuple[str, ...]
    area: tuple[PublicUnit, ...]
    contact: PublicContact
    opening_hours: tuple[PublicOpening, ...]


class AgenciesUnavailable(Exception):
    """The agencies service gave no usable answer; it may be asked again."""


class Agencies(Protocol):
    async def search(self, query: str = "") -> tuple[PublicAgency, ...]: ...

    async def agency(self, code: str) -> PublicAgency | None: ...


class AgenciesClient:
    """The directory over HTTP. Its methods raise AgenciesUnavailable."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def search(self, query: str = "") -> tuple[PublicAgency, ...]:
        """The agencies that match every word, with or without diacritics; all for no words."""
        body = await self._get("/agencies", {"q": query})
        return _read_all(body) if body else ()

    async def agency(self, code: str) -> PublicAgency | None:
        """The agency with this code; None when the directory has none."""
        body = await self._get(f"/agencies/{quote(code, safe='')}", {})
        return _read(body) if body else None

    async def _get(self, path: str, params: Mapping[str, str]) -> Any:
        try:
            # A merged agency leads to the one that does its work now.
            response = await self._http.get(path, params=params, follow_redirects=True)
            if response.status_code == httpx2.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            return response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise AgenciesUnavailable(str(error)) from error


def _read_all(body: Any) -> tuple[PublicAgency, ...]:
    try:
        return tuple(map(_read, body["agencies"]))
    except (KeyError, TypeError) as error:
        raise AgenciesUnavailable(f"not a list of agencies: {error!r}") from error


def _read(body: Any) -> PublicAgency:
    try:
        return PublicAgency(
            code=body["code"],
            name=body["name"],
            kind=body["kind"],
            level=body["level"],
            parent=body["parent"],
            other_names=tuple(body["other_names"]),
            fields=tuple(body["fields"]),
            area=tuple(PublicUnit(**unit) for unit in body["area"]),
            contact=PublicContact(**body["contact"]),
            opening_hours=tuple(
                PublicOpening(tuple(opening["days"]), opening["opens"], opening["closes"])
                for opening in body["opening_hours"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise AgenciesUnavailable(f"not an agency: {error!r}") from error
