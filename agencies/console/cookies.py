"""The cookies of the console: never for scripts, never for another site's forms."""

from starlette.requests import Request
from starlette.responses import Response

from agencies.console.origin import is_plain

SESSION = "mot_cua_staff"
SSO_VISIT = "mot_cua_sso"


def name_of(request: Request, cookie: str, public_url: str) -> str:
    """With __Host- no other host of the domain can plant a cookie of this name."""
    return cookie if is_plain(request, public_url) else f"__Host-{cookie}"


def read(request: Request, cookie: str, public_url: str) -> str | None:
    return request.cookies.get(name_of(request, cookie, public_url))


def give(request: Request, response: Response, cookie: str, value: str, *, public_url: str) -> None:
    """Until the browser is closed; how long it counts is the server's to say."""
    response.set_cookie(
        name_of(request, cookie, public_url),
        value,
        path="/",
        httponly=True,
        secure=not is_plain(request, public_url),
        samesite="lax",
    )


def take(request: Request, response: Response, cookie: str, *, public_url: str) -> None:
    response.delete_cookie(
        name_of(request, cookie, public_url),
        path="/",
        httponly=True,
        secure=not is_plain(request, public_url),
        samesite="lax",
    )
