"""POST /bounces: what a mail provider reports over HTTP instead of by mail."""

import hmac
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from agencies.outbox.bounces import Bounce, Bounces, Effect


class BounceReport(BaseModel):
    """`key` is the report's own id; the same report may come any number of times."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=300, pattern=r"^[^\x00]+$")
    message_id: str = Field(max_length=300, pattern=r"^<[^<>\s\x00]+>$")
    hard: bool
    # A status code such as 5.1.1: words of a server may name people.
    reason: str = Field(default="", max_length=60, pattern=r"^[0-9A-Za-z .:_-]*$")


class Taken(BaseModel):
    effect: Effect


def install(app: FastAPI, bounces: Bounces, token: str) -> None:
    """Without a token there is no such route: everybody could end anybody's letters."""
    if not token:
        return

    @app.post("/bounces", status_code=202)
    async def take(
        request: Request, authorization: Annotated[str, Header(max_length=500)] = ""
    ) -> Taken:
        # Before a byte of the body is read: FastAPI would make a report of it first.
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(403, "the token is wrong")
        try:
            report = BounceReport.model_validate_json(await request.body())
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False, include_context=False)
            raise HTTPException(422, faults) from error
        bounce = Bounce(report.key, report.message_id, report.hard, report.reason)
        return Taken(effect=await bounces.take(bounce))
