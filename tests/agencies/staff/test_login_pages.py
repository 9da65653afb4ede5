import re

import pytest

from agencies.console.access import HEADER
from agencies.console.cookies import SESSION
from agencies.staff.model import Role
from tests.agencies import staffed
from tests.agencies.staffed import FROM_OUR_PAGE, browser

PASSWORD = "sáu con vịt xòe ra"
LOGIN = "/console/login"
OWN = "/console/account"


@pytest.fixture
async def an(app, room):
    """A clerk with a password."""
    return await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)


@pytest.fixture
async def visitor(app):
    async with browser(app) as http:
        yield http


def form(username: str, password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"username": username, "password": password, **more}


async def test_the_right_password_opens_the_page_that_was_asked_for(visitor, an):
    first = await visitor.get(f"{OWN}?a=1")
    asked = first.headers["location"]
    page = await visitor.get(asked)
    [back] = re.findall(r'name="next" value="([^"]*)"', page.text)

    done = await visitor.post(LOGIN, data=form(an.username, next=back))

    assert asked == f"{LOGIN}?next=/console/account%3Fa%3D1"
    assert (done.status_code, done.headers["location"]) == (303, f"{OWN}?a=1")
    assert an.full_name in (await visitor.get(OWN)).text


async def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(visitor, an):
    done = await visitor.post(LOGIN, data=form(an.username))

    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie


async def test_over_tls_the_cookie_is_secure_and_cannot_be_planted_by_a_neighbour(
    open_rooms, loaded, an
):
    from agencies.api import create_app
    from agencies.settings import Settings

    room = open_rooms(public_url="https://console.example.vn")
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as visitor:
        done = await visitor.post(LOGIN, data=form(an.username))

    assert done.headers["set-cookie"].startswith(f"__Host-{SESSION}=")
    assert "secure" in done.headers["set-cookie"].lower()
    assert "max-age" in done.headers["strict-transport-security"]
