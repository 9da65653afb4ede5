"""Login at the province's SSO, against a provider that is asked over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import sqlalchemy as sa
import uvicorn

from agencies.api import create_app
from agencies.settings import Settings
from agencies.staff.accounts import Draft
from agencies.staff.model import Role, Staff
from agencies.staff.tables import audit, oidc_login
from agencies.staff.testing import FakeProvider
from tests.agencies import staffed
from tests.agencies.staffed import HOST, browser

RETURN = "/console/sso/return"


@pytest.fixture
async def province(clock) -> AsyncIterator[FakeProvider]:
    """The SSO of the province, listening on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    fake = FakeProvider(issuer, "mot-cua", "known to both", f"{HOST}{RETURN}", clock)
    config = uvicorn.Config(fake.app(), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield fake
    server.should_exit = True
    await serving


@pytest.fixture
def room(open_rooms, province):
    return open_rooms(
        public_url=HOST,
        oidc_issuer=province.issuer,
        oidc_client_id="mot-cua",
        oidc_client_secret="known to both",
        oidc_name="VNeID công vụ",
    )


@pytest.fixture
async def binh(room, loaded) -> Staff:
    """An account that an administrator tied to a person of the SSO."""
    draft = Draft("binh", "Bình", Role.COORDINATOR, oidc_subject="citizen-identity-1")
    made = await room.accounts.add(draft, None)
    assert isinstance(made, Staff)
    return made


@pytest.fixture
async def visitor(app):
    async with browser(app) as http:
        yield http


async def at_the_sso(address: str) -> str:
    """What the person's browser does there; the path it is sent back to."""
    async with httpx2.AsyncClient() as http:
        response = await http.get(address)
    assert response.status_code == 302, response.text
    back = urlsplit(response.headers["location"])
    return f"{back.path}?{back.query}"


async def log_in(visitor: browser, next_page: str = "/console/directory") -> httpx2.Response:
    start = await visitor.get("/console/sso", params={"next": next_page})
    return await visitor.get(await at_the_sso(start.headers["location"]))


async def reasons(room) -> list[str]:
    async with room.engine.connect() as connection:
        rows = await connection.execute(
            sa.select(audit.c.detail).where(audit.c.action == "sso.refused")
        )
        return [row.detail["why"] for row in rows]


async def is_out(visitor: browser) -> bool:
    return (await visitor.get("/console/account")).status_code == 303


async def test_returns_that_nobody_began_fill_no_audit(loaded, open_rooms, province):
    room = open_rooms(
        public_url=HOST,
        oidc_issuer=province.issuer,
        oidc_client_id="mot-cua",
        login_rate_per_address="2/minute",
    )
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as stranger:
        tries = [await stranger.get(RETURN, params={"state": "x"}) for _ in range(5)]

    assert [page.status_code for page in tries] == [403, 403, 429, 429, 429]
    assert await reasons(room) == ["state", "state"]


async def test_the_login_page_names_the_sso_beside_the_local_accounts(visitor):
    page = (await visitor.get("/console/login")).text

    assert "Đăng nhập bằng VNeID công vụ" in page
    assert 'name="password"' in page


async def test_a_person_with_an_account_is_in_and_on_the_page_they_wanted(visitor, binh):
    done = await log_in(visitor, "/console/directory?q=so")

    assert (done.status_code, done.headers["location"]) == (303, "/console/directory?q=so")
    assert "Bình" in (await visitor.get("/console/account")).text


async def test_asks_with_state_nonce_and_a_challenge_and_for_nothing_but_the_name(
    visitor, binh, province
):
    await log_in(visitor)
    await log_in(visitor)

    first, second = province.asked
    assert first["scope"] == "openid"
    assert first["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


async def test_an_earlier_session_of_the_browser_ends(visitor, binh, room):
    visitor.staff = await staffed.account(room, Role.CLERK, "so-tu-phap")
    await visitor.sign_in()

    await log_in(visitor)

    assert await room.sessions.living(visitor.staff.id) == ()
    assert len(await room.sessions.living(binh.id)) == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "of another login"},
        {"nonce": None},
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": ["another-client"]},
        {"aud": "another-client", "azp": "mot-cua"},
        {"aud": ["mot-cua", "another-client"], "azp": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
async def test_a_token_with_one_wrong_claim_is_refused(visitor, binh, province, room, spoiled):
    province.spoiled = spoiled

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert province.tokens_given == 1
    assert len(await reasons(room)) == 1
    assert await is_out(visitor)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_that_anybody_could_have_made_is_refused(visitor, binh, province, algorithm):
    province.algorithm = algorithm

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert province.tokens_given == 1
    assert await is_out(visitor)


async def test_a_token_of_an_unknown_key_is_refused(visitor, binh, province):
    province.announces_key = False

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert await is_out(visitor)


async def test_an_old_token_is_refused_and_a_fresh_one_is_not(visitor, binh, province, clock):
    now = int(clock().timestamp())
    province.spoiled = {"exp": now - 61, "iat": now - 600}
    refused = await log_in(visitor)
    province.spoiled = {"exp": now + 1, "iat": now - 600}
    fresh = await log_in(visitor)

    assert (refused.status_code, fresh.status_code) == (403, 303)


async def test_a_new_key_of_the_sso_is_fetched(visitor, binh, province, room, monkeypatch):
    monkeypatch.setattr("agencies.staff.provider.ANEW_SECONDS", 0)
    await log_in(visitor)
    province.rotate_key()

    done = await log_in(visitor)

    assert done.status_code == 303
    assert not await is_out(visitor)


@pytest.mark.parametrize("state", ["", "made-up", "\x00"])
async def test_a_return_nobody_asked_for_is_refused(visitor, binh, province, state):
    refused = await visitor.get(RETURN, params={"code": "x", "state": state})

    assert refused.status_code == 403
    assert province.tokens_given == 0
    assert await is_out(visitor)


async def test_a_return_counts_once(visitor, binh, province):
    start = await visitor.get("/console/sso")
    back = await at_the_sso(start.headers["location"])
    first = await visitor.get(back)
    visitor.cookies.delete("mot_cua_staff")
    visitor.cookies.set("mot_cua_sso", start.cookies["mot_cua_sso"])

    again = await visitor.get(back)

    assert (first.status_code, again.status_code) == (303, 403)
    assert await is_out(visitor)


async def test_a_return_put_into_another_browser_is_refused(app, visitor, binh, room):
    """Login CSRF: an attacker's login must not become the victim's."""
    async with browser(app) as attacker:
        start = await attacker.get("/console/sso")
    back = await at_the_sso(start.headers["location"])

    without_cookie = await visitor.get(back)
    await visitor.get("/console/sso")
    start_again = await browser(app).get("/console/sso")
    with_a_cookie_of_its_own = await visitor.get(await at_the_sso(start_again.headers["location"]))

    assert without_cookie.status_code == with_a_cookie_of_its_own.status_code == 403
    assert await reasons(room) == ["browser", "browser"]
    assert await is_out(visitor)


async def test_a_return_after_too_long_is_refused(visitor, binh, clock, room):
    start = await visitor.get("/console/sso")
    back = await at_the_sso(start.headers["location"])
    clock.pass_(minutes=11)

    refused = await visitor.get(back)

    assert refused.status_code == 403
    assert await reasons(room) == ["state"]


async def test_visits_that_nobody_finished_are_forgotten(visitor, clock, room):
    await visitor.get("/console/sso")
    clock.pass_(minutes=11)
    await visitor.get("/console/sso")

    async with room.engine.connect() as connection:
        count = sa.select(sa.func.count()).select_from(oidc_login)
        assert (await connection.execute(count)).scalar_one() == 1


async def test_a_return_in_the_name_of_another_sso_is_refused(visitor, binh, province, room):
    province.names_issuer = "https://other.example"

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert await reasons(room) == ["issuer"]
    assert province.tokens_given == 0


async def test_the_code_alone_is_worth_nothing_without_its_verifier(visitor, binh, province):
    """PKCE: a code that was caught on its way cannot be put into a visit of one's own."""
    caught = parse_qs(urlsplit(await at_the_sso(await begin(visitor))).query)["code"][0]
    own = parse_qs(urlsplit(await at_the_sso(await begin(visitor))).query)

    refused = await visitor.get(
        RETURN, params={"code": caught, "state": own["state"][0], "iss": own["iss"][0]}
    )

    assert refused.status_code == 403
    assert province.tokens_given == 0


async def begin(visitor: browser) -> str:
    return (await visitor.get("/console/sso")).headers["location"]


async def test_somebody_without_an_account_is_told_what_to_tell_the_administrator(
    visitor, binh, province
):
    province.person = "citizen-identity-2"

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert "citizen-identity-2" in refused.text
    assert await is_out(visitor)


async def test_a_deactivated_account_stays_out(visitor, binh, room):
    await room.accounts.deactivate(binh.id)

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert await is_out(visitor)


async def test_a_person_who_does_not_agree_is_back_at_the_login(visitor, binh, province):
    province.refuses = True

    refused = await log_in(visitor)

    assert refused.status_code == 403
    assert "Chưa đăng nhập được" in refused.text


@pytest.mark.parametrize("target", ["https://other.example", "//other.example", "/other"])
async def test_the_way_back_is_a_page_of_the_console(visitor, binh, target):
    done = await log_in(visitor, target)

    assert done.headers["location"] == "/console"


async def test_an_sso_that_is_away_is_said_and_passwords_still_work(open_rooms, loaded, clock):
    room = open_rooms(public_url=HOST, oidc_issuer="http://127.0.0.1:9", oidc_client_id="mot-cua")
    app = create_app(Settings(), loaded, staff=room)
    await staffed.account(room, Role.ADMINISTRATOR, password="sáu con vịt xòe ra", name="Hạ")
    [account] = await room.accounts.all(scope=staffed.EVERYTHING)

    async with browser(app) as visitor:
        away = await visitor.get("/console/sso")
        form = {"username": account.username, "password": "sáu con vịt xòe ra"}
        done = await visitor.post("/console/login", data=form)

    assert away.status_code == 503
    assert "đang không trả lời" in away.text
    assert done.status_code == 303


async def test_an_sso_that_calls_itself_otherwise_is_not_asked(open_rooms, loaded, province):
    room = open_rooms(public_url=HOST, oidc_issuer=f"{province.issuer}/", oidc_client_id="mot-cua")
    app = create_app(Settings(), loaded, staff=room)

    async with browser(app) as visitor:
        away = await visitor.get("/console/sso")

    assert away.status_code == 503
    assert province.asked == []
