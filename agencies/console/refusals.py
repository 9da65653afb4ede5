"""What somebody sees whom a page turns away: the login, or a sentence in Vietnamese."""

from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console.access import (
    Forbidden,
    ForeignForm,
    MustChangePassword,
    NotSignedIn,
    NotThere,
)

LOGIN = "/console/login"
OWN_ACCOUNT = "/console/account"


def install(app: FastAPI, templates: Jinja2Templates) -> None:
    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _: NotSignedIn) -> Response:
        if "text/event-stream" in request.headers.get("accept", ""):
            return JSONResponse({"detail": "not signed in"}, 401)
        return lead(request, f"{LOGIN}?next={quote(_way_back(request), safe='/')}")

    @app.exception_handler(MustChangePassword)
    async def must_change_password(request: Request, _: MustChangePassword) -> Response:
        return lead(request, OWN_ACCOUNT)

    @app.exception_handler(Forbidden)
    async def forbidden(request: Request, _: Forbidden) -> Response:
        return templates.TemplateResponse(request, "forbidden.html", status_code=403)

    @app.exception_handler(NotThere)
    async def not_there(request: Request, _: NotThere) -> Response:
        return templates.TemplateResponse(request, "not_found.html", status_code=404)

    @app.exception_handler(ForeignForm)
    async def foreign_form(request: Request, _: ForeignForm) -> Response:
        return templates.TemplateResponse(request, "foreign_form.html", status_code=403)


def lead(request: Request, address: str) -> Response:
    """Send the browser on, the whole page also when only a piece of it was asked for by HTMX."""
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _way_back(request: Request) -> str:
    """The page that was asked for; what was sent in a form is lost, so then its beginning."""
    if request.method != "GET" or "hx-request" in request.headers:
        return "/console"
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query
