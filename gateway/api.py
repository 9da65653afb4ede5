"""The gateway over HTTP: the portal page, its API, health and metrics."""

from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from gateway import checklist_api, files_api, messenger_api, portal_api, staff_api, webhook_api
from gateway.inbox import Refused
from gateway.parts import Parts
from gateway.providers import Providers
from gateway.security import SecurityHeaders
from gateway.settings import Settings
from gateway.store import Clock, now
from gateway.texts import Refusal, Texts

log = structlog.get_logger()

WIDGET = Path(__file__).parent / "widget"
STATUS = {
    Refusal.EMPTY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.TOO_LONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.MALFORMED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.FILE_KIND: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Refusal.FILE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refusal.FILES_TOO_MANY: HTTPStatus.CONFLICT,
    Refusal.FILE_NOT_ASKED: HTTPStatus.CONFLICT,
    Refusal.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refusal.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal.OTHER_SITE: HTTPStatus.FORBIDDEN,
    Refusal.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Refusal.TAKEN: HTTPStatus.CONFLICT,
    Refusal.NOT_ALLOWED: HTTPStatus.UNAUTHORIZED,
    Refusal.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


def create_app(
    settings: Settings,
    *,
    rasa_http: httpx2.AsyncClient | None = None,
    agencies_http: httpx2.AsyncClient | None = None,
    files_http: httpx2.AsyncClient | None = None,
    providers: Providers | None = None,
    clock: Clock = now,
) -> FastAPI:
    """Raises NotConfigured."""
    parts = Parts(
        settings,
        rasa_http=rasa_http,
        agencies_http=agencies_http,
        files_http=files_http,
        providers=providers,
        clock=clock,
    )
    # The usual /docs page loads scripts from another host.
    app = FastAPI(
        title="Một Cửa gateway",
        lifespan=parts.running,
        openapi_url="/web/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = parts
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors)
    app.include_router(portal_api.routes(parts))
    app.include_router(checklist_api.routes(parts))
    app.include_router(files_api.routes(parts))
    app.include_router(staff_api.routes(parts))
    app.include_router(webhook_api.routes(parts))
    if parts.deletions:
        app.include_router(messenger_api.routes(parts, parts.deletions))
    _add_page(app, settings)
    _add_probes(app, parts)
    _add_refusals(app, parts)
    return app


def _add_page(app: FastAPI, settings: Settings) -> None:
    pages = Environment(loader=FileSystemLoader(WIDGET), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("index.html").render(
        hotline=settings.hotline, message_length=settings.message_length
    )

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def portal_page() -> str:
        return page

    app.mount("/widget", StaticFiles(directory=WIDGET / "static"))


def _add_probes(app: FastAPI, parts: Parts) -> None:
    @app.get("/healthz", tags=["operation"])
    async def healthz() -> JSONResponse:
        """200 while messages are kept and worked; Rasa's state is told, not counted.

        With Rasa down the gateway still takes messages and apologises: no reason to restart it.
        """
        states = {
            "database": await _database_is_up(parts),
            "dialogue": parts.is_alive,
        }
        healthy = all(states.values())
        states["rasa"] = await parts.rasa.is_up()
        words = {name: "ok" if up else "down" for name, up in states.items()} | parts.outbox.states
        heard = await _last_events(parts) if states["database"] else {}
        held = await _tokens(parts) if states["database"] else {}
        return JSONResponse(
            {"status": "ok" if healthy else "down", **words, **heard, **held},
            status_code=200 if healthy else 503,
        )

    @app.get("/metrics", tags=["operation"])
    async def metrics() -> Response:
        with suppress(SQLAlchemyError, OSError):
            await parts.outbox.count()
        return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4")


async def _last_events(parts: Parts) -> dict[str, dict[str, int | None]]:
    """So many seconds ago each provider that is served last brought something; null is never.

    Told, not counted: a quiet night is no fault.
    """
    last = {name: await parts.events.last_at(name) for name in parts.providers}
    ago = {name: round((now() - at).total_seconds()) if at else None for name, at in last.items()}
    return {"last_event_seconds": ago} if ago else {}


async def _tokens(parts: Parts) -> dict[str, Any]:
    """How old each provider's token is, and why it cannot be replaced; told, not counted."""
    told = {name: await kept.told() for name, kept in parts.tokens.items()}
    return {"tokens": told} if told else {}


async def _database_is_up(parts: Parts) -> bool:
    try:
        await parts.store.ping()
    except (SQLAlchemyError, OSError):
        return False
    return True


def _add_refusals(app: FastAPI, parts: Parts) -> None:
    """Whatever goes wrong, the citizen reads a sentence in Vietnamese."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        parts.metrics.refusals.labels(error.reason.value).inc()
        return problem(parts.texts, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, __: RequestValidationError) -> JSONResponse:
        return problem(parts.texts, Refused(Refusal.MALFORMED))

    @app.exception_handler(HTTPException)
    async def not_found(_: Request, error: HTTPException) -> JSONResponse:
        answer = problem(parts.texts, Refused(Refusal.NOT_FOUND))
        answer.status_code = error.status_code
        return answer

    @app.exception_handler(SQLAlchemyError)
    async def no_database(_: Request, error: SQLAlchemyError) -> JSONResponse:
        log.error("api.database", error=type(error).__name__)
        return problem(parts.texts, Refused(Refusal.UNAVAILABLE))

    @app.exception_handler(Exception)  # The server logs it.
    async def bug(_: Request, __: Exception) -> JSONResponse:
        return problem(parts.texts, Refused(Refusal.UNAVAILABLE))


def problem(texts: Texts, refused: Refused) -> JSONResponse:
    text = texts.refusal(refused.reason, seconds=refused.seconds)
    headers = {"Retry-After": str(refused.seconds)} if refused.seconds else None
    body = {"error": refused.reason.value, "message": text}
    return JSONResponse(body, status_code=STATUS[refused.reason], headers=headers)
