import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from gateway.database import MIGRATIONS, Database, is_current, open_database
from gateway.messages import Reply
from gateway.store import Store
from gateway.tables import conversation, metadata
from tests.gateway.samples import asked


async def test_the_migrations_make_the_tables_the_code_uses(database: Database) -> None:
    differences = await database.read(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )

    assert differences == []


async def test_knows_whether_every_migration_has_run(database: Database) -> None:
    assert await database.read(is_current)
    await database.write(
        lambda connection: connection.execute(sa.text("DELETE FROM alembic_version"))
    )
    assert not await database.read(is_current)


async def test_work_that_raises_leaves_nothing_behind(database: Database) -> None:
    def work(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'x'"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(work)

    assert await database.read(is_current)


async def test_errors_do_not_carry_the_parameters(database: Database) -> None:
    secret = {"name": "một câu riêng tư", "mode": None}

    with pytest.raises(IntegrityError) as caught:
        await database.write(
            lambda connection: connection.execute(sa.insert(conversation), [secret])
        )

    assert "[SQL parameters hidden" in str(caught.value)


async def test_sqlite_waits_for_another_process_instead_of_failing(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/shared.db"
    one, other = open_database(url), open_database(url)
    await one.write(lambda connection: connection.execute(sa.text("CREATE TABLE t (n INTEGER)")))

    insert = sa.text("INSERT INTO t VALUES (1)")
    writers = (one, other) * 10
    await asyncio.gather(
        *(writer.write(lambda connection: connection.execute(insert)) for writer in writers)
    )
    count = await other.read(
        lambda connection: connection.scalar(sa.text("SELECT count(*) FROM t"))
    )
    await one.close()
    await other.close()

    assert count == 20


async def test_what_was_held_waits_after_a_downgrade(store: Store, database: Database) -> None:
    await store.finish_turn(await asked(store), [Reply("một")])
    held = sa.text("UPDATE outbox SET state = 'held'")
    await database.write(lambda connection: connection.execute(held))

    await database.write(lambda connection: downgrade(connection, "0004"))

    states = sa.text("SELECT state FROM outbox")
    left = await database.read(lambda connection: connection.scalars(states).all())
    assert left == ["waiting"]


def downgrade(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, revision)
