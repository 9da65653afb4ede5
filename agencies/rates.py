"""How often one address, or one account, may try something."""

import logging
import time
from ipaddress import ip_address, ip_network

from limits import parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

logger = logging.getLogger(__name__)

# A home or a phone has a whole /64 of IPv6 addresses to choose from.
IPV4_PREFIX = 32
IPV6_PREFIX = 64


class Rates:
    """One rule, as "10/minute;50/hour", for many keys."""

    def __init__(self, rule: str, storage: str = "memory://", *, name: str) -> None:
        self._rule = parse_many(rule)
        self._limiter = FixedWindowRateLimiter(_open(storage))
        self._name = name

    async def seconds_to_wait(self, key: str) -> int:
        """0 when the key may try now; counts the attempt."""
        try:
            for limit in self._rule:
                if not await self._limiter.hit(limit, self._name, key):
                    window = await self._limiter.get_window_stats(limit, self._name, key)
                    return max(1, round(window.reset_time - time.time()))
        except StorageError as error:
            # Redis is down: better unlimited for a while than no answer for anybody.
            logger.error("the storage of rates cannot be used: %s", type(error).__name__)
        return 0


def prefix(address: str) -> str:
    """The part of an address that one sender cannot easily change.

    >>> prefix("2001:db8::1") == prefix("2001:db8::2")
    True
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    length = IPV4_PREFIX if ip.version == 4 else IPV6_PREFIX
    return str(ip_network(f"{ip}/{length}", strict=False))


def _open(url: str) -> Storage:
    options = {"implementation": "redispy"} if url.startswith("redis") else {}
    storage = storage_from_string(f"async+{url}", wrap_exceptions=True, **options)
    if not isinstance(storage, Storage):
        raise TypeError(f"not a rate storage: {url}")
    return storage
