"""How long the queue's page takes with many cases; figures for docs/benchmarks.md.

    python -m tests.agencies.console.measure --cases 100000
    python -m tests.agencies.console.measure --cases 100000 --postgres

The whole page through the app in memory: session, scope, counts, rows, HTML. An empty database is
made for it and thrown away.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI

from agencies.api import create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.database import open_engine, upgrade
from agencies.settings import Settings
from agencies.staff.model import Role
from agencies.store import AgencyStore
from tests import postgres
from tests.agencies.console.crowd import fill
from tests.agencies.samples import agency, directory_of
from tests.agencies.staffed import browser

AGENCIES = 150  # Of a province: its departments, and the communes around a hundred.
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Taken:
    """Milliseconds by the clock, and of work in this process: a busy machine stretches the first.

    PostgreSQL's work is in its own processes.
    """

    wall: float
    cpu: float


PAGES = {
    "open, what is due first": "",
    "overdue": "?due=overdue",
    "nobody's": "?assignee=nobody",
    "all, newest first": "?state=all",
    "closed": "?state=closed",
    "declined, one category": "?state=declined&category=unlawful",
    "page two hundred of all": "?state=all&after={place}",
    "a rare word": "?state=all&q=0912345678",
    "two words": "?state=all&q=tran+binh",
    "words of most cases": "?state=all&q=ho+so",
    "words among open ones": "?q=khai+sinh",
}
WHO = {
    "the provincial office": (Role.COORDINATOR, None),
    "the head over all agencies": (Role.HEAD, "tinh"),
    "a clerk of one agency": (Role.CLERK, "co-quan-5"),
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--postgres", action="store_true")
    arguments = asked.parse_args()
    with database(arguments.postgres) as url:
        asyncio.run(measure(url, arguments.cases, arguments.rounds))


@contextmanager
def database(on_postgres: bool) -> Iterator[str]:
    """The address of an empty one."""
    if not on_postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'agencies.db'}"
        return
    server = postgres.postgres_server.__wrapped__()  # type: ignore[attr-defined]
    address = next(server)
    try:
        postgres.execute(address, "CREATE DATABASE measured")
        yield f"{address}/measured"
    finally:
        next(server, None)


async def measure(url: str, cases: int, rounds: int) -> None:
    engine = open_engine(url)
    await upgrade(engine)
    store = AgencyStore(engine)
    below = (agency(f"co-quan-{n}", f"Cơ quan {n}", parent="tinh") for n in range(AGENCIES))
    await store.replace(directory_of(agency("tinh", "Tỉnh"), *below), file="measured")
    start = time.perf_counter()
    await fill(engine, range(1, AGENCIES + 2), count=cases, now=NOW)
    print(f"{cases} cases written in {time.perf_counter() - start:.0f} s")  # noqa: T201
    app = create_app(Settings(), store, cases=open_cases(engine, CaseSettings()))
    await show(app, rounds)
    await engine.dispose()


async def show(app: FastAPI, rounds: int) -> None:
    place = f"{NOW.replace(year=NOW.year - 1).isoformat()}_1".replace("+", "%2B")
    print(f"{'':32}" + "".join(f"{who:>28}" for who in WHO))  # noqa: T201
    print(f"{'ms: p50 / p95 (p95 of CPU)':32}")  # noqa: T201
    every: dict[str, list[Taken]] = {who: [] for who in WHO}
    for name, query in PAGES.items():
        cells = []
        for who, (role, at) in WHO.items():
            async with browser(app, role, at) as staff:
                address = f"/console/cases{query.format(place=place)}"
                taken = await times(lambda: staff.get(address), rounds)  # noqa: B023
            every[who] += taken
            cells.append(cell(taken))
        print(f"{name:32}" + "".join(f"{cell:>28}" for cell in cells), flush=True)  # noqa: T201
    total = "".join(cell(taken).rjust(28) for taken in every.values())
    print(f"{'all of them':32}{total}")  # noqa: T201


async def times(call: Callable[[], Awaitable[object]], rounds: int) -> list[Taken]:
    """Of each call, after one that does not count."""
    await call()
    taken = []
    for _ in range(rounds):
        start, worked = time.perf_counter(), time.process_time()
        await call()
        took = (time.perf_counter() - start) * 1000
        taken.append(Taken(took, (time.process_time() - worked) * 1000))
    return taken


def cell(taken: list[Taken]) -> str:
    walls = [one.wall for one in taken]
    cpu = p95([one.cpu for one in taken])
    return f"{statistics.median(walls):.0f} / {p95(walls):.0f} ({cpu:.0f})"


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
