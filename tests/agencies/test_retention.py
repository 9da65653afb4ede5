"""What was erased is nowhere in the database, and the record of it names nobody."""

import asyncio
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.model import NotNow, State
from agencies.cases.tables import attachment, case_, forgotten
from agencies.client import CaseAttachment
from agencies.erasures import DataClass, Why, erasures
from agencies.outbox.tables import delivery, recipient_state
from agencies.retention import Retention, RetentionLoop
from agencies.retention_rules import Period, RetentionRules, UnreadableRetention
from agencies.tables import metadata
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft, vn
from tests.agencies.cases.conftest import cases as cases
from tests.agencies.cases.conftest import clock as clock
from tests.agencies.cases.conftest import make as make
from tests.agencies.cases.conftest import rules as rules

NEVER = RetentionRules.load()
FILE = CaseAttachment("can-cuoc-bimat.jpg", "image/jpeg", b"\xff\xd8\xffBIMAT-ANH")
# Parts of everything the citizen and staff wrote in `told`, as it is or folded.
PERSONAL = (
    "Lê Thị Bí Mật", "le thi bi mat", "0912345678", "bimat", "portal:abc", "H19.07-BIMAT",
    "quá hẹn 6 ngày", "qua hen 6 ngay", "thêm bí mật", "nháp bí mật", "trả lời bí mật",
    "ghi chú bí mật", "chê bí mật", "BIMAT-ANH", "form-1", "form-2",
)  # fmt: skip
OF_CONTACT = PERSONAL[:6]


def keeping(**days: int) -> RetentionRules:
    periods = {name: Period(days=each, source="QĐ 1/2026") for name, each in days.items()}
    return NEVER.model_copy(update=periods)


async def everything(engine) -> str:
    """All rows of all tables, as text."""
    found = []
    async with engine.connect() as connection:
        for table in metadata.tables.values():
            rows = await connection.execute(sa.select(table))
            found += [repr(tuple(row)) for row in rows]
    return "\n".join(found)


def on_disk(engine) -> bytes:
    """The files of an SQLite database, free pages and log included."""
    path = engine.url.database
    found = b""
    for suffix in ("", "-wal"):
        try:
            with open(path + suffix, "rb") as file:
                found += file.read()
        except FileNotFoundError:
            pass
    return found


@pytest.fixture
async def told(cases, clock, engine):
    """A case on which everybody wrote, with files, still open."""
    draft = a_draft(attachments=(FILE,), dossier_code="H19.07-BIMAT")
    case = (await cases.create(draft, agency="so-tu-phap")).case
    await cases.citizen_wrote(case.code, "thêm bí mật", "form-2")
    async with engine.begin() as connection:
        failing = {"kind": "citizen", "recipient": "portal:abc", "failures": 1, "error": "x"}
        failing |= {"hard_bounces": 0, "soft_bounces": 0, "changed_at": clock()}
        columns = {column.name for column in recipient_state.columns}
        known = {name: value for name, value in failing.items() if name in columns}
        await connection.execute(recipient_state.insert().values(known))
    case = await cases.case(case.code, EVERYTHING)
    case = await cases.note(case, "ghi chú bí mật", CLERK)
    return await cases.draft(case, "nháp bí mật", CLERK)


@pytest.fixture
async def ended(told, cases, clock):
    """The same, answered, rated and closed."""
    answered = await cases.answer(told, "trả lời bí mật", CLERK)
    await cases.rate(answered.code, 2, "chê bí mật")
    case = await cases.case(answered.code, EVERYTHING)
    return await cases.close(case, CLERK)


async def test_the_test_would_see_what_is_left(ended, engine):
    found = await everything(engine)

    missing = [word for word in PERSONAL if word not in found and word != "nháp bí mật"]
    assert missing == []


async def test_a_citizen_who_asks_is_nowhere_in_the_database(ended, cases, engine):
    assert await cases.erase("portal:abc") == 1

    found = await everything(engine)
    assert [word for word in PERSONAL if word in found] == []


# What PostgreSQL keeps until its vacuum is in ADR 77.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_not_even_in_the_pages_that_sqlite_no_longer_uses(ended, cases, engine):
    before = on_disk(engine)
    await cases.erase("portal:abc")

    after = on_disk(engine)
    assert all(word.encode() in before for word in ("0912345678", "BIMAT-ANH", "chê bí mật"))
    assert [word for word in PERSONAL if word.encode() in after] == []
    assert b"bimat" not in after  # A word of the full-text index.


async def test_what_figures_need_stays(ended, cases, engine):
    await cases.erase("portal:abc")

    case = await cases.case(ended.code, EVERYTHING)
    assert (case.rating, case.field, case.state) == (2, ended.field, State.CLOSED)
    assert (case.answered_at, case.received_at) == (ended.answered_at, ended.received_at)
    kinds = [event.kind for event in await cases.events(case.id)]
    assert {"created", "answered", "rated", "erased"} <= set(kinds)


async def test_erasing_twice_does_nothing_the_second_time(ended, cases, engine, clock):
    await cases.erase("portal:abc")
    before = await everything(engine)

    assert await cases.erase("portal:abc") == 0
    assert await cases.erase("") == 0
    assert await everything(engine) == before


async def test_the_record_says_what_when_why_and_how_many(ended, cases, engine, clock):
    await cases.erase("portal:abc")

    written = await erasures(engine, clock() - timedelta(days=1), clock() + timedelta(days=1))
    assert {one.data_class for one in written} == set(DataClass)
    assert {(one.why, one.cases, one.kept) for one in written} == {(Why.REQUEST, 1, 0)}
    assert {one.at for one in written} == {clock().astimezone(UTC)}


async def test_of_an_open_case_only_the_matter_stays(told, cases, engine, clock):
    assert await cases.erase("portal:abc") == 1

    found = await everything(engine)
    assert [word for word in OF_CONTACT if word in found] == []
    assert "BIMAT-ANH" not in found
    case = await cases.case(told.code, EVERYTHING)
    assert case.open
    assert case.text == told.text
    assert case.erased_at is None  # The outbox still sends it to its agency.
    written = await erasures(engine, clock() - timedelta(days=1), clock() + timedelta(days=1))
    kept = {one.data_class: (one.cases, one.kept) for one in written}
    assert kept[DataClass.WORDS] == (0, 1)
    assert kept[DataClass.CONTACT] == (1, 0)


async def test_the_words_of_an_open_case_go_when_it_ends(told, cases, engine, clock):
    await cases.erase("portal:abc")
    case = await cases.case(told.code, EVERYTHING)
    await cases.decline(case, "lý do bí mật", CLERK)
    retention = Retention(engine, NEVER, clock)

    [*done] = await retention.run()

    assert {(one.data_class, one.why) for one in done} >= {(DataClass.WORDS, Why.REQUEST)}
    found = await everything(engine)
    assert [word for word in (*PERSONAL, "lý do bí mật") if word in found] == []
    assert await retention.run() == []


async def test_staff_can_work_on_after_a_request(told, cases):
    await cases.erase("portal:abc")
    case = await cases.case(told.code, EVERYTHING)

    answered = await cases.answer(case, "đã giải quyết", CLERK)

    assert answered.state is State.ANSWERED


async def test_nothing_waits_for_a_citizen_who_was_forgotten(ended, cases, engine):
    await cases.erase("portal:abc")

    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(delivery))).mappings().all()
    assert [row for row in rows if row["state"] == "waiting"] == []
    assert {row["recipient"] for row in rows if row["recipient_kind"] == "citizen"} == {""}


async def test_nothing_goes_by_time_until_it_is_set(ended, engine, clock):
    clock.advance(days=5000)

    assert await Retention(engine, NEVER, clock).run() == []
    assert set(NEVER.unset) == set(DataClass)


async def test_a_class_goes_when_its_time_is_over_and_no_day_before(ended, cases, engine, clock):
    retention = Retention(engine, keeping(contact=30, attachments=10), clock)

    clock.advance(days=10)
    assert await retention.run() == []
    clock.advance(minutes=1)
    assert [one.data_class for one in await retention.run()] == [DataClass.ATTACHMENTS]
    clock.advance(days=20)
    [contact] = await retention.run()

    assert (contact.data_class, contact.cases, contact.basis) == (DataClass.CONTACT, 1, "QĐ 1/2026")
    found = await everything(engine)
    assert [word for word in OF_CONTACT if word in found] == []
    case = await cases.case(ended.code, EVERYTHING)
    assert case.answer == "trả lời bí mật"


async def test_that_somebody_was_forgotten_is_forgotten_the_day_after(cases, engine, clock):
    await cases.erase("portal:abc")
    retention = Retention(engine, NEVER, clock)

    await retention.run()
    assert await rows_of(engine, forgotten) == 1
    clock.advance(days=1, seconds=1)
    await retention.run(dry_run=True)
    assert await rows_of(engine, forgotten) == 1
    await retention.run()

    assert await rows_of(engine, forgotten) == 0


async def rows_of(engine, table) -> int:
    async with engine.connect() as connection:
        counted = await connection.execute(sa.select(sa.func.count()).select_from(table))
        return counted.scalar_one()


async def test_an_open_or_answered_case_is_not_touched_by_time(told, cases, engine, clock):
    retention = Retention(engine, keeping(**dict.fromkeys(DataClass, 1)), clock)
    clock.advance(days=400)
    assert await retention.run() == []

    case = await cases.case(told.code, EVERYTHING)
    await cases.answer(case, "trả lời", CLERK)
    clock.advance(days=400)

    assert await retention.run() == []


async def test_all_classes_together_leave_nothing(ended, engine, clock):
    retention = Retention(engine, keeping(**dict.fromkeys(DataClass, 1)), clock)
    clock.advance(days=2)

    done = await retention.run()

    assert {one.data_class for one in done} == set(DataClass)
    found = await everything(engine)
    assert [word for word in PERSONAL if word in found] == []
    assert await retention.run() == []


async def test_a_dry_run_counts_and_changes_nothing(ended, engine, clock):
    retention = Retention(engine, keeping(words=1, attachments=1), clock)
    clock.advance(days=2)
    before = await everything(engine)

    counted = {one.data_class: one.cases for one in await retention.run(dry_run=True)}

    assert counted == {DataClass.WORDS: 1, DataClass.ATTACHMENTS: 1}
    assert await everything(engine) == before


class TestAfterErasure:
    """Nothing personal comes to a case again from which it was erased."""

    @pytest.fixture
    async def erased(self, ended, cases):
        await cases.erase("portal:abc")
        return await cases.case(ended.code, EVERYTHING)

    async def test_it_is_not_reopened(self, erased, cases):
        assert not cases.can_reopen(erased)
        outcome = await cases.reopen(erased.code, "bí mật", "again-1")
        assert outcome == NotNow(erased.code, "erased")

    async def test_it_is_not_written_to(self, erased, cases):
        wrote = await cases.citizen_wrote(erased.code, "bí mật", "message-1")
        noted = await cases.note(erased, "chị Bí Mật gọi", CLERK)

        assert wrote == noted == NotNow(erased.code, "erased")

    async def test_nor_when_time_erased_it(self, ended, cases, engine, clock):
        clock.advance(days=2)
        await Retention(engine, keeping(words=1), clock).run()

        assert isinstance(await cases.reopen(ended.code, "bí mật", "again-1"), NotNow)
        case = await cases.case(ended.code, EVERYTHING)
        assert isinstance(await cases.note(case, "bí mật", CLERK), NotNow)


async def test_two_that_run_at_once_erase_and_record_each_case_once(
    cases, engine, clock, monkeypatch
):
    for number in range(6):
        draft = a_draft(submission=f"f{number}", conversation=f"portal:{number}", text=f"t{number}")
        await cases.create(draft, agency="so-tu-phap")
    async with engine.begin() as connection:
        await connection.execute(case_.update().values(state="closed", closed_at=clock()))
    monkeypatch.setattr("agencies.retention.AT_ONCE", 2)
    clock.advance(days=2)

    await asyncio.gather(
        *(Retention(engine, keeping(contact=1, words=1), clock).run() for _ in range(2))
    )

    written = await erasures(engine, vn("2026-01-01 00:00"), clock() + timedelta(1))
    cases_of = dict.fromkeys((DataClass.CONTACT, DataClass.WORDS), 0)
    for one in written:
        cases_of[one.data_class] += one.cases
    assert cases_of == {DataClass.CONTACT: 6, DataClass.WORDS: 6}


async def test_a_clock_that_jumped_ahead_and_back_erases_nothing_twice(ended, engine, clock):
    """What it erased on the wrong day is gone; that is why operators watch the clock."""
    retention = Retention(engine, keeping(contact=30), clock)
    clock.advance(days=1000)
    [ahead] = await retention.run()

    clock.advance(days=-1000)
    back = await retention.run()
    clock.advance(days=40)

    assert (ahead.cases, back, await retention.run()) == (1, [], [])


async def test_more_cases_than_one_transaction_takes(cases, engine, clock, monkeypatch):
    for number in range(5):
        draft = a_draft(submission=f"f{number}", conversation=f"portal:{number}", text=f"t{number}")
        await cases.create(draft, agency="so-tu-phap")
    async with engine.begin() as connection:
        closed = case_.update().values(state="closed", closed_at=clock())
        await connection.execute(closed)
    monkeypatch.setattr("agencies.retention.AT_ONCE", 2)
    clock.advance(days=2)

    [done] = await Retention(engine, keeping(contact=1), clock).run()

    assert done.cases == 5
    written = await erasures(engine, vn("2026-01-01 00:00"), clock() + timedelta(1))
    assert [one.cases for one in written] == [2, 2, 1]


async def test_another_citizen_is_left_alone(ended, cases, engine):
    other = a_draft(submission="khac", conversation="zalo:9", text="chuyện của người khác")
    await cases.create(other, agency="so-tu-phap")

    await cases.erase("portal:abc")

    found = await everything(engine)
    assert "chuyện của người khác" in found
    assert "zalo:9" in found


async def test_the_loop_says_that_nothing_is_set_and_stops(engine, clock, caplog):
    loop = RetentionLoop(Retention(engine, NEVER, clock), every_hours=1)

    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.1)
    loop.stop()
    await asyncio.wait_for(task, 5)

    assert "personal data is kept for ever, no time is set: contact, words" in caplog.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("contact: {days: 5, source: null}", "needs the source"),
        ("contact: {days: 0, source: x}", "greater than or equal to 1"),
        ("khac: {days: 5, source: x}", "khac"),
        ("{", "expected"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path, text, reason):
    file = tmp_path / "retention.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableRetention, match=reason):
        RetentionRules.load(file)


async def test_no_attachment_of_another_case_is_lost(ended, cases, engine):
    other = a_draft(submission="khac", conversation="zalo:9", text="chuyện", attachments=(FILE,))
    await cases.create(other, agency="so-tu-phap")

    await cases.erase("portal:abc")

    async with engine.connect() as connection:
        left = (await connection.execute(sa.select(sa.func.count(attachment.c.id)))).scalar_one()
    assert left == 1
