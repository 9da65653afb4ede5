"""The page of what could not be sent: who sees it, what it tells, and trying again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.database import writing
from agencies.outbox.tables import delivery, recipient_state
from agencies.outbox.writing import Kind
from agencies.staff.model import Role
from agencies.staff.tables import audit
from tests.agencies.outbox.samples import START, answer, forward, put, rows, write_cases
from tests.agencies.staffed import browser

DELIVERIES = "/console/deliveries"


@pytest.fixture
async def written(loaded, engine):
    """Two dead ones, one for a citizen, and one that waits since yesterday."""
    await write_cases(engine, 3, agency_code="so-tu-phap")
    await put(engine, forward(1, 2), answer(2), forward(3, 2), at=START - timedelta(days=1))
    async with writing(engine).begin() as connection:
        dead = sa.update(delivery).where(delivery.c.id.in_([1, 2]))
        ended = {"state": "dead", "error": "smtp 550 (recipient)", "attempts": 1}
        await connection.execute(dead.values(**ended, ended_at=START))
        waits = sa.update(delivery).where(delivery.c.id == 3)
        later = START + timedelta(days=900)
        await connection.execute(waits.values(attempts=4, error="smtp 421", not_before=later))
    return engine


@pytest.fixture
async def coordinator(app):
    async with browser(app, Role.COORDINATOR) as http:
        yield http


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD])
async def test_only_roles_that_keep_the_ways_open_see_it(app, role):
    async with browser(app, role, "so-tu-phap") as http:
        page = await http.get(DELIVERIES)
        again = await http.post(f"{DELIVERIES}/1/again")
        start = (await http.get("/console/directory")).text

    assert (page.status_code, again.status_code) == (403, 403)
    assert DELIVERIES not in start


async def test_says_who_what_why_and_since_when(written, coordinator):
    page = (await coordinator.get(DELIVERIES)).text

    for fact in (
        "tiepnhan@sotuphap.gov.vn",
        "Chuyển phản ánh",
        "/console/cases/PA-00000001",
        "máy chủ thư báo lỗi (smtp 550 (recipient))",
        "16/11/2026 09:00",
        "4 lần thử",
    ):
        assert fact in page
    assert "portal:" not in page, "a conversation is not named"
    assert "Đã giải quyết" not in page, "nor is what was written in it"


async def test_an_administrator_sees_no_way_into_a_case(written, app):
    async with browser(app, Role.ADMINISTRATOR) as http:
        page = (await http.get(DELIVERIES)).text

    assert "PA-00000001" in page
    assert "/console/cases/PA" not in page


async def test_one_is_tried_again_and_the_audit_says_who_wanted_it(written, coordinator):
    done = await coordinator.post(f"{DELIVERIES}/1/again")

    assert done.status_code == 303
    assert [row["state"] for row in await rows(written)] == ["waiting", "dead", "waiting"]
    async with written.connect() as connection:
        last = sa.select(audit).order_by(audit.c.id.desc()).limit(1)
        entry = (await connection.execute(last)).mappings().one()
    assert (entry["action"], entry["object_id"]) == ("delivery.again", "1")
    assert entry["staff_id"] == coordinator.staff.id


async def test_one_that_waits_goes_out_at_once(written, coordinator):
    held = {"kind": Kind.EMAIL, "recipient": "*", "failures": 3, "error": "", "changed_at": START}
    held |= {"hard_bounces": 0, "soft_bounces": 0, "held_until": START + timedelta(days=900)}
    async with writing(written).begin() as connection:
        await connection.execute(sa.insert(recipient_state).values(**held))

    await coordinator.post(f"{DELIVERIES}/3/again")

    assert (await rows(written))[2]["not_before"] < START + timedelta(days=899)
    async with written.connect() as connection:
        assert (await connection.execute(sa.select(recipient_state.c.held_until))).scalar() is None


async def test_all_that_were_given_up_are_tried_again(written, coordinator):
    done = await coordinator.post(f"{DELIVERIES}/again")

    assert "again=2" in done.headers["location"]
    assert "Sẽ gửi lại 2 tin" in (await coordinator.get(done.headers["location"])).text
    assert {row["state"] for row in await rows(written)} == {"waiting"}


@pytest.mark.parametrize("number", ["9", "0", "99999999999999999999"])
async def test_one_that_is_not_there_is_not_found(written, coordinator, number):
    assert (await coordinator.post(f"{DELIVERIES}/{number}/again")).status_code == 404


async def test_what_was_sent_is_not_sent_again(written, coordinator):
    async with writing(written).begin() as connection:
        await connection.execute(sa.update(delivery).values(state="sent"))

    assert (await coordinator.post(f"{DELIVERIES}/1/again")).status_code == 404
    assert "Không có tin nào" in (await coordinator.get(DELIVERIES)).text


async def test_a_form_of_another_site_tries_nothing_again(written, coordinator):
    foreign = {"origin": "https://khac.example", "sec-fetch-site": "cross-site"}
    done = await coordinator.post(f"{DELIVERIES}/1/again", headers=foreign)

    assert done.status_code == 403
    assert (await rows(written))[0]["state"] == "dead"


async def test_older_ones_are_on_further_pages(loaded, engine, coordinator):
    await write_cases(engine, 60, agency_code="so-tu-phap")
    await put(engine, *(forward(number, 2) for number in range(1, 61)))
    async with writing(engine).begin() as connection:
        await connection.execute(sa.update(delivery).values(state="dead", ended_at=START))

    first = (await coordinator.get(DELIVERIES)).text
    rest = (await coordinator.get(DELIVERIES, params={"before": 11})).text

    assert "before=11" in first
    assert "PA-00000010" in rest
    assert "PA-00000011" not in rest
