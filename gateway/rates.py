"""How much one citizen, or one address, may send, and what may be sent to a provider."""

import time
from ipaddress import ip_address, ip_network

import structlog
from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

log = structlog.get_logger()

# A home or a phone has a whole /64 of IPv6 addresses to choose from.
IPV4_PREFIX = 32
IPV6_PREFIX = 64


class Rates:
    def __init__(self, *, per_session: str, per_address: str, storage: str = "memory://") -> None:
        self._per_session = parse_many(per_session)
        self._per_address = parse_many(per_address)
        self.limiter = FixedWindowRateLimiter(_open(storage))

    async def seconds_to_wait_for_address(self, address: str) -> int:
        """0 when the address may send now; counts the attempt."""
        return await self._hit(self._per_address, f"address:{prefix(address)}")

    async def seconds_to_wait_for_session(self, user: str) -> int:
        """0 when the citizen may send now; counts the attempt."""
        return await self._hit(self._per_session, f"session:{user}")

    async def seconds_to_wait_for_provider(self, channel: str, rate: str) -> int:
        """0 when the channel may be called now; counts the call. "" is no limit."""
        return await self._hit(parse_many(rate), f"provider:{channel}") if rate else 0

    async def _hit(self, limits: list[RateLimitItem], key: str) -> int:
        try:
            for limit in limits:
                if not await self.limiter.hit(limit, key):
                    window = await self.limiter.get_window_stats(limit, key)
                    return max(1, round(window.reset_time - time.time()))
        except StorageError as error:
            # Redis is down: better unlimited for a while than no answer for anybody.
            log.error("rates.storage", error=type(error).__name__)
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
