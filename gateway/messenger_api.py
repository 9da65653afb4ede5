"""What Meta asks beside the webhook's events: the handshake, and deletions of citizens' data."""

import hmac
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.bodies import read_body
from gateway.channels.messenger_signature import BadSignature
from gateway.inbox import Refused
from gateway.messenger_deletion import Deletions
from gateway.parts import Parts
from gateway.texts import Refusal

log = structlog.get_logger()

PAGES = Path(__file__).parent / "widget"
LARGEST_REQUEST = 10_000
LONGEST_CHALLENGE = 200
FORM = "application/x-www-form-urlencoded"


class MessengerApi:
    def __init__(self, parts: Parts, deletions: Deletions) -> None:
        self._parts = parts
        self._deletions = deletions
        self._verify_token = deletions.channel.settings.verify_token
        pages = Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined
        )
        self._page = pages.get_template("deletion.html")

    async def subscribe(self, request: Request) -> Response:
        """The handshake when the webhook is set up: our word against Meta's challenge."""
        asked = request.query_params
        token, challenge = asked.get("hub.verify_token", ""), asked.get("hub.challenge", "")
        same = hmac.compare_digest(token.encode(), self._verify_token.encode())
        right = bool(self._verify_token) and same and asked.get("hub.mode") == "subscribe"
        if not right or not 0 < len(challenge) <= LONGEST_CHALLENGE:
            log.warning("messenger.handshake_refused")
            return PlainTextResponse("", status_code=HTTPStatus.FORBIDDEN)
        return PlainTextResponse(challenge)

    async def delete(self, request: Request, later: BackgroundTasks) -> Response:
        """Meta's "data deletion request": answered at once, done right after."""
        try:
            code = await self._deletions.ask(await self._signed_request(request))
        except BadSignature as error:
            log.warning("messenger.deletion_refused", reason=str(error))
            return PlainTextResponse("", status_code=HTTPStatus.FORBIDDEN)
        later.add_task(self._deletions.finish, code)
        public = self._parts.settings.public_url.rstrip("/")
        path = request.url_for("deletion_page", code=code)
        url = f"{public}{path.path}" if public else str(path)
        return JSONResponse({"url": url, "confirmation_code": code}, background=later)

    async def deletion_page(self, code: str = InPath(max_length=64)) -> HTMLResponse:
        """What became of it, for whoever has its code. It names nobody."""
        state = await self._deletions.state(code)
        page = self._page.render(state=state, code=code, hotline=self._parts.settings.hotline)
        return HTMLResponse(page, status_code=200 if state else 404)

    async def _signed_request(self, request: Request) -> str:
        """Raises BadSignature, Refused."""
        body = await read_body(request, LARGEST_REQUEST)
        if body is None:
            raise Refused(Refusal.TOO_LARGE)
        if not request.headers.get("content-type", "").startswith(FORM):
            raise BadSignature("no form")
        fields = parse_qs(body.decode("ascii", "replace"))
        return next(iter(fields.get("signed_request", ())), "")


def routes(parts: Parts, deletions: Deletions) -> APIRouter:
    api = MessengerApi(parts, deletions)
    router = APIRouter(prefix="/webhooks/messenger", tags=["providers"])
    router.get("", response_class=PlainTextResponse)(api.subscribe)
    router.post("/deletion")(api.delete)
    router.get("/deletion/{code}", response_class=HTMLResponse, name="deletion_page")(
        api.deletion_page
    )
    return router
