"""The citizen's way back to their own conversation: a random cookie, kept only as its hash."""

import hashlib
import re
import secrets
from collections.abc import Mapping

from starlette.requests import cookie_parser

COOKIE = "mot_cua"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def user_of(token: str) -> str:
    """The citizen's name on the portal channel. Whoever reads it cannot make the cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_in(headers: Mapping[str, str]) -> str | None:
    """The session's token, if the request carries one of the right shape."""
    token = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def with_token(headers: Mapping[str, str], token: str) -> dict[str, str]:
    """The same request as the browser will make it once it has the cookie."""
    return {**headers, "cookie": f"{COOKIE}={token}"}
