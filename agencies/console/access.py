"""Who is asking, and may they: dependencies that every page of staff stands behind.

    @router.post("/console/cases/{code}/notes")
    async def note(request: Request, code: str,
                   staff: Annotated[Staff, Depends(allowed("work_on_cases"))],
                   scope: Annotated[Scope, Depends(scope_of)]) -> Response: ...

Whatever changes something (any method but GET and HEAD) is refused without the session's token, by
`signed_in` itself: no page can forget it. Forms carry it as `csrf`, scripts as X-CSRF-Token.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends
from pydantic import AfterValidator
from starlette.requests import Request

from agencies.console import cookies
from agencies.console.origin import is_same_origin
from agencies.staff.model import Permission, Staff
from agencies.staff.room import StaffRoom
from agencies.staff.scope import Scope, scope_below
from agencies.staff.sessions import SignedIn

SAFE = ("GET", "HEAD")
LARGEST_ID = 2**31 - 1
FIELD = "csrf"
HEADER = "x-csrf-token"


class NotSignedIn(Exception):
    """Nobody is signed in, or no longer: leads to the login."""


class MustChangePassword(Exception):
    """Signed in with a password that somebody else knows: leads to one's own account."""


class Forbidden(Exception):
    """Signed in, but the role has not the permission."""


class NotThere(Exception):
    """No such thing, or not this staff member's to see: the answer is the same."""


class ForeignForm(Exception):
    """The form came from another site, or without the session's token."""


def _row(number: int) -> int:
    if number > LARGEST_ID:
        raise NotThere
    return number


Number = Annotated[int, AfterValidator(_row)]  # In a path: no database has rows beyond it.


def room_of(request: Request) -> StaffRoom:
    room: StaffRoom = request.app.state.staff
    return room


async def visitor(request: Request, *, touch: bool = True) -> SignedIn | None:
    """Who is signed in, if anybody: for pages that everybody may see."""
    if not hasattr(request.state, "signed_in"):
        room = room_of(request)
        token = cookies.read(request, cookies.SESSION, room.settings.public_url)
        request.state.signed_in = await room.sessions.find(token, touch=touch) if token else None
    found: SignedIn | None = request.state.signed_in
    return found


async def still_signed_in(request: Request) -> bool:
    """Asked again and again by a long stream of events; is no sign of life itself."""
    room = room_of(request)
    token = cookies.read(request, cookies.SESSION, room.settings.public_url)
    return bool(token and await room.sessions.find(token, touch=False))


async def session_of(request: Request) -> SignedIn:
    """The session, even of somebody who has to change their password first."""
    found = await visitor(request)
    if found is None:
        raise NotSignedIn
    if request.method not in SAFE:
        await _refuse_foreign_form(request, found)
    return found


async def signed_in(session: Annotated[SignedIn, Depends(session_of)]) -> Staff:
    """Who is signed in. Raises what leads everybody else to the login."""
    if session.staff.must_change_password:
        raise MustChangePassword
    return session.staff


def allowed(permission: str) -> Callable[..., Awaitable[Staff]]:
    """A dependency that gives the staff member when their role has the permission."""
    wanted = Permission(permission)

    async def check(staff: Annotated[Staff, Depends(signed_in)]) -> Staff:
        if not staff.may(wanted):
            raise Forbidden
        return staff

    return check


async def csrf_checked(request: Request) -> None:
    """The same check by itself; for pages behind `signed_in` it has been made already."""
    await session_of(request)


async def scope_of(request: Request, staff: Annotated[Staff, Depends(signed_in)]) -> Scope:
    """Whose rows the staff member sees. There is no query of staff without it."""
    async with room_of(request).engine.connect() as connection:
        return await scope_below(connection, staff.agency_id)


def refuse_other_sites(request: Request) -> None:
    """For forms of people who are not signed in and so have no token yet."""
    if not is_same_origin(request, room_of(request).settings.public_url):
        raise ForeignForm


def page_context(request: Request) -> dict[str, Any]:
    """What every template may ask: `me`, `may("permission")`, `csrf`."""
    session: SignedIn | None = getattr(request.state, "signed_in", None)
    me = session.staff if session else None
    return {
        "me": me,
        "may": me.may if me and not me.must_change_password else lambda _: False,
        "csrf": session.csrf if session else "",
    }


async def _refuse_foreign_form(request: Request, session: SignedIn) -> None:
    refuse_other_sites(request)
    token: Any = request.headers.get(HEADER)
    if token is None and "form" in request.headers.get("content-type", ""):
        token = (await request.form()).get(FIELD)
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise ForeignForm
