import asyncio
import re

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from agencies.__main__ import app
from agencies.database import open_engine
from agencies.staff.room import open_room
from agencies.staff.settings import StaffSettings
from agencies.staff.tables import audit


@pytest.fixture
def run(database_url, monkeypatch):
    monkeypatch.setenv("AGENCIES_DATABASE_URL", database_url)
    monkeypatch.delenv("AGENCIES_DIRECTORY", raising=False)

    def invoke(*arguments: str, typed: str = ""):
        return CliRunner().invoke(app, list(arguments), input=typed)

    return invoke


@pytest.fixture
def ready(run):
    """A database with the example directory in it."""
    assert run("migrate").exit_code == 0
    return run


@pytest.fixture
def log_in(database_url):
    def try_(username: str, password: str) -> str:
        async def work() -> str:
            engine = open_engine(database_url)
            found = await open_room(engine, StaffSettings()).login.with_password(username, password)
            await engine.dispose()
            return type(found).__name__

        return asyncio.run(work())

    return try_


def password_in(output: str) -> str:
    [found] = re.findall(r"first login: (\S+)", output)
    return str(found)


FIRST = ("staff", "add", "admin", "--role", "administrator", "--name", "Quản trị")


def test_there_is_no_account_before_somebody_makes_one(ready, log_in):
    assert ready("staff", "list").output == ""
    assert log_in("admin", "admin") == "Refused"


def test_the_first_administrator_comes_from_the_command_line(ready, log_in):
    made = ready(*FIRST)

    assert made.exit_code == 0
    assert log_in("admin", password_in(made.output)) == "Staff"
    assert "admin\tadministrator\twhole province\tQuản trị\tactive" in ready("staff", "list").output


def test_before_the_tables_are_there_it_says_what_to_do(run):
    result = run(*FIRST)

    assert result.exit_code == 2
    assert "python -m agencies migrate" in result.output


def test_a_password_may_be_typed_but_not_a_weak_one(ready, log_in):
    weak = ready(*FIRST, "--ask-password", typed="short\nshort\n")
    strong = ready(*FIRST, "--ask-password", typed="sáu con vịt xòe\nsáu con vịt xòe\n")

    assert (weak.exit_code, strong.exit_code) == (2, 0)
    assert "short" in weak.output
    assert "xòe" not in strong.output
    assert log_in("admin", "sáu con vịt xòe") == "Staff"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("anh", "--role", "clerk", "--name", "An"), "agency"),
        (("anh", "--role", "clerk", "--name", "An", "--agency", "nowhere"), "no agency nowhere"),
        (("anh", "--role", "administrator", "--name", "An", "--sso-only"), "--sso-subject"),
        (("à", "--role", "administrator", "--name", "An"), "username"),
        (("admin", "--role", "administrator", "--name", "An"), "taken"),
    ],
)
def test_what_cannot_be_made_is_exit_code_2_with_the_reason(ready, arguments, reason):
    ready(*FIRST)

    result = ready("staff", "add", *arguments)

    assert result.exit_code == 2
    assert reason in result.output


def test_a_lost_password_is_reset_also_for_the_last_administrator(ready, log_in):
    first = password_in(ready(*FIRST).output)

    reset = ready("staff", "reset-password", "admin", "--without-second-factor")

    assert log_in("admin", password_in(reset.output)) == "Staff"
    assert log_in("admin", first) == "Refused"


def test_a_deactivated_account_can_be_activated_again(ready, log_in):
    ready(*FIRST)
    made = ready("staff", "add", "second", "--role", "administrator", "--name", "Hai")
    ready("staff", "deactivate", "second")
    out = log_in("second", password_in(made.output))
    ready("staff", "activate", "second")

    assert out == "Refused"
    assert log_in("second", password_in(made.output)) == "Staff"


def test_the_last_administrator_is_not_deactivated(ready):
    ready(*FIRST)

    result = ready("staff", "deactivate", "admin")

    assert result.exit_code == 2
    assert "last_administrator" in result.output


def test_an_unknown_name_is_exit_code_2(ready):
    assert ready("staff", "deactivate", "nobody").exit_code == 2


def test_the_audit_is_verified_and_tampering_is_exit_code_1(ready, database_url):
    ready(*FIRST)
    whole = ready("audit", "verify")
    [noted] = re.findall(r"the end: (\S+)", whole.output)
    again = ready("audit", "verify", "--noted", noted)
    wrong = ready("audit", "verify", "--noted", f"{noted[:-1]}x")
    asyncio.run(tamper(database_url))
    tampered = ready("audit", "verify")

    codes = [one.exit_code for one in (whole, again, wrong, tampered)]
    assert codes == [0, 0, 1, 1]
    assert "entry 1 was changed" in tampered.output


async def tamper(url: str) -> None:
    engine = open_engine(url)
    guard = "ALTER TABLE audit DISABLE TRIGGER ALL"
    if engine.dialect.name == "sqlite":
        guard = "DROP TRIGGER audit_refuses_update"
    async with engine.begin() as connection:
        await connection.exec_driver_sql(guard)
        await connection.execute(sa.update(audit).values(action="nothing"))
    await engine.dispose()
