"""The page of one account and the form of a new one, with what the actor may choose there."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console.access import Forbidden, NotThere, room_of
from agencies.console.agency_choice import agency_names
from agencies.staff.accounts import Draft
from agencies.staff.appointing import may_change, may_give, may_tie, roles_to_give
from agencies.staff.model import Role, Staff
from agencies.staff.scope import Scope

ACCOUNTS = "/console/accounts"


@dataclass(frozen=True)
class AccountForm:
    username: Annotated[str, Form()] = ""
    full_name: Annotated[str, Form()] = ""
    role: Annotated[str, Form()] = ""
    agency: Annotated[str, Form()] = ""
    oidc_subject: Annotated[str, Form()] = ""
    sso_only: Annotated[bool, Form()] = False

    def draft(self, actor: Staff, scope: Scope, *, account: Staff | None = None) -> Draft | str:
        """What the form asks for, or the reason why the actor may not ask for it."""
        if self.role not in Role.__members__.values():
            return "role"
        role, agency_id = Role(self.role), _number(self.agency)
        if not may_give(actor, scope, role, agency_id):
            return "not_yours"
        username = account.username if account else self.username
        tied = account.oidc_subject if account else None
        subject = self.oidc_subject if may_tie(actor) else tied
        return Draft(username, self.full_name, role, agency_id, subject)


def form_of(account: Staff) -> AccountForm:
    return AccountForm(
        username=account.username,
        full_name=account.full_name,
        role=account.role,
        agency=str(account.agency_id or ""),
        oidc_subject=account.oidc_subject or "",
    )


def back_to(number: int, done: str) -> Response:
    return RedirectResponse(f"{ACCOUNTS}/{number}?done={done}", 303)


async def seen(request: Request, scope: Scope, number: int) -> Staff:
    """The account, if it is there for the actor at all. Raises NotThere."""
    account = await room_of(request).accounts.one(number)
    if account is None or not scope.covers(account.agency_id):
        raise NotThere
    return account


async def changeable(request: Request, actor: Staff, scope: Scope, number: int) -> Staff:
    """The account, if the actor may change it. Raises NotThere and Forbidden."""
    account = await seen(request, scope, number)
    if not may_change(actor, scope, account):
        raise Forbidden
    return account


class AccountPage:
    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates

    async def new(
        self, request: Request, actor: Staff, scope: Scope, form: AccountForm, problem: str = ""
    ) -> Response:
        facts = {"form": form, "problem": problem}
        return await self._show(request, actor, scope, "account_new.html", **facts)

    async def one(
        self,
        request: Request,
        actor: Staff,
        scope: Scope,
        account: Staff,
        *,
        form: AccountForm | None = None,
        problem: str = "",
        done: str = "",
        password: str = "",
    ) -> Response:
        """`password` is shown on this one page and never again."""
        facts = {
            "account": account,
            "form": form or form_of(account),
            "changeable": may_change(actor, scope, account),
            "locked": bool(
                account.locked_until and account.locked_until > room_of(request).clock()
            ),
            "sessions": await room_of(request).sessions.living(account.id),
            "problem": problem,
            "done": done,
            "password": password,
        }
        return await self._show(request, actor, scope, "account.html", **facts)

    async def _show(
        self, request: Request, actor: Staff, scope: Scope, template: str, **facts: Any
    ) -> Response:
        room = room_of(request)
        context = {
            "agencies": await agency_names(room.engine, scope),
            "roles_to_give": roles_to_give(actor),
            "with_sso": room.sso is not None,
            "may_tie": may_tie(actor),
            **facts,
        }
        status = 422 if facts["problem"] else 200
        return self._templates.TemplateResponse(request, template, context, status_code=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
