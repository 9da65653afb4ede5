import re
import unicodedata

import pyotp
import pytest

from agencies.console.cookies import SESSION
from agencies.staff import totp
from agencies.staff.login import Refused
from agencies.staff.model import Role, Staff
from tests.agencies import staffed
from tests.agencies.staffed import browser

OWN = "/console/account"
PASSWORD = "sáu con vịt xòe ra"
NEW = "mười hai con giáp"


@pytest.fixture
async def clerk(app, room):
    """Signed in with a password of their own."""
    async with browser(app) as http:
        http.staff = await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)
        await http.sign_in()
        yield http


def change(old: str = PASSWORD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old": old, "new": new, "again": new if again is None else again}


async def secret_of(clerk: browser) -> str:
    page = (await clerk.get(OWN)).text
    [shown] = re.findall(r"<code>([A-Z2-7 ]{32,50})</code>", page)
    return "".join(shown.split())


async def test_a_changed_password_ends_every_other_session_and_the_old_id(clerk, room):
    await room.sessions.open(clerk.staff.id, ip="10.0.0.1", agent="")
    before = clerk.cookies[SESSION]

    done = await clerk.post(f"{OWN}/password", data=change())

    assert done.cookies[SESSION] != before
    assert await room.sessions.find(before) is None
    assert len(await room.sessions.living(clerk.staff.id)) == 1
    assert isinstance(await room.login.with_password(clerk.staff.username, NEW), Staff)
    assert isinstance(await room.login.with_password(clerk.staff.username, PASSWORD), Refused)


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        (change(old="wrong"), "Mật khẩu hiện tại không đúng"),
        (change(again="other"), "không giống nhau"),
        (change(new="short"), "ít nhất 12 ký tự"),
        (change(new="aaaaaaaaaaaaaaaaaa"), "lặp lại quá ít"),
        (change(new="x" * 201), "quá 200 ký tự"),
    ],
    ids=["wrong", "unequal", "short", "simple", "long"],
)
async def test_a_password_that_cannot_be_is_refused_with_the_reason(clerk, room, filled, sentence):
    page = await clerk.post(f"{OWN}/password", data=filled)

    assert page.status_code == 422
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert isinstance(await room.login.with_password(clerk.staff.username, PASSWORD), Staff)


async def test_a_password_with_the_own_name_in_it_is_refused(clerk):
    page = await clerk.post(f"{OWN}/password", data=change(new=f"{clerk.staff.username}-2026"))

    assert "không được chứa tên đăng nhập" in page.text


async def test_whoever_has_only_the_browser_cannot_guess_the_password_without_end(clerk, room):
    for _ in range(5):
        await clerk.post(f"{OWN}/password", data=change(old="wrong"))

    page = await clerk.post(f"{OWN}/password", data=change())

    assert page.status_code == 422


async def test_the_second_factor_counts_once_a_code_was_typed(clerk, room, clock):
    await clerk.post(f"{OWN}/second-factor", data={"password": PASSWORD})
    secret = await secret_of(clerk)
    wrong = await clerk.post(f"{OWN}/second-factor/confirm", data={"code": "000000"})
    off = await room.login.with_password(clerk.staff.username, PASSWORD)
    typed = pyotp.TOTP(secret).at(clock())
    on = await clerk.post(f"{OWN}/second-factor/confirm", data={"code": typed})

    without = await room.login.with_password(clerk.staff.username, PASSWORD)
    replayed = await room.login.with_password(clerk.staff.username, PASSWORD, typed)
    clock.pass_(seconds=30)
    following = pyotp.TOTP(secret).at(clock())
    fresh = await room.login.with_password(clerk.staff.username, PASSWORD, following)

    assert (wrong.status_code, on.status_code) == (422, 303)
    assert isinstance(off, Staff)
    assert isinstance(without, Refused)
    assert isinstance(replayed, Refused)
    assert isinstance(fresh, Staff)


async def test_the_secret_is_shown_as_a_picture_and_as_letters_until_it_is_confirmed(clerk, clock):
    await clerk.post(f"{OWN}/second-factor", data={"password": PASSWORD})
    secret = await secret_of(clerk)
    page = (await clerk.get(OWN)).text
    typed = pyotp.TOTP(secret).at(clock())
    await clerk.post(f"{OWN}/second-factor/confirm", data={"code": typed})
    after = (await clerk.get(OWN)).text

    assert 'src="data:image/svg+xml' in page
    assert f"otpauth://totp/Mot%20Cua:{clerk.staff.username}?secret={secret}" in page
    assert secret not in after.replace(" ", "")


async def test_a_second_factor_in_use_is_not_replaced_from_a_stolen_browser(clerk, room, clock):
    await clerk.post(f"{OWN}/second-factor", data={"password": PASSWORD})
    secret = await secret_of(clerk)
    typed = pyotp.TOTP(secret).at(clock())
    await clerk.post(f"{OWN}/second-factor/confirm", data={"code": typed})

    await clerk.post(f"{OWN}/second-factor", data={"password": PASSWORD})

    assert await totp.pending(room.engine, clerk.staff.id) is None
    clock.pass_(seconds=30)
    fresh = pyotp.TOTP(secret).at(clock())
    assert isinstance(await room.login.with_password(clerk.staff.username, PASSWORD, fresh), Staff)


async def test_a_second_factor_is_not_begun_without_the_password(clerk, room):
    refused = await clerk.post(f"{OWN}/second-factor", data={"password": "wrong"})

    assert refused.status_code == 422
    assert await totp.pending(room.engine, clerk.staff.id) is None


@pytest.mark.parametrize("again", [PASSWORD, unicodedata.normalize("NFD", PASSWORD)])
async def test_the_old_password_is_not_a_new_one(clerk, room, again):
    page = await clerk.post(f"{OWN}/password", data=change(new=again))

    assert page.status_code == 422
    assert "phải khác mật khẩu hiện tại" in page.text


async def test_turning_the_second_factor_off_needs_the_password(clerk, room, clock):
    await clerk.post(f"{OWN}/second-factor", data={"password": PASSWORD})
    typed = pyotp.TOTP(await secret_of(clerk)).at(clock())
    await clerk.post(f"{OWN}/second-factor/confirm", data={"code": typed})

    refused = await clerk.post(f"{OWN}/second-factor/off", data={"password": "wrong"})
    still = (await room.accounts.one(clerk.staff.id)).has_totp
    done = await clerk.post(f"{OWN}/second-factor/off", data={"password": PASSWORD})

    assert (refused.status_code, still, done.status_code) == (422, True, 303)
    assert not (await room.accounts.one(clerk.staff.id)).has_totp


async def test_one_sees_and_ends_ones_own_sessions_only(app, clerk, room):
    await room.sessions.open(clerk.staff.id, ip="10.0.0.1", agent="Điện thoại")
    async with browser(app, Role.CLERK, "so-tu-phap") as other:
        [theirs] = await room.sessions.living(other.staff.id)
        page = (await clerk.get(OWN)).text
        await clerk.post(f"{OWN}/sessions/{theirs.id}/end")
        await clerk.post(f"{OWN}/sessions/end")

        left = await room.sessions.living(other.staff.id)

    assert "Điện thoại" in page
    assert "Phiên này" in page
    assert left == (theirs,)
    assert len(await room.sessions.living(clerk.staff.id)) == 1


async def test_who_logs_in_over_the_sso_has_no_password_to_change(app):
    async with browser(app, Role.CLERK, "so-tu-phap") as http:
        page = await http.get(OWN)
        refused = await http.post(f"{OWN}/password", data=change())

    assert "chỉ đăng nhập qua SSO" in page.text
    assert refused.status_code == 422
