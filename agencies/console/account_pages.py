"""Accounts of staff: for administrators, and for heads those of their own clerks."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from agencies.console.access import Number, allowed, room_of, scope_of
from agencies.console.account_actions import AccountActions
from agencies.console.account_page import (
    ACCOUNTS,
    AccountForm,
    AccountPage,
    back_to,
    changeable,
    seen,
)
from agencies.console.agency_choice import agency_names
from agencies.staff import audit
from agencies.staff.accounts import Draft, Fault
from agencies.staff.model import Permission, Staff
from agencies.staff.passwords import Weakness, generate
from agencies.staff.scope import Scope

Actor = Annotated[Staff, Depends(allowed(Permission.MANAGE_STAFF))]
Seen = Annotated[Scope, Depends(scope_of)]
Filled = Annotated[AccountForm, Depends()]


def routes(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=ACCOUNTS)
    pages = AccountPages(templates)
    router.get("")(pages.everybody)
    router.post("")(pages.add)
    router.get("/new")(pages.blank)
    router.get("/{number}")(pages.show)
    router.post("/{number}")(pages.change)
    actions = AccountActions(templates)
    router.post("/{number}/password")(actions.reset_password)
    router.post("/{number}/second-factor/off")(actions.turn_totp_off)
    router.post("/{number}/deactivate")(actions.deactivate)
    router.post("/{number}/activate")(actions.activate)
    router.post("/{number}/sessions/end")(actions.end_sessions)
    router.post("/{number}/sessions/{session}/end")(actions.end_session)
    return router


class AccountPages:
    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates
        self._page = AccountPage(templates)

    async def everybody(self, request: Request, actor: Actor, scope: Seen) -> Response:
        room = room_of(request)
        accounts = await room.accounts.all(scope)
        agencies = await agency_names(room.engine, scope)
        gone = {agency.id for agency in agencies.values() if agency.withdrawn}
        context = {
            "accounts": accounts,
            "agencies": agencies,
            "stranded": sum(one.active and one.agency_id in gone for one in accounts),
            "now": room.clock(),
        }
        return self._templates.TemplateResponse(request, "accounts.html", context)

    async def blank(self, request: Request, actor: Actor, scope: Seen) -> Response:
        return await self._page.new(request, actor, scope, AccountForm())

    async def add(self, request: Request, actor: Actor, scope: Seen, form: Filled) -> Response:
        draft = form.draft(actor, scope)
        if isinstance(draft, str):
            return await self._page.new(request, actor, scope, form, draft)
        password = "" if form.sso_only and draft.oidc_subject else generate()
        made = await _make(request, actor, draft, password)
        if not isinstance(made, Staff):
            return await self._page.new(request, actor, scope, form, made)
        return await self._page.one(request, actor, scope, made, password=password, done="added")

    async def show(
        self, request: Request, actor: Actor, scope: Seen, number: Number, done: str = ""
    ) -> Response:
        account = await seen(request, scope, number)
        return await self._page.one(request, actor, scope, account, done=done)

    async def change(
        self, request: Request, actor: Actor, scope: Seen, number: Number, form: Filled
    ) -> Response:
        account = await changeable(request, actor, scope, number)
        draft = form.draft(actor, scope, account=account)
        changed = draft if isinstance(draft, str) else await _change(request, actor, account, draft)
        if not isinstance(changed, Staff):
            return await self._page.one(request, actor, scope, account, form=form, problem=changed)
        return back_to(number, "changed")


async def _make(
    request: Request, actor: Staff, draft: Draft, password: str
) -> Staff | Fault | Weakness:
    room = room_of(request)
    hashed = await room.accounts.hashed(draft.username, password) if password else None
    if isinstance(hashed, Weakness):
        return hashed
    async with room.act() as act:
        made = await room.accounts.add(draft, hashed, on=act)
        if isinstance(made, Staff):
            facts = {"role": made.role, "agency": made.agency_id}
            await audit.record(act, actor, request, "staff.added", "staff", made.id, facts)
    return made


async def _change(request: Request, actor: Staff, account: Staff, draft: Draft) -> Staff | Fault:
    """Who is somebody else now, or may do something else, logs in again."""
    room = room_of(request)
    async with room.act() as act:
        changed = await room.accounts.change(account.id, draft, on=act)
        if isinstance(changed, Staff):
            if _identity(changed) != _identity(account):
                await room.sessions.end_all(account.id, on=act)
            facts = {
                "role": [account.role, changed.role],
                "agency": [account.agency_id, changed.agency_id],
                "sso_changed": account.oidc_subject != changed.oidc_subject,
            }
            await audit.record(act, actor, request, "staff.changed", "staff", account.id, facts)
    return changed


def _identity(account: Staff) -> tuple[object, ...]:
    return account.role, account.agency_id, account.oidc_subject
