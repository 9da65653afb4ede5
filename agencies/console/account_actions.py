"""What is done to an account with one button: new password, second factor, sessions, an end."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from agencies.console.access import Number, allowed, room_of, scope_of
from agencies.console.account_page import AccountPage, back_to, changeable
from agencies.staff import audit, totp
from agencies.staff.model import Permission, Staff
from agencies.staff.passwords import Weakness, generate
from agencies.staff.scope import Scope

Actor = Annotated[Staff, Depends(allowed(Permission.MANAGE_STAFF))]
Seen = Annotated[Scope, Depends(scope_of)]


class AccountActions:
    def __init__(self, templates: Jinja2Templates) -> None:
        self._page = AccountPage(templates)

    async def reset_password(
        self, request: Request, actor: Actor, scope: Seen, number: Number
    ) -> Response:
        """A password to be said once and changed at the first login; every session ends."""
        room = room_of(request)
        account = await changeable(request, actor, scope, number)
        password = generate()
        hashed = await room.accounts.hashed(account.username, password)
        if isinstance(hashed, Weakness):
            return await self._page.one(request, actor, scope, account, problem=hashed)
        async with room.act() as act:
            await room.accounts.set_password(number, hashed, must_change=True, on=act)
            await room.sessions.end_all(number, on=act)
            await audit.record(act, actor, request, "staff.password_reset", "staff", number)
        return await self._page.one(request, actor, scope, account, password=password, done="reset")

    async def turn_totp_off(
        self, request: Request, actor: Actor, scope: Seen, number: Number
    ) -> Response:
        """For somebody who lost their telephone."""
        room = room_of(request)
        await changeable(request, actor, scope, number)
        async with room.act() as act:
            await totp.turn_off(act, number)
            await audit.record(act, actor, request, "staff.second_factor_off", "staff", number)
        return back_to(number, "totp_off")

    async def deactivate(
        self, request: Request, actor: Actor, scope: Seen, number: Number
    ) -> Response:
        room = room_of(request)
        account = await changeable(request, actor, scope, number)
        async with room.act() as act:
            fault = await room.accounts.deactivate(number, on=act)
            if not fault:
                await room.sessions.end_all(number, on=act)
                await audit.record(act, actor, request, "staff.deactivated", "staff", number)
        if fault:
            return await self._page.one(request, actor, scope, account, problem=fault)
        return back_to(number, "deactivated")

    async def activate(
        self, request: Request, actor: Actor, scope: Seen, number: Number
    ) -> Response:
        """Also ends a lock-out."""
        room = room_of(request)
        await changeable(request, actor, scope, number)
        async with room.act() as act:
            await room.accounts.activate(number, on=act)
            await audit.record(act, actor, request, "staff.activated", "staff", number)
        return back_to(number, "activated")

    async def end_sessions(
        self, request: Request, actor: Actor, scope: Seen, number: Number
    ) -> Response:
        room = room_of(request)
        await changeable(request, actor, scope, number)
        async with room.act() as act:
            facts = {"ended": await room.sessions.end_all(number, on=act)}
            await audit.record(act, actor, request, "sessions.ended", "staff", number, facts)
        return back_to(number, "sessions")

    async def end_session(
        self, request: Request, actor: Actor, scope: Seen, number: Number, session: Number
    ) -> Response:
        room = room_of(request)
        await changeable(request, actor, scope, number)
        async with room.act() as act:
            await room.sessions.end_one(number, session, on=act)
            await audit.record(act, actor, request, "session.ended", "session", session)
        return back_to(number, "sessions")
