"""One worker replaces a pair, the others wait; nothing that is good is ever overwritten."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from gateway.credentials import UNDECIPHERABLE, Credentials, Pair, TokenState, open_cipher
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.tables import credential
from gateway.tokens import Busy, Dead, Exchange, NoToken, TokenLater, Tokens
from tests.gateway.conftest import Clock

KEY = Fernet.generate_key().decode()
DAY = timedelta(hours=25)
FIRST = Pair("access-0", "refresh-0", DAY)
Answer = Pair | Dead | Busy


class Provider:
    """Rotates pairs as Zalo does: a refresh token is good for one use."""

    def __init__(self) -> None:
        self.valid = FIRST.refresh
        self.asked: list[str] = []
        self.seconds = 0.0
        self.answers: list[Answer] = []  # Instead of a pair.
        self.before_answer: Callable[[], Awaitable[object]] | None = None

    async def exchange(self, refresh: str) -> Answer:
        self.asked.append(refresh)
        await asyncio.sleep(self.seconds)
        if self.answers:
            return self.answers.pop(0)
        if refresh != self.valid:
            return Dead("-14014")
        number = len(self.asked)
        self.valid = f"refresh-{number}"
        if self.before_answer:
            await self.before_answer()
        return Pair(f"access-{number}", self.valid, DAY)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def credentials(database: Database, clock: Clock) -> Credentials:
    return Credentials(database, "zalo", open_cipher(KEY), clock=clock)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def tokens(
    credentials: Credentials, provider: Provider, metrics: Metrics, clock: Clock
) -> Tokens:
    tokens = a_worker(credentials, provider.exchange, metrics, clock)
    await tokens.bring(FIRST)
    return tokens


def a_worker(
    credentials: Credentials, exchange: Exchange, metrics: Metrics, clock: Clock
) -> Tokens:
    return Tokens(
        credentials, exchange, metrics, channel="zalo", clock=clock, patience=3, poll_seconds=0.02
    )


async def state(tokens: Tokens) -> TokenState:
    state = await tokens.state()
    assert state is not None
    return state


async def stored(database: Database) -> sa.RowMapping:
    return await database.read(
        lambda connection: connection.execute(sa.select(credential)).mappings().one()
    )


async def test_shows_what_a_person_brought(tokens: Tokens, provider: Provider) -> None:
    assert await tokens.access() == "access-0"
    assert provider.asked == []


async def test_a_pair_is_not_readable_in_the_database(tokens: Tokens, database: Database) -> None:
    row = await stored(database)

    assert not {"access-0", "refresh-0"} & {row["access"], row["refresh"]}
    assert "access-0" not in str(dict(row))


async def test_a_new_key_reads_what_an_old_one_wrote(
    tokens: Tokens, database: Database, provider: Provider, clock: Clock
) -> None:
    keys = f"{Fernet.generate_key().decode()},{KEY}"
    after = Credentials(database, "zalo", open_cipher(keys), clock=clock)

    assert await a_worker(after, provider.exchange, Metrics(), clock).access() == "access-0"


async def test_another_key_is_a_fault_and_no_crash(
    tokens: Tokens, database: Database, provider: Provider, clock: Clock, metrics: Metrics
) -> None:
    other = Credentials(database, "zalo", open_cipher(Fernet.generate_key().decode()), clock=clock)
    worker = a_worker(other, provider.exchange, metrics, clock)

    with pytest.raises(NoToken, match=UNDECIPHERABLE):
        await worker.access()
    await worker.keep()

    assert (await state(worker)).fault == UNDECIPHERABLE
    assert provider.asked == []


@pytest.mark.parametrize(
    "keys", ["", ",", "short", f"{KEY},short"], ids=["none", "empty ones", "short", "one short"]
)
def test_a_key_that_is_none_is_refused(keys: str) -> None:
    with pytest.raises(ValueError):
        open_cipher(keys)


async def test_without_a_pair_only_a_person_helps(
    credentials: Credentials, provider: Provider, metrics: Metrics, clock: Clock
) -> None:
    worker = a_worker(credentials, provider.exchange, metrics, clock)

    with pytest.raises(NoToken, match="no_token"):
        await worker.access()
    await worker.keep()

    assert await worker.state() is None
    assert 'gateway_token_fault{channel="zalo"} 1.0' in metrics.text().decode()


async def test_is_replaced_before_it_expires(
    tokens: Tokens, provider: Provider, clock: Clock, metrics: Metrics
) -> None:
    clock.advance(hours=19, minutes=59)
    await tokens.keep()
    early = len(provider.asked)
    clock.advance(minutes=2)
    await tokens.keep()
    await tokens.keep()

    assert (early, provider.asked) == (0, ["refresh-0"])
    assert await tokens.access() == "access-1"
    counted = metrics.text().decode()
    assert 'gateway_token_refreshes_total{channel="zalo",outcome="replaced"} 1.0' in counted
    assert 'gateway_token_fault{channel="zalo"} 0.0' in counted


async def test_an_expired_one_is_replaced_before_it_is_shown(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    clock.advance(hours=25, seconds=1)

    assert await tokens.access() == "access-1"


async def test_two_workers_with_an_expired_token_ask_once(
    tokens: Tokens, database: Database, provider: Provider, clock: Clock
) -> None:
    other = a_worker(
        Credentials(database, "zalo", open_cipher(KEY), clock=clock),
        provider.exchange,
        Metrics(),
        clock,
    )
    clock.advance(hours=26)
    provider.seconds = 0.2

    shown = await asyncio.gather(*(one.access() for one in (tokens, other) * 10))

    assert set(shown) == {"access-1"}
    assert provider.asked == ["refresh-0"]


async def test_a_token_that_failed_is_replaced_only_if_it_is_still_the_one(
    tokens: Tokens, provider: Provider
) -> None:
    first = await tokens.renewed("access-0")
    again = await tokens.renewed("access-0")

    assert (first, again) == ("access-1", "access-1")
    assert provider.asked == ["refresh-0"]


async def test_the_new_pair_is_in_the_database_before_anybody_uses_it(
    tokens: Tokens, credentials: Credentials
) -> None:
    shown = await tokens.renewed("access-0")

    held = await credentials.read()
    assert held is not None
    assert (held.access, held.refresh) == (shown, "refresh-1")


async def test_a_refusal_ends_all_tries_until_a_person_comes(
    tokens: Tokens, provider: Provider, clock: Clock, metrics: Metrics
) -> None:
    provider.answers = [Dead("-14014")]
    clock.advance(hours=21)
    with capture_logs() as logs:
        await tokens.keep()
        await tokens.keep()
    clock.advance(hours=5)
    with pytest.raises(NoToken, match="-14014"):
        await tokens.access()

    assert provider.asked == ["refresh-0"]
    assert (await state(tokens)).fault == "-14014"
    assert [log["log_level"] for log in logs if log["event"] == "tokens.dead"] == ["error"]
    assert 'gateway_token_fault{channel="zalo"} 1.0' in metrics.text().decode()


async def test_with_a_dead_refresh_token_the_other_is_used_to_its_end(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    provider.answers = [Dead("-14014")]
    clock.advance(hours=21)
    await tokens.keep()

    assert await tokens.access() == "access-0"


async def test_a_pair_that_a_person_brings_ends_the_fault(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    provider.answers = [Dead("-14014")]
    clock.advance(hours=26)
    with pytest.raises(NoToken):
        await tokens.access()

    await tokens.bring(Pair("access-new", "refresh-new", DAY))

    assert await tokens.access() == "access-new"
    assert (await state(tokens)).fault == ""


async def test_a_busy_provider_is_left_alone_for_a_while(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    provider.answers = [Busy("-32")]
    clock.advance(hours=26)

    for _ in range(3):
        with pytest.raises(TokenLater):
            await tokens.access()
    clock.advance(seconds=31)
    shown = await tokens.access()

    assert shown == "access-2"
    assert provider.asked == ["refresh-0", "refresh-0"]
    assert (await state(tokens)).fault == ""


async def test_an_exchange_is_bounded(
    credentials: Credentials, provider: Provider, clock: Clock
) -> None:
    tokens = Tokens(
        credentials,
        provider.exchange,
        Metrics(),
        channel="zalo",
        clock=clock,
        exchange_seconds=0.05,
    )
    await tokens.bring(FIRST)
    provider.seconds = 5

    with pytest.raises(TokenLater):
        await tokens.renewed("access-0")


async def test_who_waits_too_long_tries_later(
    tokens: Tokens, credentials: Credentials, provider: Provider, clock: Clock
) -> None:
    held = await credentials.read()
    assert held is not None
    await credentials.claim(held)  # By a worker that is at it, and slow.
    waiting = Tokens(credentials, provider.exchange, Metrics(), channel="zalo", patience=0.2)

    with pytest.raises(TokenLater):
        await waiting.renewed("access-0")

    assert provider.asked == []


async def test_the_lease_of_a_dead_worker_is_taken_over(
    tokens: Tokens, credentials: Credentials, provider: Provider, clock: Clock
) -> None:
    held = await credentials.read()
    assert held is not None
    await credentials.claim(held)  # Killed before it asked.
    clock.advance(seconds=61)

    assert await tokens.renewed("access-0") == "access-1"
    assert provider.asked == ["refresh-0"]


async def test_killed_between_the_answer_and_the_commit_a_person_must_come(
    tokens: Tokens, credentials: Credentials, provider: Provider, clock: Clock
) -> None:
    held = await credentials.read()
    assert held is not None
    await credentials.claim(held)
    await provider.exchange(held.refresh)  # And then the worker is gone.
    clock.advance(seconds=61)

    with pytest.raises(NoToken, match="-14014"):
        await tokens.renewed("access-0")

    assert (await state(tokens)).fault == "-14014"


async def test_who_is_late_does_not_overwrite_a_newer_pair(
    tokens: Tokens, provider: Provider, metrics: Metrics
) -> None:
    async def a_person_comes() -> None:
        await tokens.bring(Pair("access-new", "refresh-new", DAY))

    provider.before_answer = a_person_comes

    assert await tokens.renewed("access-0") == "access-new"
    outcome = 'gateway_token_refreshes_total{channel="zalo",outcome="late"} 1.0'
    assert outcome in metrics.text().decode()


async def test_who_is_late_with_the_only_good_pair_keeps_it(
    tokens: Tokens, database: Database, provider: Provider, clock: Clock
) -> None:
    other = a_worker(
        Credentials(database, "zalo", open_cipher(KEY), clock=clock),
        provider.exchange,
        Metrics(),
        clock,
    )

    async def another_takes_over() -> None:
        provider.before_answer = None
        clock.advance(seconds=61)
        with pytest.raises(NoToken):  # Ours was in time: theirs is refused.
            await other.renewed("access-0")

    provider.before_answer = another_takes_over

    assert await tokens.renewed("access-0") == "access-1"
    assert (await state(tokens)).fault == ""
    assert await other.access() == "access-1"


async def test_who_was_refused_late_does_not_spoil_the_pair_of_who_was_in_time(
    tokens: Tokens, credentials: Credentials, clock: Clock
) -> None:
    held = await credentials.read()
    assert held is not None
    late = await credentials.claim(held)
    clock.advance(seconds=61)
    await credentials.claim(held)
    assert late is not None

    assert not await credentials.note_fault(held, late, "-14014")
    assert (await state(tokens)).fault == ""


async def test_a_pair_on_its_way_is_kept_though_nobody_waits_for_it(
    tokens: Tokens, provider: Provider
) -> None:
    provider.seconds = 0.2
    asking = asyncio.create_task(tokens.renewed("access-0"))
    while not provider.asked:
        await asyncio.sleep(0.01)
    asking.cancel()

    await tokens.close()

    assert await tokens.access() == "access-1"


async def test_a_fault_in_asking_neither_ends_the_loop_nor_keeps_the_lease(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    async def fault() -> None:
        raise UnicodeEncodeError("ascii", "bí mật", 0, 1, "no header")

    provider.before_answer = fault
    clock.advance(hours=26)
    loop = asyncio.create_task(tokens.run())
    async with asyncio.timeout(5):
        while not provider.asked:
            await asyncio.sleep(0.01)

        with pytest.raises(TokenLater):
            await tokens.access()
        provider.before_answer, provider.valid = None, "refresh-0"
        clock.advance(seconds=31)
        while (await state(tokens)).expires_at <= clock():
            await asyncio.sleep(0.01)

    tokens.stop()
    await loop
    assert provider.asked == ["refresh-0", "refresh-0"]
    assert await tokens.access() == "access-2"


async def test_the_loop_replaces_and_stops(
    tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    clock.advance(hours=21)
    loop = asyncio.create_task(tokens.run())
    while not provider.asked:
        await asyncio.sleep(0.01)
    tokens.stop()
    await asyncio.wait_for(loop, 2)

    assert await tokens.access() == "access-1"


async def test_notes_by_which_variant_webhooks_are_signed(tokens: Tokens) -> None:
    tokens.signature = "oa-body"
    await tokens.keep()

    assert (await state(tokens)).signature == "oa-body"


async def test_no_token_is_logged_or_printed(
    tokens: Tokens, provider: Provider, credentials: Credentials
) -> None:
    with capture_logs() as logs:
        await tokens.renewed("access-0")
        await tokens.bring(Pair("access-new", "refresh-new", DAY))
    held = await credentials.read()

    told = f"{logs} {held} {FIRST}"
    assert [log["event"] for log in logs] == ["tokens.replaced", "tokens.brought"]
    assert not any(word in told for word in ("access-0", "access-1", "refresh-1", "refresh-new"))
