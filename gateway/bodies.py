"""Reads the body of a request, as far as it may be long."""

from fastapi import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """None if it is longer. Stops reading at the limit, whatever Content-Length promised."""
    promised = request.headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > most:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
