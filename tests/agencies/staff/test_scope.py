from dataclasses import replace

import pytest
import sqlalchemy as sa

from agencies.staff.scope import Scope, scope_below
from agencies.tables import agency as table
from tests.agencies.samples import SMALL, agency, directory_of

WARD_OFFICE = agency("mot-cua", parent="ubnd-xa-dong")


async def codes(engine, scope: Scope) -> set[str]:
    query = sa.select(table.c.code).where(scope.where(table.c.id))
    async with engine.connect() as connection:
        return set((await connection.execute(query)).scalars())


async def below(engine, code: str | None) -> set[str]:
    async with engine.connect() as connection:
        query = sa.select(table.c.id).where(table.c.code == code)
        number = (await connection.execute(query)).scalar_one() if code else None
        scope = await scope_below(connection, number)
    return await codes(engine, scope)


@pytest.fixture
async def whole(store):
    await store.replace(directory_of(*SMALL, WARD_OFFICE), file="f")
    return store


async def test_an_agency_sees_itself_and_what_is_below_however_deep(engine, whole):
    assert await below(engine, "so-tu-phap") == {"so-tu-phap"}
    assert await below(engine, "ubnd-xa-dong") == {"ubnd-xa-dong", "mot-cua"}
    assert len(await below(engine, "ubnd-tinh")) == 5


async def test_the_whole_province_sees_everything(engine, whole):
    assert len(await below(engine, None)) == 5


async def test_a_withdrawn_unit_stays_with_the_one_above(engine, whole):
    await whole.replace(directory_of(*SMALL), file="f")

    assert await below(engine, "ubnd-xa-dong") == {"ubnd-xa-dong", "mot-cua"}


async def test_what_was_merged_into_an_agency_is_its_own_with_all_below(engine, whole):
    merged = tuple(
        replace(one, successor="so-tu-phap") if one.code == "ubnd-xa-dong" else one
        for one in (*SMALL, WARD_OFFICE)
    )
    await whole.replace(directory_of(*merged), file="f")

    assert await below(engine, "so-tu-phap") == {"so-tu-phap", "ubnd-xa-dong", "mot-cua"}
    assert await below(engine, "ubnd-xa-dong") == {"ubnd-xa-dong", "mot-cua"}


async def test_a_circle_of_mergers_comes_to_an_end(engine, whole):
    async with engine.begin() as connection:
        ids = dict((await connection.execute(sa.select(table.c.code, table.c.id))).all())
        for one, other in (("so-tu-phap", "to-phan-loai"), ("to-phan-loai", "so-tu-phap")):
            await connection.execute(
                sa.update(table).where(table.c.code == one).values(successor_id=ids[other])
            )

    assert await below(engine, "so-tu-phap") == {"so-tu-phap", "to-phan-loai"}


async def test_a_scope_of_nothing_sees_nothing(engine, whole):
    assert await codes(engine, Scope.of([])) == set()
    assert await codes(engine, Scope.of([424242])) == set()


def test_a_row_of_no_agency_is_seen_by_the_whole_province_only():
    assert Scope.everything().covers(None)
    assert not Scope.of([1]).covers(None)
