import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from agencies.database import open_engine, upgrade, writing
from agencies.staff import audit
from agencies.staff.tables import audit as table
from agencies.staff.tables import audit_end

OPERATIONS = Path("docs/operations.md")


async def entries(engine, number: int) -> None:
    for one in range(number):
        await audit.record(engine, None, None, "case.read", "case", f"PA-{one}", {"n": [one, "ư"]})


async def tamper(engine, *statements) -> None:
    """As somebody who may do anything in the database, guards included."""
    async with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        else:
            for change in ("update", "delete"):
                await connection.exec_driver_sql(f"DROP TRIGGER audit_refuses_{change}")
        for statement in statements:
            await connection.execute(statement)


async def test_a_chain_that_nobody_touched_is_whole(engine):
    await entries(engine, 5)

    verdict = await audit.verify(engine)

    assert (verdict.entries, verdict.fault) == (5, "")
    assert len(verdict.last_hash) == 64


async def test_an_empty_chain_is_whole(engine):
    assert await audit.verify(engine) == audit.Verdict(0, "")


async def test_entries_at_the_same_moment_follow_each_other(engine):
    await asyncio.gather(*(entries(engine, 5) for _ in range(6)))

    verdict = await audit.verify(engine)

    assert (verdict.entries, verdict.fault) == (30, "")


async def test_a_look_at_the_chain_while_others_write_raises_no_alarm(engine):
    async def look() -> list[str]:
        return [(await audit.verify(engine)).fault for _ in range(10)]

    *_, first, second = await asyncio.gather(
        *(entries(engine, 5) for _ in range(6)), look(), look()
    )

    assert set(first + second) == {""}


async def test_an_entry_is_part_of_the_transaction_it_tells_of(engine):
    with pytest.raises(ZeroDivisionError):
        async with writing(engine).begin() as connection:
            await audit.record(connection, None, None, "case.read", "case", 1)
            raise ZeroDivisionError

    await entries(engine, 1)

    assert await audit.verify(engine) == audit.Verdict(1, (await audit.verify(engine)).last_hash)


@pytest.mark.parametrize(
    "column", ["at", "staff_id", "ip", "action", "object_kind", "object_id", "detail"]
)
async def test_a_changed_fact_is_found(engine, column):
    await entries(engine, 3)
    other = {"at": datetime(2020, 1, 1, tzinfo=UTC), "staff_id": 7, "detail": {"n": 1}}
    value = other.get(column, "other")

    await tamper(engine, sa.update(table).where(table.c.id == 2).values({column: value}))

    assert (await audit.verify(engine)).fault == "entry 2 was changed"


async def test_an_entry_taken_out_of_the_middle_is_found(engine):
    await entries(engine, 3)

    await tamper(engine, sa.delete(table).where(table.c.id == 2))

    assert (await audit.verify(engine)).fault == "after entry 1 comes 3"


async def test_entries_cut_off_at_the_end_are_found(engine):
    await entries(engine, 3)

    await tamper(engine, sa.delete(table).where(table.c.id > 1))

    assert (await audit.verify(engine)).fault == "entries after 1 are missing"


async def test_two_entries_that_changed_places_are_found(engine):
    await entries(engine, 3)
    swap = [
        sa.update(table).where(table.c.id == one).values(id=other)
        for one, other in ((1, 99), (2, 1), (99, 2))
    ]

    await tamper(engine, *swap)

    assert (await audit.verify(engine)).fault == "entry 1 does not follow the one before it"


async def test_a_whole_new_chain_is_found_by_a_hash_that_was_noted(engine):
    await entries(engine, 3)
    before = await audit.verify(engine)
    forget = sa.update(audit_end).values(last_id=0, last_hash="")
    await tamper(engine, sa.delete(table), forget)
    await entries(engine, 2)
    await audit.record(engine, None, None, "nothing.happened", "case", "PA-2")

    alone = await audit.verify(engine)
    with_note = await audit.verify(engine, noted=(before.entries, before.last_hash))

    assert alone.fault == ""
    assert with_note.fault == "entry 3 is not the one whose hash was noted"


async def test_a_noted_entry_that_is_gone_is_found(engine):
    await entries(engine, 3)

    verdict = await audit.verify(engine, noted=(4, "0" * 64))

    assert verdict.fault == "entry 4, whose hash was noted, is missing"


@pytest.mark.parametrize("statement", [sa.update(table).values(ip="x"), sa.delete(table)], ids=str)
async def test_the_database_itself_refuses_to_change_or_delete(engine, statement):
    await entries(engine, 1)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        async with writing(engine).begin() as connection:
            await connection.execute(statement)


@pytest.mark.postgres
async def test_postgresql_refuses_to_empty_it(postgres):
    """SQLite has no TRUNCATE."""
    engine = open_engine(postgres)
    await upgrade(engine)
    await entries(engine, 1)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.exec_driver_sql("TRUNCATE audit")
    await engine.dispose()


@pytest.mark.postgres
async def test_the_rights_that_operations_names_are_enough_and_not_too_many(postgres):
    owner = open_engine(postgres)
    await upgrade(owner)
    lines = re.findall(r"^(?:GRANT|REVOKE) .*;$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    async with owner.begin() as connection:
        for line in ("CREATE ROLE agencies_app LOGIN", *lines):
            await connection.exec_driver_sql(line)
    app = open_engine(postgres.replace("postgres@", "agencies_app@"))

    await entries(app, 2)
    for statement in ("UPDATE audit SET ip = ''", "DELETE FROM audit", "DELETE FROM audit_end"):
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            async with app.begin() as connection:
                await connection.exec_driver_sql(statement)

    assert len(lines) == 4
    assert (await audit.verify(app)).entries == 2
    await app.dispose()
    async with owner.begin() as connection:
        await connection.exec_driver_sql("DROP OWNED BY agencies_app")
        await connection.exec_driver_sql("DROP ROLE agencies_app")
    await owner.dispose()


async def test_what_cannot_be_kept_as_it_is_is_cut(engine):
    await audit.record(engine, None, None, "case.read", "case", "\x00" + "x" * 500)

    async with engine.connect() as connection:
        kept = (await connection.execute(sa.select(table.c.object_id))).scalar_one()
    assert kept == "x" * 80
    assert (await audit.verify(engine)).fault == ""
