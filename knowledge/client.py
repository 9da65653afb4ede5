"""How other services ask the knowledge service. The only module of ours they import."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import httpx2

ALL_CASES = "all"  # The code of a citizen's wish to see every case.


class Aspect(StrEnum):
    """What about a procedure is asked."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    TIME = "time"  # How long it takes in general.
    DUE = "due"  # On which day it is ready.
    FEE = "fee"
    PLACE = "place"  # Where and how to file.
    STEPS = "steps"
    CONDITIONS = "conditions"
    FORM = "form"
    RESULT = "result"
    LEGAL_BASIS = "legal_basis"


class AnswerStatus(StrEnum):
    """How a question ended. The word before "_" groups the statuses in reports."""

    ANSWERED = "answered"
    ANSWERED_PARTLY = "answered_partly"  # The record lacks some of what was asked.
    CLARIFY_PROCEDURE = "clarify_procedure"  # `choices` holds the candidates.
    CLARIFY_CASE = "clarify_case"  # `choices` holds the cases that the papers or fees depend on.
    CLARIFY_PLACE = "clarify_place"  # `choices` holds the units of today that may be meant.
    UNANSWERED_NO_MATCH = "unanswered_no_match"  # Not in the catalogue.
    UNANSWERED_NO_PROCEDURE = "unanswered_no_procedure"  # Asks an aspect of nothing in particular.
    UNANSWERED_NOT_IN_FORCE = "unanswered_not_in_force"
    ERROR_SEARCH = "error_search"  # The service is down or failed.


@dataclass(frozen=True)
class Section:
    """One asked aspect, rendered from the record; `lacks` when the record does not hold it."""

    aspect: Aspect
    text: str
    lacks: bool = False


@dataclass(frozen=True)
class Choice:
    code: str
    title: str


@dataclass(frozen=True)
class Provenance:
    """Where an answer comes from; `text` is that in words a citizen reads."""

    code: str
    title: str
    decision: str
    agency: str
    captured: str
    url: str
    text: str


@dataclass(frozen=True)
class FormLink:
    """A form to fill in; its URL is often not published."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class ChecklistItem:
    """One paper to bring; None = the record does not say how many."""

    name: str
    originals: int | None = None
    copies: int | None = None
    forms: tuple[FormLink, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """The papers of one case of a procedure, to tick off; `notes` are no papers."""

    title: str
    code: str
    case: str
    items: tuple[ChecklistItem, ...]
    notes: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Answer:
    """What the catalogue says to a question.

    ANSWERED ones have sections; CLARIFY_CASE and CLARIFY_PLACE have those that do not depend on
    the choice. `choices` are the procedures, cases or places that may be meant. When they are
    sibling procedures, `family` is the title they share and the choices are named by what sets
    them apart. `case` and `place` are those that were answered for, `place` alone is what a message
    did nothing but name; the code of `case` is ALL_CASES when every case is shown. `checklist` goes
    with documents of one case.
    """

    status: AnswerStatus
    procedure: Choice | None = None
    aspects: tuple[Aspect, ...] = ()
    sections: tuple[Section, ...] = ()
    choices: tuple[Choice, ...] = ()
    family: str = ""
    provenance: Provenance | None = None
    version: str = ""
    case: Choice | None = None
    place: Choice | None = None
    checklist: Checklist | None = None


@dataclass(frozen=True)
class Hit:
    """One procedure of a ranking; its score is the weighted sum of its `signals`.

    `share` is the probability that it is the one meant, if any of the candidates is.
    """

    code: str
    title: str
    score: float
    share: float
    signals: dict[str, float]


@dataclass(frozen=True)
class Ranking:
    """Procedures for a question, best first.

    `known` is the probability that the catalogue has what is asked; `kind` tells whether the
    question was weighed as "accented" or "unaccented".
    """

    hits: tuple[Hit, ...]
    known: float
    kind: str


class Knowledge(Protocol):
    async def answer(
        self,
        question: str,
        *,
        focus: str | None = None,
        case: str = "",
        place: str = "",
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer: ...

    async def compare(self, question: str, *, codes: Sequence[str] = ()) -> Answer: ...


class KnowledgeClient:
    """Knowledge over HTTP. A service that is down is an answer too: ERROR_SEARCH."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def answer(
        self,
        question: str,
        *,
        focus: str | None = None,
        case: str = "",
        place: str = "",
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        """Answer a question.

        `focus` is the code of the procedure talked about so far, used when the question names
        none; `case` is the code of one of its cases, or ALL_CASES, and `place` that of a unit of
        today, both as offered or answered before; `among` restricts the search to the codes that
        were offered as choices; `earlier` are the citizen's messages before this one, oldest
        first, which a question like "and if it was lost?" needs.
        """
        body = {
            "question": question,
            "focus": focus,
            "case": case,
            "place": place,
            "among": list(among),
            "earlier": list(earlier),
        }
        return await self._answer("/answers", body)

    async def compare(self, question: str, *, codes: Sequence[str] = ()) -> Answer:
        """Put up to three procedures side by side: those the question names, or else `codes`,
        which were talked about or offered."""
        return await self._answer("/comparisons", {"question": question, "codes": list(codes)})

    async def _answer(self, path: str, body: dict[str, Any]) -> Answer:
        try:
            response = await self._http.post(path, json=body)
            response.raise_for_status()
            return read_answer(response.json())
        except (httpx2.HTTPError, ValueError, KeyError, TypeError):
            return Answer(AnswerStatus.ERROR_SEARCH)

    async def search(
        self,
        question: str,
        *,
        limit: int = 10,
        by: str = "reranked",
        earlier: Sequence[str] = (),
    ) -> Ranking:
        """Rank procedures for a question. Raises httpx2.HTTPError.

        `by` shows a stage alone ("accented", "folded", "dense") or the first step ("fused").
        """
        body = {"question": question, "limit": limit, "by": by, "earlier": list(earlier)}
        response = await self._http.post("/search", json=body)
        response.raise_for_status()
        content = response.json()
        hits = tuple(Hit(**hit) for hit in content["hits"])
        return Ranking(hits, content["known"], content["kind"])


def read_answer(body: dict[str, Any]) -> Answer:
    """Build an Answer from its JSON. Raises ValueError, KeyError or TypeError."""
    return Answer(
        status=AnswerStatus(body["status"]),
        procedure=_choice(body["procedure"]),
        aspects=tuple(Aspect(aspect) for aspect in body["aspects"]),
        sections=tuple(
            Section(Aspect(section["aspect"]), section["text"], section["lacks"])
            for section in body["sections"]
        ),
        choices=tuple(Choice(**choice) for choice in body["choices"]),
        family=body["family"],
        provenance=Provenance(**body["provenance"]) if body["provenance"] else None,
        version=body["version"],
        case=_choice(body["case"]),
        place=_choice(body["place"]),
        checklist=_checklist(body["checklist"]) if body["checklist"] else None,
    )


def _choice(body: dict[str, str] | None) -> Choice | None:
    return Choice(**body) if body else None


def _checklist(body: dict[str, Any]) -> Checklist:
    items = (
        ChecklistItem(**item | {"forms": tuple(FormLink(**form) for form in item["forms"])})
        for item in body["items"]
    )
    return Checklist(**body | {"items": tuple(items), "notes": tuple(body["notes"])})
