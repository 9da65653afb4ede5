"""How other services ask the knowledge service. The only module of ours they import."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import httpx2


class Aspect(StrEnum):
    """What about a procedure is asked."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    TIME = "time"
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
class Answer:
    """What the catalogue says to a question; only ANSWERED ones have sections.

    `choices` are the procedures that may be meant. When they are siblings, `family` is the title
    they share and the choices are named by what sets them apart.
    """

    status: AnswerStatus
    procedure: Choice | None = None
    aspects: tuple[Aspect, ...] = ()
    sections: tuple[Section, ...] = ()
    choices: tuple[Choice, ...] = ()
    family: str = ""
    provenance: Provenance | None = None
    version: str = ""


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
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer: ...


class KnowledgeClient:
    """Knowledge over HTTP. A service that is down is an answer too: ERROR_SEARCH."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def answer(
        self,
        question: str,
        *,
        focus: str | None = None,
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        """Answer a question.

        `focus` is the code of the procedure talked about so far, used when the question names
        none; `among` restricts the search to the codes that were offered as choices; `earlier`
        are the citizen's messages before this one, oldest first, which a question like "and if
        it was lost?" needs.
        """
        body = {
            "question": question,
            "focus": focus,
            "among": list(among),
            "earlier": list(earlier),
        }
        try:
            response = await self._http.post("/answers", json=body)
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
        procedure=Choice(**body["procedure"]) if body["procedure"] else None,
        aspects=tuple(Aspect(aspect) for aspect in body["aspects"]),
        sections=tuple(
            Section(Aspect(section["aspect"]), section["text"], section["lacks"])
            for section in body["sections"]
        ),
        choices=tuple(Choice(**choice) for choice in body["choices"]),
        family=body["family"],
        provenance=Provenance(**body["provenance"]) if body["provenance"] else None,
        version=body["version"],
    )
