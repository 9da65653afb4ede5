import pytest

from agencies.staff import audit
from agencies.staff.model import Role
from tests.agencies.staffed import browser

AUDIT = "/console/audit"


@pytest.fixture
async def administrator(app):
    async with browser(app, Role.ADMINISTRATOR, name="Quản trị Một") as http:
        yield http


async def read(room, staff, number: int) -> None:
    for one in range(number):
        await audit.record(room.engine, staff, None, "case.read", "case", f"PA-{one:03}")


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD, Role.COORDINATOR])
async def test_only_an_administrator_reads_it(app, role):
    at = "so-tu-phap" if role in (Role.CLERK, Role.HEAD) else None
    async with browser(app, role, at) as http:
        assert (await http.get(AUDIT)).status_code == 403


async def test_says_who_did_what_to_which_thing(administrator, room):
    await read(room, administrator.staff, 1)

    page = (await administrator.get(AUDIT)).text

    for fact in ("Quản trị Một", "case.read", "case PA-000"):
        assert fact in page


async def test_looking_at_it_is_an_entry_of_it(administrator):
    await administrator.get(AUDIT, params={"object_id": "PA-7"})

    page = (await administrator.get(AUDIT)).text

    assert "audit.read" in page
    assert "audit PA-7" in page


async def test_is_narrowed_to_a_person_an_action_or_a_thing(administrator, room):
    await read(room, administrator.staff, 3)
    await audit.record(room.engine, None, None, "login.refused", "staff", "")
    me = administrator.staff.username

    thing = (await administrator.get(AUDIT, params={"object_id": " PA-001 "})).text
    action = (await administrator.get(AUDIT, params={"action": "login.refused"})).text
    person = (await administrator.get(AUDIT, params={"username": me.upper()})).text
    nobody = (await administrator.get(AUDIT, params={"username": "nobody\x00"})).text

    assert (thing.count("<tr>"), action.count("<tr>")) == (2, 2)
    assert "login.refused</td>" not in person
    assert "case PA-002" in person
    assert "Không có mục nào" in nobody


async def test_older_entries_are_on_further_pages(administrator, room):
    await read(room, administrator.staff, 60)

    first = (await administrator.get(AUDIT, params={"action": "case.read"})).text
    rest = (await administrator.get(AUDIT, params={"action": "case.read", "before": 11})).text

    assert "case PA-059" in first
    assert "before=11" in first
    assert rest.count("<tr>") == 11
    assert "Các mục cũ hơn" not in rest


async def test_what_is_in_it_is_never_markup(administrator, room):
    await audit.record(room.engine, None, None, "x", "y", "<b>", {"<i>": "<script>"})

    page = (await administrator.get(AUDIT)).text

    assert "<b>" not in page
    assert "<script" not in page
