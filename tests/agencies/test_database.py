import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agencies.database import open_engine, upgrade
from agencies.tables import metadata

# Written in SQL, as only one of the two databases knows them, or a condition: migration 0005.
BY_HAND = {
    "ix_case_open_due",
    "ix_case_open_agency",
    "ix_case_newest",
    "ix_case_agency_newest",
    "ix_case_drafted",
    "ix_case_words",
}


def in_metadata(thing: object, name: str | None, *_: object) -> bool:
    return name not in BY_HAND and not (name or "").startswith("case_words")


async def test_the_migrations_make_the_tables_the_code_expects(engine):
    def differences(connection: sa.Connection) -> list:
        return compare_metadata(
            MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": in_metadata}
            ),
            metadata,
        )

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_does_nothing(engine):
    await upgrade(engine)


async def test_sqlite_is_opened_for_readers_beside_a_writer(tmp_path):
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/a.db")

    async with engine.connect() as connection:
        journal = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one()
        foreign_keys = (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one()

    assert (journal, foreign_keys) == ("wal", 1)
    await engine.dispose()
