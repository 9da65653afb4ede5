"""Where a request comes from and may be sent back to: our own pages only."""

import re
from urllib.parse import urlsplit

from starlette.requests import Request

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# A path of the console. Browsers read "//host" and "/\host" as another host.
_OWN_PATH = re.compile(r"/console(?:[/?][^\\\x00-\x20]*)?")
LONGEST_PATH = 500


def is_same_origin(request: Request, public_url: str) -> bool:
    """Whether one of our own pages sent the form; a browser that does not say is refused.

    Sec-Fetch-Site is sent only over TLS and on loopback, so Origin has to do in its stead.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin in (None, "null"):
        return site is not None
    ours = {request.headers.get("host"), urlsplit(public_url).netloc} - {"", None}
    return urlsplit(origin).netloc in ours


def is_plain(request: Request, public_url: str) -> bool:
    """Whether a cookie must do without Secure: plain HTTP that does not leave this machine."""
    if public_url:
        return public_url.startswith("http:")
    return request.url.scheme == "http" and request.url.hostname in LOOPBACK


def own_path(path: str, otherwise: str) -> str:
    """The path when it is one of the console's, else the other: no way out after a login.

    >>> own_path("/console/cases?page=2", "/console")
    '/console/cases?page=2'
    >>> own_path("//console.example/console", "/console")
    '/console'
    """
    fits = len(path) <= LONGEST_PATH and _OWN_PATH.fullmatch(path)
    return path if fits and "/../" not in f"{path}/" and "//" not in path else otherwise
