"""Looks a dossier up in the province's system over HTTP."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx2

from actions.dossier import DossierFate, DossierReport
from vietnamese.text import clean

LONGEST_FACT = 300  # Characters; what is longer is no status.

logger = logging.getLogger(__name__)


class HttpDossierStatus:
    """GET of an address made from the code; JSON comes back, or 404.

    Nothing is logged but how it ended: the address holds the code.
    """

    def __init__(self, http: httpx2.AsyncClient, address: str, facts: Mapping[str, str]) -> None:
        """`address` has {code} in it; `facts` are labels and the places of their values."""
        if "{code}" not in address:
            raise ValueError("the address of the dossiers lacks {code}")
        self._http = http
        self._address = address
        self._facts = dict(facts)

    async def look_up(self, code: str) -> DossierReport:
        try:
            response = await self._http.get(self._address.replace("{code}", quote(code, safe="")))
            if response.status_code == httpx2.codes.NOT_FOUND:
                return DossierReport(DossierFate.UNKNOWN)
            response.raise_for_status()
            facts = self._read(response.json())
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            logger.error("dossier lookup failed: %s", type(error).__name__)
            return DossierReport(DossierFate.DOWN)
        return DossierReport(DossierFate.FOUND, facts)

    def _read(self, body: Any) -> tuple[tuple[str, str], ...]:
        """Raises ValueError when the first fact, the status itself, is not there."""
        told = [(label, _value(body, place)) for label, place in self._facts.items()]
        if not told or not told[0][1]:
            raise ValueError("the answer has no status")
        return tuple((label, value) for label, value in told if value)


def _value(body: Any, place: str) -> str:
    """The text at a place such as "agency.name", "" when there is none.

    >>> _value({"agency": {"name": "UBND"}}, "agency.name"), _value({"due": "2026-11-26"}, "due")
    ('UBND', '26/11/2026')
    """
    for name in place.split("."):
        body = body.get(name) if isinstance(body, Mapping) else None
    text = " ".join(clean(str(body)).split()) if isinstance(body, str | int | float) else ""
    return _day(text)[:LONGEST_FACT]


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text[:10]):%d/%m/%Y}"
    except ValueError:
        return text
