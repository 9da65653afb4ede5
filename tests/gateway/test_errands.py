"""Erasures reach the agencies, whatever is down meanwhile and however often it fails."""

import httpx2
import pytest
import sqlalchemy as sa

from gateway.database import Database
from gateway.errands import Errands
from gateway.forgetting import Forgetting
from gateway.metrics import Metrics
from gateway.store import Store
from gateway.tables import errand
from tests.gateway.conftest import Clock
from tests.gateway.samples import a_message


class Agencies:
    """Answers as told and notes what it was asked."""

    def __init__(self) -> None:
        self.answers: list[int | Exception] = []
        self.asked: list[tuple[str, bytes]] = []

    def http(self) -> httpx2.AsyncClient:
        transport = httpx2.MockTransport(self._answer)
        return httpx2.AsyncClient(transport=transport, base_url="http://agencies")

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.url.path, request.content))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer, json={"cases": 1})


@pytest.fixture
def agencies() -> Agencies:
    return Agencies()


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, clock=clock)


@pytest.fixture
def forgetting(database: Database, clock: Clock) -> Forgetting:
    return Forgetting(database, clock=clock, tell_erasures=True)


@pytest.fixture
def errands(database: Database, agencies: Agencies, clock: Clock) -> Errands:
    return an_errands(database, agencies, clock)


def an_errands(database: Database, agencies: Agencies, clock: Clock) -> Errands:
    return Errands(database, agencies.http(), (), Metrics(), clock=clock)


async def waiting(database: Database) -> int:
    count = sa.select(sa.func.count()).select_from(errand)
    return await database.read(lambda connection: connection.scalar(count)) or 0


async def run_all(errands: Errands) -> None:
    while await errands.run_next():
        pass


async def test_an_erasure_is_told_once(
    store: Store, forgetting: Forgetting, errands: Errands, agencies: Agencies, database: Database
) -> None:
    await store.accept(a_message())
    await forgetting.erase("portal:an")

    await run_all(errands)

    assert agencies.asked == [("/erasures", b'{"conversation":"portal:an"}')]
    assert await waiting(database) == 0


async def test_erasing_what_is_not_there_tells_nobody(
    store: Store, forgetting: Forgetting, errands: Errands, agencies: Agencies
) -> None:
    await forgetting.erase("portal:an")
    await run_all(errands)

    assert agencies.asked == []


async def test_nothing_is_written_where_there_are_no_agencies(
    database: Database, clock: Clock
) -> None:
    await Store(database, clock=clock).accept(a_message())

    await Forgetting(database, clock=clock).erase("portal:an")

    assert await waiting(database) == 0


@pytest.mark.parametrize(
    "failure", [500, 401, 404, 422, httpx2.ConnectError("down"), httpx2.ReadTimeout("slow")]
)
async def test_an_erasure_is_never_given_up(
    store: Store,
    forgetting: Forgetting,
    errands: Errands,
    agencies: Agencies,
    database: Database,
    clock: Clock,
    failure: int | Exception,
) -> None:
    await store.accept(a_message())
    await forgetting.erase("portal:an")
    agencies.answers = [failure] * 30

    for _ in range(30):
        await run_all(errands)
        clock.advance(minutes=13)
    before = await waiting(database)
    await run_all(errands)

    assert before == 1
    assert await waiting(database) == 0
    assert len(agencies.asked) == 31


async def test_a_failure_is_not_tried_again_at_once(
    store: Store, forgetting: Forgetting, errands: Errands, agencies: Agencies
) -> None:
    await store.accept(a_message())
    await forgetting.erase("portal:an")
    agencies.answers = [500]

    await run_all(errands)

    assert len(agencies.asked) == 1


async def test_killed_in_the_midst_it_is_told_by_another_process(
    store: Store, forgetting: Forgetting, database: Database, agencies: Agencies, clock: Clock
) -> None:
    class Killed(BaseException):
        pass

    def die(_: httpx2.Request) -> httpx2.Response:
        raise Killed

    await store.accept(a_message())
    await forgetting.erase("portal:an")
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(die), base_url="http://agencies")
    dying = Errands(database, http, (), Metrics(), clock=clock)
    with pytest.raises(Killed):
        await dying.run_next()

    restarted = an_errands(database, agencies, clock)
    early = await restarted.run_next()
    clock.advance(seconds=61)
    await run_all(restarted)

    assert not early
    assert len(agencies.asked) == 1
    assert await waiting(database) == 0
