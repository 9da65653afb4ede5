import limits.errors
import pytest
from limits.aio.strategies import FixedWindowRateLimiter

from gateway.rates import Rates, prefix


def rates(per_session: str = "2/minute", per_address: str = "1000/minute") -> Rates:
    return Rates(per_session=per_session, per_address=per_address)


async def test_a_citizen_may_send_so_much_and_is_told_how_long_to_wait() -> None:
    limited = rates()

    waits = [await limited.seconds_to_wait_for_session("an") for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert 1 <= waits[2] <= 60


async def test_one_citizens_hurry_is_not_anothers() -> None:
    limited = rates()
    for _ in range(3):
        await limited.seconds_to_wait_for_session("an")

    assert await limited.seconds_to_wait_for_session("binh") == 0


async def test_several_limits_hold_together() -> None:
    limited = rates(per_session="100/minute;2/hour")

    waits = [await limited.seconds_to_wait_for_session("an") for _ in range(3)]

    assert waits[2] > 60


async def test_a_home_cannot_escape_by_changing_its_ipv6_address() -> None:
    limited = rates(per_address="1/minute")
    await limited.seconds_to_wait_for_address("2001:db8:1:1::1")

    assert await limited.seconds_to_wait_for_address("2001:db8:1:1:ffff::2") > 0
    assert await limited.seconds_to_wait_for_address("2001:db8:1:2::1") == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("2001:db8::1", "2001:db8::/64"),
        ("", "unknown"),
    ],
)
def test_reads_every_kind_of_address(address: str, expected: str) -> None:
    assert prefix(address) == expected


async def test_with_its_storage_down_nobody_is_refused() -> None:
    class Down(FixedWindowRateLimiter):
        async def hit(self, *_: object, **__: object) -> bool:
            raise limits.errors.StorageError(ConnectionError("refused"))

    limited = rates(per_session="1/minute")
    limited.limiter = Down(limited.limiter.storage)

    assert [await limited.seconds_to_wait_for_session("an") for _ in range(3)] == [0, 0, 0]


async def test_a_redis_that_is_away_is_a_storage_that_is_down() -> None:
    limited = Rates(per_session="1/minute", per_address="1/minute", storage="redis://127.0.0.1:1/0")

    assert [await limited.seconds_to_wait_for_session("an") for _ in range(3)] == [0, 0, 0]
