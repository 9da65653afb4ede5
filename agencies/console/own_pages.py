"""One's own account: password, second factor, and the browsers one is signed in with."""

from dataclasses import dataclass
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console import cookies
from agencies.console.access import Number, room_of, session_of
from agencies.console.refusals import OWN_ACCOUNT
from agencies.staff import audit, totp
from agencies.staff.accounts import Hashed
from agencies.staff.model import Staff
from agencies.staff.passwords import Weakness, normal
from agencies.staff.sessions import SignedIn

Session = Annotated[SignedIn, Depends(session_of)]


@dataclass(frozen=True)
class PasswordForm:
    old: Annotated[str, Form()] = ""
    new: Annotated[str, Form()] = ""
    again: Annotated[str, Form()] = ""


def routes(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=OWN_ACCOUNT)
    pages = OwnPages(templates)
    router.get("")(pages.show)
    router.post("/password")(pages.change_password)
    router.post("/second-factor")(pages.begin_totp)
    router.post("/second-factor/confirm")(pages.confirm_totp)
    router.post("/second-factor/off")(pages.turn_totp_off)
    router.post("/sessions/end")(pages.end_other_sessions)
    router.post("/sessions/{number}/end")(pages.end_session)
    return router


class OwnPages:
    """Open also to somebody who must change their password before they may do anything else."""

    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates

    async def show(self, request: Request, session: Session, done: str = "") -> Response:
        return await self._page(request, session, done=done)

    async def change_password(
        self, request: Request, session: Session, form: Annotated[PasswordForm, Depends()]
    ) -> Response:
        room, me = room_of(request), session.staff
        if form.new != form.again:
            return await self._page(request, session, problem="unequal", at="again")
        if not me.has_password or not await room.login.is_password(me.id, form.old):
            return await self._page(request, session, problem="wrong_password", at="old")
        if normal(form.new) == normal(form.old):
            return await self._page(request, session, problem="same", at="new")
        hashed = await room.accounts.hashed(me.username, form.new)
        if isinstance(hashed, Weakness):
            return await self._page(request, session, problem=hashed, at="new")
        return await self._with_new_session(request, me, hashed)

    async def begin_totp(
        self, request: Request, session: Session, password: Annotated[str, Form()] = ""
    ) -> Response:
        """Asks for the password: a telephone of whoever sits at this browser is not enough."""
        room, me = room_of(request), session.staff
        if not await room.login.is_password(me.id, password):
            return await self._page(request, session, problem="wrong_password", at="password")
        await totp.begin(room.engine, me.id)
        return RedirectResponse(f"{OWN_ACCOUNT}#hai-lop", 303)

    async def confirm_totp(
        self, request: Request, session: Session, code: Annotated[str, Form()] = ""
    ) -> Response:
        room, me = room_of(request), session.staff
        async with room.act() as act:
            confirmed = await totp.confirm(act, me.id, code, room.clock())
            if confirmed:
                await audit.record(act, me, request, "staff.second_factor_on", "staff", me.id)
        if not confirmed:
            return await self._page(request, session, problem="wrong_code", at="code")
        return RedirectResponse(f"{OWN_ACCOUNT}?done=totp_on", 303)

    async def turn_totp_off(
        self, request: Request, session: Session, password: Annotated[str, Form()] = ""
    ) -> Response:
        room, me = room_of(request), session.staff
        if not await room.login.is_password(me.id, password):
            return await self._page(request, session, problem="wrong_password", at="password")
        async with room.act() as act:
            await totp.turn_off(act, me.id)
            await audit.record(act, me, request, "staff.second_factor_off", "staff", me.id)
        return RedirectResponse(f"{OWN_ACCOUNT}?done=totp_off", 303)

    async def end_session(self, request: Request, session: Session, number: Number) -> Response:
        room, me = room_of(request), session.staff
        async with room.act() as act:
            await room.sessions.end_one(me.id, number, on=act)
            await audit.record(act, me, request, "session.ended", "session", number)
        return RedirectResponse(f"{OWN_ACCOUNT}?done=session", 303)

    async def end_other_sessions(self, request: Request, session: Session) -> Response:
        room, me = room_of(request), session.staff
        async with room.act() as act:
            ended = await room.sessions.end_all(me.id, except_id=session.session_id, on=act)
            facts = {"ended": ended}
            await audit.record(act, me, request, "sessions.ended", "staff", me.id, facts)
        return RedirectResponse(f"{OWN_ACCOUNT}?done=sessions", 303)

    async def _with_new_session(self, request: Request, me: Staff, password: Hashed) -> Response:
        """Whoever knew the old password is out, and so is the old id of this browser."""
        room = room_of(request)
        ip, agent = audit.address_of(request), request.headers.get("user-agent", "")
        async with room.act() as act:
            await room.accounts.set_password(me.id, password, must_change=False, on=act)
            await room.sessions.end_all(me.id, on=act)
            opened = await room.sessions.open(me.id, ip=ip, agent=agent, on=act)
            await audit.record(act, me, request, "staff.own_password", "staff", me.id)
        response = RedirectResponse(f"{OWN_ACCOUNT}?done=password", 303)
        url = room.settings.public_url
        cookies.give(request, response, cookies.SESSION, opened.token, public_url=url)
        return response

    async def _page(
        self,
        request: Request,
        session: SignedIn,
        *,
        problem: str = "",
        at: str = "",
        done: str = "",
    ) -> Response:
        room, me = room_of(request), session.staff
        secret = await totp.pending(room.engine, me.id)
        context: dict[str, Any] = {
            "sessions": await room.sessions.living(me.id),
            "this_session": session.session_id,
            "secret": secret,
            "address": totp.address(secret, me) if secret else "",
            "picture": _picture(totp.address(secret, me)) if secret else "",
            "problem": problem,
            "at": at,
            "done": done,
        }
        status = 422 if problem else 200
        return self._templates.TemplateResponse(
            request, "own_account.html", context, status_code=status
        )


def _picture(address: str) -> str:
    """The QR code as an address for an <img>: the page holds no style and no script."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4)
