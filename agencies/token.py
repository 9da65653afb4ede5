"""Lets the other processes of ours in, by the token that they share (AGENCIES_API_TOKEN)."""

import hmac
from collections.abc import Callable

from fastapi import HTTPException
from starlette.requests import Request


def shown(token: str) -> Callable[[Request], None]:
    """Lets a request in that shows the token; nobody when none is set."""

    def check(request: Request) -> None:
        given = request.headers.get("authorization", "")
        right = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
        if not token or not right:
            raise HTTPException(401, "a token is needed", {"WWW-Authenticate": "Bearer"})

    return check
