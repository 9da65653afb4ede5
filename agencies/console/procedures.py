"""The published record of a procedure beside a case: one call to the knowledge service."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2


class KnowledgeAway(Exception):
    """The knowledge service gave no usable answer."""


@dataclass(frozen=True)
class Papers:
    """The papers of one case (trường hợp); `name` is empty when there is only one."""

    name: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What staff want to see of a procedure (thủ tục); "" and () where nothing is published."""

    code: str
    title: str
    decision: str
    agencies: tuple[str, ...]
    fields: tuple[str, ...]
    papers: tuple[Papers, ...]
    times: tuple[str, ...]  # As "portal 5 working_days": the template has the words.
    conditions: str
    results: tuple[str, ...]
    captured: str
    source_url: str


class Procedures:
    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    @classmethod
    def at(cls, url: str, *, seconds: float = 5.0) -> "Procedures":
        return cls(httpx2.AsyncClient(base_url=url, timeout=seconds))

    async def record(self, code: str) -> Record | None:
        """The record, or None when the catalogue has none. Raises KnowledgeAway."""
        try:
            response = await self._http.get(f"/procedures/{quote(code, safe='')}")
            if response.status_code == httpx2.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            return _read(response.json())
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise KnowledgeAway(type(error).__name__) from error

    async def close(self) -> None:
        await self._http.aclose()


def _read(body: Any) -> Record:
    source = body["source"]
    return Record(
        code=body["code"],
        title=body["title"],
        decision=body["decision"],
        agencies=tuple(each["name"] for each in body["executing_agencies"]),
        fields=tuple(body["fields"]),
        papers=tuple(
            Papers(case["name"], tuple(each["name"] for each in case["documents"]))
            for case in body["document_cases"]
        ),
        times=tuple(dict.fromkeys(filter(None, map(_time, body["methods"])))),
        conditions=body["conditions"],
        results=tuple(body["results"]),
        captured=source["captured"],
        source_url=source["url"] if _is_web(source["url"]) else "",
    )


def _time(method: Any) -> str:
    time = method["time"]
    if time["kind"] != "duration":
        return ""
    value = str(time["value"])
    return f"{method['channel']} {value.removesuffix('.0')} {time['unit']}"


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")
