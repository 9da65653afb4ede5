"""Cases as JSON, for the processes that talk with citizens. With a token, as it is personal."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from agencies.cases.intake import Intake
from agencies.cases.model import Case, Created, NotNow
from agencies.cases.public_view import public_view
from agencies.cases.room import CaseRoom
from agencies.cases.wire import (
    CaseBody,
    ConversationBody,
    MessageBody,
    RatingBody,
    ReopeningBody,
    RouteBody,
)
from agencies.client import (
    CaseDraft,
    CaseOfConversation,
    CasePlace,
    CaseProcedure,
    CaseRefused,
)
from agencies.store import AgencyStore
from agencies.token import shown

logger = logging.getLogger(__name__)

LONGEST_BODY = 65_536
AROUND_A_FILE = 1.4  # Base64 and the JSON around it.
B = TypeVar("B", bound=BaseModel)


def install(app: FastAPI, room: CaseRoom, agencies: AgencyStore) -> None:
    """Add /routes, /cases, /lookups and /erasures."""
    if not room.settings.api_token:
        logger.warning("no AGENCIES_API_TOKEN is set: nobody can send cases in or ask for them")
    intake = Intake(room, agencies)
    token = Depends(shown(room.settings.api_token))
    router = APIRouter(dependencies=[token], max_body_size=LONGEST_BODY)
    _add_intake(router, room, intake)
    _add_cases(router, room)
    _add_citizen_steps(router, room)
    app.include_router(router)


def body(model: type[B]) -> Callable[[Request], Awaitable[B]]:
    """Read once the token was shown; of how many bytes is said at the route."""

    async def read(request: Request) -> B:
        try:
            return model.model_validate_json(await request.body())
        except ValidationError as error:
            # Without the input: it is a citizen's.
            faults = error.errors(include_input=False, include_url=False, include_context=False)
            raise HTTPException(400, faults) from error

    return read


def _add_intake(router: APIRouter, room: CaseRoom, intake: Intake) -> None:
    files = room.rules.attachments
    longest = LONGEST_BODY + int(files.most * files.bytes_each * AROUND_A_FILE)
    read_case, read_route = body(CaseBody), body(RouteBody)

    @router.post("/routes")
    async def routes(asked: Annotated[RouteBody, Depends(read_route)]) -> dict[str, Any]:
        """Who may be responsible, best first; and whether it is feedback at all."""
        found = await intake.routes(_unsent(asked))
        return asdict(found)

    @router.post("/cases", status_code=201, max_body_size=longest)
    async def create(asked: Annotated[CaseBody, Depends(read_case)]) -> JSONResponse:
        """A case, made once per submission; 422 {refused} for what cannot be one."""
        made = await intake.create(asked.draft())
        if isinstance(made, CaseRefused):
            return JSONResponse({"refused": made.why}, 422)
        return JSONResponse(_receipt(made), 201 if made.is_new else 200)

    @router.post("/erasures")
    async def erase(
        asked: Annotated[ConversationBody, Depends(body(ConversationBody))],
    ) -> dict[str, int]:
        """Forget who wrote in a conversation."""
        return {"cases": await room.cases.erase(asked.conversation)}


def _add_cases(router: APIRouter, room: CaseRoom) -> None:
    @router.get("/cases/{code}")
    async def case(code: str) -> dict[str, Any]:
        """Where the case with this code stands; nothing personal."""
        found = await room.cases.public_case(code)
        if found is None:
            raise HTTPException(404, "no case has this code")
        events = await room.cases.events(found.id)
        return asdict(public_view(found, events, can_reopen=room.cases.can_reopen(found)))

    @router.post("/lookups")
    async def lookup(
        asked: Annotated[ConversationBody, Depends(body(ConversationBody))],
    ) -> dict[str, Any]:
        """Which cases began in a conversation, the newest first."""
        found = await room.cases.of_conversation(asked.conversation)
        return {"cases": [asdict(_known(case)) for case in found]}


def _add_citizen_steps(router: APIRouter, room: CaseRoom) -> None:
    cases = room.cases

    @router.post("/cases/{code}/ratings")
    async def rate(
        code: str, asked: Annotated[RatingBody, Depends(body(RatingBody))]
    ) -> dict[str, str]:
        return _ended(await cases.rate(code, asked.score, asked.words))

    @router.post("/cases/{code}/messages")
    async def write(
        code: str, asked: Annotated[MessageBody, Depends(body(MessageBody))]
    ) -> dict[str, str]:
        return _ended(await cases.citizen_wrote(code, asked.text, asked.submission))

    @router.post("/cases/{code}/reopenings")
    async def reopen(
        code: str, asked: Annotated[ReopeningBody, Depends(body(ReopeningBody))]
    ) -> dict[str, str]:
        return _ended(await cases.reopen(code, asked.reason, asked.submission))


def _ended(outcome: Case | NotNow | None) -> dict[str, str]:
    if outcome is None:
        raise HTTPException(404, "no case has this code")
    if isinstance(outcome, NotNow):
        raise HTTPException(409, outcome.why)
    return {"state": outcome.state}


def _receipt(made: Created) -> dict[str, Any]:
    return {
        "code": made.case.code,
        "agency": {"code": made.case.agency_code, "name": made.case.agency_name},
        "is_new": made.is_new,
        "duplicate_of": made.duplicate_of,
        "reply_due": made.case.reply_due.isoformat(),
    }


def _known(case: Case) -> CaseOfConversation:
    return CaseOfConversation(case.code, case.state, case.agency_name, case.wish, case.received_at)


def _unsent(asked: RouteBody) -> CaseDraft:
    """A matter before anybody is asked for consent."""
    return CaseDraft(
        submission="",
        conversation="",
        channel="",
        wish=asked.wish,
        text=asked.text,
        agency="",
        category=asked.category,
        procedure=CaseProcedure(**asked.procedure.model_dump()) if asked.procedure else None,
        place=CasePlace(**asked.place.model_dump()) if asked.place else None,
    )
