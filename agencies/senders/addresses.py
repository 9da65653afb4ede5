"""Which hosts a webhook may go to: never one inside our own network, unless a setting says so."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

Resolve = Callable[[str, int], Awaitable[list[str]]]
# Prefixes that carry an IPv4 address inside: a translator would take it to our own network.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


class ForbiddenAddress(Exception):
    """Nothing may be sent there."""


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def safe_address(url: str, *, allow_private: bool, resolve: Resolve = look_up) -> str:
    """The address to connect to. Who looks the name up a second time may be told another one.

    Raises ForbiddenAddress; OSError when the name is not known now.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise ForbiddenAddress("not https")
    if not parts.hostname or parts.username or parts.password:
        raise ForbiddenAddress("not a plain address")
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except ValueError as error:
        raise ForbiddenAddress("not a port") from error
    addresses = await resolve(parts.hostname, port)
    if not addresses:
        raise OSError("no address")
    if not allow_private and not all(map(is_public, addresses)):
        raise ForbiddenAddress("an address of a private network")
    return addresses[0]


def is_public(text: str) -> bool:
    """
    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast
