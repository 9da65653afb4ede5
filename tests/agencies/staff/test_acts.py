"""What is done to an account and its row of the audit are one transaction: both, or neither."""

import pyotp
import pytest
import sqlalchemy as sa

from agencies.staff.model import Role
from agencies.staff.tables import audit_end, staff, staff_session
from tests.agencies import staffed
from tests.agencies.staffed import browser

PASSWORD = "sáu con vịt xòe ra"
NEW = "mười hai con giáp"
ACCOUNT = "/console/accounts/{account}"
OWN = "/console/account"


@pytest.fixture
async def administrator(app, room):
    async with browser(app) as http:
        http.staff = await staffed.account(room, Role.ADMINISTRATOR, password=PASSWORD)
        await http.sign_in()
        yield http


@pytest.fixture
async def clerk(room):
    """Signed in elsewhere, with a second factor."""
    made = await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)
    await room.sessions.open(made.id, ip="10.0.0.1", agent="")
    async with room.act() as connection:
        secret = pyotp.random_base32()
        await connection.execute(
            sa.update(staff).where(staff.c.id == made.id).values(totp_secret=secret)
        )
    return made


async def break_audit(room):
    """The chain has lost its end, so nothing can be added to it."""
    async with room.act() as connection:
        await connection.execute(audit_end.delete())


async def kept(room):
    """All that is kept of accounts and sessions."""
    async with room.engine.connect() as connection:
        return [
            [tuple(row) for row in await connection.execute(sa.select(table).order_by(table.c.id))]
            for table in (staff, staff_session)
        ]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"{ACCOUNT}/password", {}),
        (f"{ACCOUNT}/second-factor/off", {}),
        (f"{ACCOUNT}/deactivate", {}),
        (f"{ACCOUNT}/sessions/end", {}),
        (ACCOUNT, {"full_name": "Lê Mới", "role": "coordinator"}),
        (
            "/console/accounts",
            {"username": "le.moi", "full_name": "Lê Mới", "role": "coordinator"},
        ),
        (f"{OWN}/password", {"old": PASSWORD, "new": NEW, "again": NEW}),
        ("/console/logout", {}),
    ],
)
async def test_what_cannot_be_written_down_is_not_done(administrator, clerk, room, path, form):
    await break_audit(room)
    before = await kept(room)

    answer = await administrator.post(path.format(account=clerk.id), data=form)

    assert answer.status_code == 503
    assert await kept(room) == before


async def test_a_login_that_cannot_be_written_down_opens_no_session(app, room, clerk):
    other = await staffed.account(room, Role.HEAD, "so-tu-phap", password=PASSWORD)
    await break_audit(room)

    async with browser(app) as nobody:
        login = {"username": other.username, "password": PASSWORD}
        answer = await nobody.post("/console/login", data=login)

    assert answer.status_code == 503
    assert await room.sessions.living(other.id) == ()
