"""Logging in, by password or at the province's SSO, and logging out."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console import cookies
from agencies.console.access import refuse_other_sites, room_of, session_of, visitor
from agencies.console.origin import own_path
from agencies.console.refusals import LOGIN
from agencies.rates import prefix
from agencies.staff import audit
from agencies.staff.login import Refused
from agencies.staff.model import Staff
from agencies.staff.provider import ProviderUnavailable
from agencies.staff.sessions import SignedIn
from agencies.staff.sso import RETURN, NotBelieved
from agencies.staff.usernames import normal

HOME = "/console"
SSO = "/console/sso"


@dataclass(frozen=True)
class LoginForm:
    username: Annotated[str, Form()] = ""
    password: Annotated[str, Form()] = ""
    code: Annotated[str, Form()] = ""
    next: Annotated[str, Form()] = ""


def routes(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = LoginPages(templates)
    router.get(LOGIN)(pages.show)
    router.post(LOGIN)(pages.log_in)
    router.get(SSO)(pages.to_sso)
    router.get(RETURN)(pages.from_sso)
    router.post("/console/logout")(pages.log_out)
    return router


class LoginPages:
    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates

    async def show(self, request: Request, next: str = "") -> Response:
        if await visitor(request):
            return RedirectResponse(own_path(next, HOME), 303)
        return self._page(request, back_to=next)

    async def log_in(self, request: Request, form: Annotated[LoginForm, Depends()]) -> Response:
        refuse_other_sites(request)
        if seconds := await _seconds_to_wait(request, form.username):
            page = self._page(request, problem="hurry", seconds=seconds, status=429, form=form)
            page.headers["Retry-After"] = str(seconds)
            return page
        room = room_of(request)
        found = await room.login.with_password(form.username, form.password, form.code)
        if isinstance(found, Refused):
            known = found.staff_id or ""
            why = {"why": found.why}
            await audit.record(room.engine, None, request, "login.refused", "staff", known, why)
            return self._page(request, problem="refused", status=422, form=form)
        return await _begin_session(request, found, back_to=form.next, way="password")

    async def to_sso(self, request: Request, next: str = "") -> Response:
        room = room_of(request)
        if room.sso is None:
            return RedirectResponse(LOGIN, 303)
        if seconds := await room.per_address.seconds_to_wait(_address(request)):
            return self._page(request, problem="hurry", seconds=seconds, status=429)
        try:
            visit = await room.sso.begin(own_path(next, HOME))
        except ProviderUnavailable:
            return self._page(request, problem="sso_away", status=503, back_to=next)
        response = RedirectResponse(visit.address, 303)
        url = room.settings.public_url
        cookies.give(request, response, cookies.SSO_VISIT, visit.browser, public_url=url)
        return response

    async def from_sso(self, request: Request) -> Response:
        room = room_of(request)
        if room.sso is None:
            return RedirectResponse(LOGIN, 303)
        if seconds := await room.per_return.seconds_to_wait(_address(request)):
            return self._page(request, problem="hurry", seconds=seconds, status=429)
        browser = cookies.read(request, cookies.SSO_VISIT, room.settings.public_url) or ""
        try:
            came = await room.sso.finish(request.query_params, browser)
        except ProviderUnavailable:
            return self._page(request, problem="sso_away", status=503)
        if isinstance(came, NotBelieved):
            why = {"why": came.why}
            await audit.record(room.engine, None, request, "sso.refused", "staff", "", why)
            return self._page(request, problem="sso", status=403)
        staff = await room.accounts.of_subject(came.subject)
        if staff is None:
            await audit.record(room.engine, None, request, "sso.unknown", "staff", "")
            return self._page(request, problem="sso_unknown", status=403, subject=came.subject)
        response = await _begin_session(request, staff, back_to=came.back_to, way="sso")
        cookies.take(request, response, cookies.SSO_VISIT, public_url=room.settings.public_url)
        return response

    async def log_out(
        self, request: Request, session: Annotated[SignedIn, Depends(session_of)]
    ) -> Response:
        room = room_of(request)
        me = session.staff
        async with room.act() as act:
            await room.sessions.end_one(me.id, session.session_id, on=act)
            await audit.record(act, me, request, "logout", "staff", me.id)
        response = RedirectResponse(LOGIN, 303)
        cookies.take(request, response, cookies.SESSION, public_url=room.settings.public_url)
        # Also what a browser keeps for its "back" button.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def _page(
        self,
        request: Request,
        *,
        back_to: str = "",
        form: LoginForm | None = None,
        status: int = 200,
        **facts: Any,
    ) -> Response:
        room = room_of(request)
        context = {
            "back_to": own_path(form.next if form else back_to, HOME),
            "username": form.username[:80] if form else "",
            "sso_name": room.sso.name if room.sso else "",
            "failures": room.settings.lock_after_failures,
            "lock_minutes": round(room.settings.lock_minutes),
            **facts,
        }
        return self._templates.TemplateResponse(request, "login.html", context, status_code=status)


async def _seconds_to_wait(request: Request, username: str) -> int:
    room = room_of(request)
    waiting = await room.per_address.seconds_to_wait(_address(request))
    # The same for names that no account has: a limit must not tell which there are.
    return waiting or await room.per_account.seconds_to_wait(normal(username))


def _address(request: Request) -> str:
    return prefix(audit.address_of(request))


async def _begin_session(request: Request, staff: Staff, *, back_to: str, way: str) -> Response:
    """A new id whatever cookie the browser brought; the session of that cookie ends."""
    room = room_of(request)
    url = room.settings.public_url
    ip, agent = audit.address_of(request), request.headers.get("user-agent", "")
    async with room.act() as act:
        if old := cookies.read(request, cookies.SESSION, url):
            await room.sessions.end(old, on=act)
        opened = await room.sessions.open(staff.id, ip=ip, agent=agent, on=act)
        await audit.record(act, staff, request, "login", "staff", staff.id, {"by": way})
    response = RedirectResponse(own_path(back_to, HOME), 303)
    cookies.give(request, response, cookies.SESSION, opened.token, public_url=url)
    return response
