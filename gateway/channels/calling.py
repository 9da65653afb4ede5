"""One call of a provider, and how it can end without an answer of theirs."""

import asyncio

import httpx2

# The request cannot have gone out.
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Unreachable(Exception):
    """The provider was not reached, so nothing can have happened there."""


class NoAnswer(Exception):
    """The request went out, or may have; what became of it is unknown."""


async def answer_of(
    http: httpx2.AsyncClient, request: httpx2.Request, seconds: float
) -> httpx2.Response:
    """`seconds` bounds the whole call. Raises Unreachable, NoAnswer."""
    try:
        async with asyncio.timeout(seconds):
            return await http.send(request)
    except NOT_SENT as error:
        raise Unreachable(type(error).__name__) from error
    except (TimeoutError, httpx2.HTTPError) as error:
        raise NoAnswer(type(error).__name__) from error
