"""Fetches what a citizen sent from where the provider keeps it, and from nowhere else."""

import asyncio
import re
from collections.abc import Sequence
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy

import httpx2
import structlog

log = structlog.get_logger()

SECONDS = 15.0  # For all of one file.
MOST_HOPS = 3
# Unpacked it could be a thousand times larger than what is counted.
AS_IT_IS = {"Accept-Encoding": "identity"}
# A name, and no address by number, whatever stands in the settings.
_NAME = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")


class Unfetched(StrEnum):
    """Why a file was not fetched."""

    ELSEWHERE = "elsewhere"  # It is not kept where the provider says that it keeps files.
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"


class Fetching:
    def __init__(
        self, http: httpx2.AsyncClient, *, most_bytes: int, seconds: float = SECONDS
    ) -> None:
        """`http` follows no redirects by itself and keeps no cookies; see `fetching_client`."""
        self._http = http
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def fetch(self, address: str, hosts: Sequence[str]) -> bytes | Unfetched:
        """`hosts` are the provider's; what is below them is theirs, too."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address, hosts)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            # Not the address: with it the citizen's file could be read.
            log.warning("file.unfetched", error=type(error).__name__)
            return Unfetched.UNREACHABLE

    async def close(self) -> None:
        await self._http.aclose()

    async def _follow(self, address: str, hosts: Sequence[str]) -> bytes | Unfetched:
        url = allowed(httpx2.URL(address), hosts)
        for _ in range(MOST_HOPS):
            if url is None:
                return Unfetched.ELSEWHERE
            async with self._http.stream(
                "GET", url, headers=AS_IT_IS, follow_redirects=False
            ) as response:
                if not response.has_redirect_location:
                    return await self._content(response)
                url = allowed(url.join(response.headers["location"]), hosts)
        return Unfetched.UNREACHABLE

    async def _content(self, response: httpx2.Response) -> bytes | Unfetched:
        """Stops reading at the limit, whatever Content-Length promised."""
        packed = response.headers.get("content-encoding", "identity") != "identity"
        if response.status_code != httpx2.codes.OK or packed:
            log.warning("file.unfetched", status=response.status_code)
            return Unfetched.UNREACHABLE
        promised = response.headers.get("content-length", "")
        if promised.isdecimal() and int(promised) > self._most_bytes:
            return Unfetched.TOO_LARGE
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > self._most_bytes:
                return Unfetched.TOO_LARGE
        return bytes(content)


def fetching_client(transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """What one citizen's file sets as a cookie is not shown when another's is fetched."""
    http = httpx2.AsyncClient(timeout=SECONDS, transport=transport)
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


def allowed(url: httpx2.URL, hosts: Sequence[str]) -> httpx2.URL | None:
    """The address as it may be called, over TLS; None where it may not.

    >>> allowed(httpx2.URL("http://f6.photo.talk.zdn.vn/a"), ["zdn.vn"])
    URL('https://f6.photo.talk.zdn.vn/a')
    >>> allowed(httpx2.URL("https://evilzdn.vn/a"), ["zdn.vn"])
    """
    host = url.raw_host.decode("ascii", "replace").lower()
    theirs = any(host == one or host.endswith(f".{one}") for one in hosts)
    plain = url.scheme in ("http", "https") and not url.userinfo and url.port is None
    if not (theirs and plain and _NAME.fullmatch(host)):
        return None
    return url.copy_with(scheme="https")
