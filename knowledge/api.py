"""The knowledge service over HTTP: questions in, rendered answers out."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from time import perf_counter
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from pydantic import BaseModel, Field, TypeAdapter

from knowledge import sentences
from knowledge.answers import Answers
from knowledge.client import Answer, AnswerStatus, Hit
from knowledge.model import Procedure
from knowledge.serving import Serving
from vietnamese.workdays import ZONE

logger = logging.getLogger(__name__)

MAX_QUESTION = 2_000  # Characters; what is longer is a story, and the gateway cuts it before.
NO_CATALOGUE = "no catalogue yet: run `python -m knowledge import`"
Code = Annotated[str, Field(max_length=40)]
Message = Annotated[str, Field(max_length=MAX_QUESTION)]
MAX_EARLIER = 10  # Messages; only the last ones say what a follow-up is about.


class AnswerRequest(BaseModel):
    question: Message
    focus: Code | None = None
    case: Code = ""
    place: Code = ""
    among: list[Code] = Field(default_factory=list, max_length=20)
    earlier: list[Message] = Field(default_factory=list, max_length=MAX_EARLIER)


class CompareRequest(BaseModel):
    question: Message
    codes: list[Code] = Field(default_factory=list, max_length=20)


class SearchRequest(BaseModel):
    question: Message
    limit: int = Field(default=10, ge=1, le=100)
    by: Literal["accented", "folded", "dense", "fused", "reranked"] = "reranked"
    earlier: list[Message] = Field(default_factory=list, max_length=MAX_EARLIER)


class SearchResponse(BaseModel):
    hits: list[Hit]
    known: float
    kind: str
    version: str


def now_in_vietnam() -> datetime:
    return datetime.now(ZoneInfo(ZONE))


def create_app(serving: Serving, now: Callable[[], datetime] = now_in_vietnam) -> FastAPI:
    """Build the service around the version that serves."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sentences.load()
        serving.refresh()
        serving.watch()
        yield
        serving.stop()

    app = FastAPI(title="Một Cửa: knowledge", version="1", lifespan=lifespan)
    metrics = Metrics()

    def current() -> Answers:
        if serving.answers is None:
            raise HTTPException(503, serving.trouble or NO_CATALOGUE)
        return serving.answers

    def timed(find: Callable[[Answers], Answer]) -> Answer:
        answers, start = current(), perf_counter()
        try:
            found = find(answers)
        except Exception:
            logger.exception("a question could not be answered")
            found = Answer(AnswerStatus.ERROR_SEARCH, version=answers.version)
        metrics.observe(found.status, perf_counter() - start)
        return found

    @app.post("/answers")
    def answer(request: AnswerRequest) -> Answer:
        """Answer a question from the catalogue. Failing is an answer too: error_search."""
        return timed(lambda answers: answers.answer(now=now(), **dict(request)))

    @app.post("/comparisons")
    def compare(request: CompareRequest) -> Answer:
        """Put up to three procedures side by side."""
        return timed(lambda answers: answers.compare(now=now(), **dict(request)))

    @app.post("/search")
    def search(request: SearchRequest) -> SearchResponse:
        """Rank procedures for a question, with the signals that speak for each."""
        answers = current()
        ranking = answers.rank(
            request.question, limit=request.limit, by=request.by, earlier=request.earlier
        )
        return SearchResponse(
            hits=list(ranking.hits), known=ranking.known, kind=ranking.kind, version=answers.version
        )

    @app.get("/procedures/{code}")
    def procedure(code: str) -> dict[str, Any]:
        """The record as imported."""
        found = current().catalogue.get(code)
        if found is None:
            raise HTTPException(404, f"no procedure {code} in this version")
        record: dict[str, Any] = TypeAdapter(Procedure).dump_python(found, mode="json")
        return record

    @app.get("/healthz")
    def healthz() -> dict[str, Any]:
        answers = current()
        return {
            "status": "ok",
            "version": answers.version,
            "procedures": len(answers.catalogue),
        }

    @app.get("/metrics", include_in_schema=False)
    def show_metrics() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return app


class Metrics:
    """Counts and times answers, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "knowledge_answers", "Answers by status.", ["status"], registry=self.registry
        )
        self._seconds = Histogram(
            "knowledge_answer_seconds",
            "Time to answer.",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1, 5),
        )

    def observe(self, status: AnswerStatus, seconds: float) -> None:
        self._answers.labels(status.value).inc()
        self._seconds.observe(seconds)
