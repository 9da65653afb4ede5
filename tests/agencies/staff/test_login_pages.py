import asyncio
import re

import pyotp
import pytest
import sqlalchemy as sa

from agencies.api import create_app
from agencies.console.access import FIELD, HEADER
from agencies.console.cookies import SESSION
from agencies.settings import Settings
from agencies.staff.model import Role
from agencies.staff.tables import audit, staff, staff_session
from tests.agencies import staffed
from tests.agencies.staffed import browser

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
    room = open_rooms(public_url="https://console.example.vn")
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as visitor:
        done = await visitor.post(LOGIN, data=form(an.username))

    assert done.headers["set-cookie"].startswith(f"__Host-{SESSION}=")
    assert "secure" in done.headers["set-cookie"].lower()
    assert "max-age" in done.headers["strict-transport-security"]


async def test_a_plain_address_that_is_not_of_this_machine_gets_no_plain_cookie(app, an):
    async with browser(app) as visitor:
        here = {"host": "console.example.vn", "origin": "http://console.example.vn"}
        done = await visitor.post(LOGIN, data=form(an.username), headers=here)

    assert "secure" in done.headers["set-cookie"].lower()


async def test_the_token_is_kept_only_as_its_hash(visitor, an, room):
    done = await visitor.post(LOGIN, data=form(an.username))

    token = done.cookies[SESSION]
    async with room.engine.connect() as connection:
        [row] = (await connection.execute(sa.select(staff_session))).mappings().all()
    assert len(token) >= 43
    assert token not in str(dict(row))


# What is refused, and that nobody learns why.


async def test_every_refusal_reads_the_same(visitor, an, room, clock):
    other = await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)
    await room.accounts.deactivate(other.id)
    only_sso = await staffed.account(room, Role.CLERK, "so-tu-phap")
    locked = await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)
    for _ in range(5):
        await room.login.with_password(locked.username, "wrong")

    pages = [
        await visitor.post(LOGIN, data=form(name, password))
        for name, password in [
            (an.username, "wrong"),
            (an.username, ""),
            ("nobody.at.all", PASSWORD),
            ("", PASSWORD),
            ("nobody\x00", "\x00"),
            ("x" * 5000, "y" * 5000),
            (other.username, PASSWORD),
            (only_sso.username, PASSWORD),
            (locked.username, PASSWORD),
        ]
    ]

    texts = {re.sub(r'value="[^"]*"', "", page.text) for page in pages}
    assert {page.status_code for page in pages} == {422}
    assert len({re.sub(r"\s+", " ", text) for text in texts}) == 1
    assert not any("set-cookie" in page.headers for page in pages)


async def test_a_name_nobody_has_costs_the_same_work(visitor, an, passwords):
    await visitor.post(LOGIN, data=form(an.username, "wrong"))
    for_somebody = passwords.checks
    await visitor.post(LOGIN, data=form("nobody.at.all", "wrong"))

    assert (for_somebody, passwords.checks) == (1, 2)


async def test_the_name_that_was_typed_is_never_markup(visitor):
    page = await visitor.post(LOGIN, data=form('"><script>alert(1)</script>', "x"))

    assert "<script" not in page.text


async def test_five_wrong_passwords_lock_the_account_and_the_lock_ends(visitor, an, clock):
    for _ in range(5):
        await visitor.post(LOGIN, data=form(an.username, "wrong"))
    locked = await visitor.post(LOGIN, data=form(an.username))
    clock.pass_(minutes=14, seconds=59)
    still = await visitor.post(LOGIN, data=form(an.username))
    clock.pass_(seconds=1)
    over = await visitor.post(LOGIN, data=form(an.username))

    assert (locked.status_code, still.status_code, over.status_code) == (422, 422, 303)


async def test_after_a_lock_there_are_five_tries_again(visitor, an, clock):
    for _ in range(5):
        await visitor.post(LOGIN, data=form(an.username, "wrong"))
    clock.pass_(minutes=15)
    for _ in range(4):
        await visitor.post(LOGIN, data=form(an.username, "wrong"))

    assert (await visitor.post(LOGIN, data=form(an.username))).status_code == 303


async def test_a_right_password_forgives_the_wrong_ones(visitor, an):
    for _ in range(2):
        for _ in range(4):
            await visitor.post(LOGIN, data=form(an.username, "wrong"))
        done = await visitor.post(LOGIN, data=form(an.username))
        await visitor.post("/console/logout")
        visitor.cookies.clear()

        assert done.status_code == 303


async def test_tries_at_the_same_moment_are_all_counted(an, room, passwords):
    await asyncio.gather(
        *(room.login.with_password(an.username, f"guess {number}") for number in range(20))
    )

    async with room.engine.connect() as connection:
        query = sa.select(staff.c.failures).where(staff.c.id == an.id)
        assert (await connection.execute(query)).scalar_one() == 5
    assert passwords.checks == 20


async def test_an_address_that_tries_many_names_has_to_wait(open_rooms, loaded, passwords):
    room = open_rooms(login_rate_per_address="3/minute")
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as visitor:
        tries = [await visitor.post(LOGIN, data=form(f"name.{one}")) for one in range(5)]

    assert [page.status_code for page in tries] == [422, 422, 422, 429, 429]
    assert int(tries[-1].headers["retry-after"]) > 0
    assert "Bạn đã thử quá nhiều lần" in tries[-1].text
    assert passwords.checks == 3


async def test_a_name_tried_from_many_addresses_has_to_wait_also_if_nobody_has_it(
    open_rooms, loaded
):
    room = open_rooms(login_rate_per_account="3/minute")
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as visitor:
        names = ["nobody", "Nobody ", "NOBODY", "nobody"]
        tries = [await visitor.post(LOGIN, data=form(name)) for name in names]

    assert [page.status_code for page in tries] == [422, 422, 422, 429]


# Where the login leads.


@pytest.mark.parametrize(
    "target",
    [
        "https://other.example/console",
        "//other.example/console",
        "/\\other.example",
        "/console//other.example",
        "/console/../elsewhere",
        "/console\\@other.example",
        "/console\r\nlocation: https://other.example",
        "/consoles",
        "javascript:alert(1)",
        "console",
        "/console/" + "x" * 600,
    ],
)
async def test_after_the_login_no_other_site_is_opened(visitor, an, target):
    page = await visitor.get(LOGIN, params={"next": target})
    done = await visitor.post(LOGIN, data=form(an.username, next=target))
    signed_in = await visitor.get(LOGIN, params={"next": target})

    assert 'name="next" value="/console"' in page.text
    assert done.headers["location"] == signed_in.headers["location"] == "/console"


# Sessions.


async def test_a_session_id_brought_along_is_not_taken_over(visitor, an, room):
    """Session fixation: the id that somebody planted before the login is worth nothing after it."""
    planted = "x" * 43
    visitor.cookies.set(SESSION, planted)

    done = await visitor.post(LOGIN, data=form(an.username))

    assert done.cookies[SESSION] != planted
    assert await room.sessions.find(planted) is None


async def test_a_login_ends_the_session_the_browser_had(visitor, an, room):
    first = (await visitor.post(LOGIN, data=form(an.username))).cookies[SESSION]

    second = (await visitor.post(LOGIN, data=form(an.username))).cookies[SESSION]

    assert first != second
    assert await room.sessions.find(first) is None
    assert await room.sessions.find(second) is not None


async def test_logging_out_ends_the_session_on_the_server(app, an):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        token = clerk.cookies[SESSION]
        left = await clerk.post("/console/logout")
        clerk.cookies.set(SESSION, token)

        again = await clerk.get(OWN)

    assert left.headers["location"] == LOGIN
    assert again.status_code == 303


async def test_half_an_hour_without_a_click_ends_a_session(app, clock):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        clock.pass_(minutes=29)
        busy = await clerk.get(OWN)
        clock.pass_(minutes=29)
        still_busy = await clerk.get(OWN)
        clock.pass_(minutes=30)
        idle = await clerk.get(OWN)

    assert (busy.status_code, still_busy.status_code, idle.status_code) == (200, 200, 303)


async def test_twelve_hours_end_a_session_however_busy(app, clock):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        for _ in range(35):
            clock.pass_(minutes=20)
            assert (await clerk.get(OWN)).status_code == 200
        clock.pass_(minutes=20)

        assert (await clerk.get(OWN)).status_code == 303


async def test_a_session_that_was_ended_elsewhere_is_over_at_the_next_click(app, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await room.sessions.end_all(clerk.staff.id)

        assert (await clerk.get(OWN)).status_code == 303


async def test_a_deactivated_account_is_out_though_its_session_lives(app, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await room.accounts.deactivate(clerk.staff.id)
        [session] = await room.sessions.living(clerk.staff.id)

        assert (await clerk.get(OWN)).status_code == 303
        assert session.id > 0


async def test_a_form_sent_after_the_session_ended_leads_to_the_login(app, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await room.sessions.end_all(clerk.staff.id)

        sent = await clerk.post(f"{OWN}/sessions/end")

    assert sent.headers["location"] == f"{LOGIN}?next=/console"


# Forms of other sites.

FOREIGN = [
    {"sec-fetch-site": "cross-site", "origin": "https://other.example"},
    {"sec-fetch-site": "same-site", "origin": "https://neighbour.example"},
    {"sec-fetch-site": "none", "origin": "http://127.0.0.1:8002"},
    {"sec-fetch-site": "same-origin", "origin": "https://other.example"},
    {"sec-fetch-site": "", "origin": "https://127.0.0.1"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_form_of_another_site_is_refused_even_with_the_token(app, room, headers):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        refused = await clerk.post(f"{OWN}/sessions/end", headers=headers)

    assert refused.status_code == 403
    assert "Thao tác chưa được thực hiện" in refused.text


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_nobody_is_logged_in_by_another_site(visitor, an, headers):
    refused = await visitor.post(LOGIN, data=form(an.username), headers=headers)

    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_a_browser_that_does_not_say_where_a_form_comes_from_is_refused(app, an):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        for name in ("origin", "sec-fetch-site"):
            del clerk.headers[name]

        change = await clerk.post(f"{OWN}/sessions/end")
        login = await clerk.post(LOGIN, data=form(an.username))

    assert (change.status_code, login.status_code) == (403, 403)


async def test_an_old_browser_over_plain_http_says_only_the_origin(app):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        del clerk.headers["sec-fetch-site"]

        assert (await clerk.post(f"{OWN}/sessions/end")).status_code == 303


@pytest.mark.parametrize("token", [None, "", "wrong", "ẽ", "x" * 43])
async def test_a_form_without_the_sessions_token_is_refused(app, token):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        del clerk.headers[HEADER]
        data = {} if token is None else {FIELD: token}

        refused = await clerk.post(f"{OWN}/sessions/end", data=data)

    assert refused.status_code == 403


async def test_the_token_of_somebody_else_is_refused(app):
    async with (
        browser(app, Role.CLERK, "so-tu-phap") as clerk,
        browser(app, Role.CLERK, "so-tu-phap") as other,
    ):
        refused = await clerk.post(f"{OWN}/sessions/end", headers={HEADER: other.csrf})

    assert refused.status_code == 403


async def test_a_form_may_carry_the_token_as_a_field(app):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        del clerk.headers[HEADER]

        done = await clerk.post(f"{OWN}/sessions/end", data={FIELD: clerk.csrf})

    assert done.status_code == 303


async def test_every_form_that_changes_something_carries_the_token(app, an):
    async with browser(app, Role.ADMINISTRATOR) as administrator:
        seen = 0
        for path in (OWN, "/console/accounts/new", f"/console/accounts/{an.id}"):
            page = (await administrator.get(path)).text
            forms = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)

            seen += len(forms)
            for one in forms:
                assert f'name="{FIELD}" value="{administrator.csrf}"' in one
    assert seen >= 6


# The second factor.


@pytest.fixture
async def secret(an, room, clock) -> str:
    """Of An's authenticator, in use since a while ago."""
    key = pyotp.random_base32()
    async with room.engine.begin() as connection:
        await connection.execute(sa.update(staff).values(totp_secret=key))
    return key


def code(secret: str, clock, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock().timestamp() + 30 * steps)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_code_of_about_now_is_accepted(visitor, an, secret, clock, steps):
    typed = code(secret, clock, steps=steps)

    done = await visitor.post(LOGIN, data=form(an.username, code=f"{typed[:3]} {typed[3:]}"))

    assert done.status_code == 303


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "١٢٣٤٥٦", "1234567"])
async def test_without_the_right_code_the_password_is_not_enough(visitor, an, secret, typed):
    refused = await visitor.post(LOGIN, data=form(an.username, code=typed))

    assert refused.status_code == 422


@pytest.mark.parametrize("steps", [-2, 2, 100])
async def test_a_code_of_another_time_is_refused(visitor, an, secret, clock, steps):
    refused = await visitor.post(
        LOGIN, data=form(an.username, code=code(secret, clock, steps=steps))
    )

    assert refused.status_code == 422


async def test_a_code_counts_once_and_an_older_one_not_after_it(visitor, an, secret, clock):
    used, older = code(secret, clock), code(secret, clock, steps=-1)
    first = await visitor.post(LOGIN, data=form(an.username, code=used))
    replayed = await visitor.post(LOGIN, data=form(an.username, code=used))
    going_back = await visitor.post(LOGIN, data=form(an.username, code=older))
    clock.pass_(seconds=30)
    following = await visitor.post(LOGIN, data=form(an.username, code=code(secret, clock)))

    statuses = [one.status_code for one in (first, replayed, going_back, following)]
    assert statuses == [303, 422, 422, 303]


async def test_the_same_code_twice_at_the_same_moment_opens_one_session(an, room, secret, clock):
    typed = code(secret, clock)

    results = await asyncio.gather(
        *(room.login.with_password(an.username, PASSWORD, typed) for _ in range(3))
    )

    assert [result.__class__.__name__ for result in results].count("Staff") == 1


async def test_guessing_codes_locks_the_account(visitor, an, secret, clock):
    for _ in range(5):
        await visitor.post(LOGIN, data=form(an.username, code="000000"))

    locked = await visitor.post(LOGIN, data=form(an.username, code=code(secret, clock)))

    assert locked.status_code == 422


# What stays in the books.


async def test_logins_and_refusals_are_in_the_audit_without_what_was_typed(visitor, an, room):
    await visitor.post(LOGIN, data=form(an.username, "a secret typed wrong"))
    await visitor.post(LOGIN, data=form("my password in the wrong field", "x"))
    await visitor.post(LOGIN, data=form(an.username))

    async with room.engine.connect() as connection:
        rows = (await connection.execute(sa.select(audit).order_by(audit.c.id))).all()
    assert [(row.action, row.object_id, row.detail) for row in rows] == [
        ("login.refused", str(an.id), {"why": "no_match"}),
        ("login.refused", "", {"why": "unknown"}),
        ("login", str(an.id), {"by": "password"}),
    ]
    assert rows[-1].staff_id == an.id
    assert rows[-1].ip == "127.0.0.1"


async def test_pages_of_staff_are_kept_by_no_cache_and_shown_in_no_frame(app):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        headers = (await clerk.get(OWN)).headers

    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


async def test_htmx_is_told_to_open_the_login_as_a_whole_page(app, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await room.sessions.end_all(clerk.staff.id)

        piece = await clerk.get(OWN, headers={"hx-request": "true"})

    assert piece.headers["hx-redirect"] == f"{LOGIN}?next=/console"
    assert piece.text == ""


async def test_a_stream_of_events_is_refused_and_not_redirected(visitor):
    refused = await visitor.get(OWN, headers={"accept": "text/event-stream"})

    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("role", "at", "first"),
    [
        (Role.CLERK, "so-tu-phap", "/console/cases"),
        (Role.COORDINATOR, None, "/console/cases"),
        (Role.ADMINISTRATOR, None, "/console/accounts"),
        (None, None, "/console/directory"),
    ],
)
async def test_the_console_begins_with_what_somebody_works_with(app, role, at, first):
    async with browser(app, role, at) as http:
        assert (await http.get("/console")).headers["location"] == first


async def test_the_public_directory_says_who_is_signed_in_and_asks_nobody_to_be(app):
    async with browser(app) as visitor, browser(app, Role.CLERK, "so-tu-phap", name="An") as an:
        public = (await visitor.get("/console/directory")).text
        known = (await an.get("/console/directory")).text

    assert "Cán bộ đăng nhập" in public
    assert "Đăng xuất" not in public
    assert ">An</a>" in known
    assert "Cán bộ đăng nhập" not in known
