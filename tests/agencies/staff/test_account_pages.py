import re

import pytest
import sqlalchemy as sa

from agencies.staff.accounts import Draft, Fault
from agencies.staff.model import Role, Staff
from agencies.staff.tables import audit
from agencies.tables import agency
from tests.agencies import staffed
from tests.agencies.staffed import browser

ACCOUNTS = "/console/accounts"
PASSWORD = "sáu con vịt xòe ra"


@pytest.fixture
async def administrator(app):
    async with browser(app, Role.ADMINISTRATOR) as http:
        yield http


@pytest.fixture
async def head(app):
    """Of the department of justice."""
    async with browser(app, Role.HEAD, "so-tu-phap") as http:
        yield http


@pytest.fixture
async def clerk(room, loaded) -> Staff:
    """Of the same department."""
    return await staffed.account(room, Role.CLERK, "so-tu-phap", password=PASSWORD)


@pytest.fixture
async def stranger(room, loaded) -> Staff:
    """A clerk of a commune."""
    return await staffed.account(room, Role.CLERK, "ubnd-xa-dong", name="Người xã Đông")


async def form(room, role: str = "clerk", at: str | None = "so-tu-phap", **more: str):
    agency = await staffed.agency_id(room, at)
    facts = {"full_name": "Lê Thị Mới", "role": role, "agency": str(agency or "")}
    return facts | {"username": "le.moi"} | more


async def actions(room) -> list[str]:
    async with room.engine.connect() as connection:
        return list((await connection.execute(sa.select(audit.c.action))).scalars())


def password_on(page: str) -> str:
    [found] = re.findall(r"<code>([a-z0-9-]{19})</code>", page)
    return str(found)


async def test_a_new_account_gets_a_password_for_once_that_must_be_changed(
    app, administrator, room
):
    page = await administrator.post(ACCOUNTS, data=await form(room))
    password = password_on(page.text)

    async with browser(app) as new:
        login = {"username": "le.moi", "password": password}
        await new.post("/console/login", data=login)
        led = await new.get(ACCOUNTS)
        own = (await new.get("/console/account")).text

    assert led.headers["location"] == "/console/account"
    assert "Hãy đổi mật khẩu trước" in own
    assert page.headers["cache-control"] == "no-store"
    account = await room.accounts.named("le.moi")
    assert password not in (await administrator.get(f"{ACCOUNTS}/{account.id}")).text
    assert "staff.added" in await actions(room)


async def test_an_account_may_be_for_the_sso_only(administrator, room):
    facts = await form(room, oidc_subject="abc", sso_only="true")

    page = await administrator.post(ACCOUNTS, data=facts)

    account = await room.accounts.named("le.moi")
    assert "Mật khẩu dùng một lần" not in page.text
    assert (account.has_password, account.oidc_subject) == (False, "abc")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "lê mới"}, "Tên đăng nhập gồm"),
        ({"username": ""}, "Tên đăng nhập gồm"),
        ({"full_name": " "}, "Hãy nhập họ và tên"),
        ({"role": "king"}, "Hãy chọn một vai trò"),
        ({"role": ""}, "Hãy chọn một vai trò"),
        ({"agency": ""}, "phải thuộc một cơ quan"),
        ({"agency": "999999"}, "phải thuộc một cơ quan"),
        ({"agency": "x"}, "phải thuộc một cơ quan"),
        ({"role": "administrator"}, "phải thuộc một cơ quan"),
    ],
    ids=str,
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    administrator, room, change, sentence
):
    facts = await form(room) | change

    page = await administrator.post(ACCOUNTS, data=facts)

    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{facts["username"]}"' in page.text or not facts["username"]
    assert await room.accounts.named("le.moi") is None


async def test_a_name_or_a_person_of_the_sso_is_given_once(administrator, room):
    await administrator.post(ACCOUNTS, data=await form(room, oidc_subject="abc"))

    name = await administrator.post(ACCOUNTS, data=await form(room, username="LE.MOI"))
    person = await administrator.post(
        ACCOUNTS, data=await form(room, username="le.hai", oidc_subject="abc")
    )

    assert "đã có người dùng" in name.text
    assert "đã gắn với tài khoản khác" in person.text


async def test_what_is_in_an_account_is_never_markup(administrator, room):
    await administrator.post(ACCOUNTS, data=await form(room, full_name="<b>Lê</b>"))

    page = (await administrator.get(ACCOUNTS)).text

    assert "&lt;b&gt;Lê&lt;/b&gt;" in page
    assert "<b>" not in page


# Nobody makes themselves, or a friend, more than they may.


@pytest.mark.parametrize("role", ["clerk", "coordinator"])
async def test_the_pages_are_closed_to_those_who_manage_nobody(app, room, clerk, role):
    at = "so-tu-phap" if role == "clerk" else None
    async with browser(app, Role(role), at) as http:
        answers = [
            await http.get(ACCOUNTS),
            await http.get(f"{ACCOUNTS}/new"),
            await http.get(f"{ACCOUNTS}/{clerk.id}"),
            await http.post(ACCOUNTS, data=await form(room)),
            await http.post(f"{ACCOUNTS}/{clerk.id}", data=await form(room)),
            await http.post(f"{ACCOUNTS}/{clerk.id}/password"),
            await http.post(f"{ACCOUNTS}/{clerk.id}/deactivate"),
        ]

    assert {answer.status_code for answer in answers} == {403}
    assert await room.accounts.named("le.moi") is None


async def test_a_head_makes_clerks_of_their_own_agency(head, room):
    page = await head.post(ACCOUNTS, data=await form(room))

    assert page.status_code == 200
    assert (await room.accounts.named("le.moi")).role is Role.CLERK


@pytest.mark.parametrize(
    ("role", "at"),
    [
        ("administrator", None),
        ("administrator", "so-tu-phap"),
        ("coordinator", None),
        ("head", "so-tu-phap"),
        ("clerk", "ubnd-xa-dong"),
        ("clerk", "ubnd-tinh"),
        ("clerk", None),
    ],
)
async def test_a_head_makes_nobody_above_or_elsewhere(head, room, role, at):
    page = await head.post(ACCOUNTS, data=await form(room, role, at))

    assert page.status_code == 422
    assert "ngoài quyền của bạn" in page.text
    assert await room.accounts.named("le.moi") is None


@pytest.mark.parametrize(
    ("role", "at"),
    [("administrator", None), ("head", "so-tu-phap"), ("clerk", "ubnd-xa-dong")],
)
async def test_a_head_lifts_no_clerk(head, room, clerk, role, at):
    page = await head.post(f"{ACCOUNTS}/{clerk.id}", data=await form(room, role, at))

    unchanged = await room.accounts.one(clerk.id)
    assert page.status_code == 422
    assert (unchanged.role, unchanged.agency_id) == (clerk.role, clerk.agency_id)


async def test_a_head_ties_no_account_to_a_person_of_the_sso(head, room, clerk):
    tied = {"oidc_subject": "somebody", "sso_only": "true"}
    await head.post(ACCOUNTS, data=await form(room) | tied)
    await head.post(f"{ACCOUNTS}/{clerk.id}", data=await form(room) | tied)

    made, changed = await room.accounts.named("le.moi"), await room.accounts.one(clerk.id)
    assert (made.oidc_subject, made.has_password) == (None, True)
    assert changed.oidc_subject is None


async def test_an_account_tied_to_somebody_else_logs_in_again(administrator, room, clerk):
    await room.sessions.open(clerk.id, ip="10.0.0.1", agent="")

    await administrator.post(
        f"{ACCOUNTS}/{clerk.id}", data=await form(room) | {"oidc_subject": "somebody"}
    )

    assert (await room.accounts.one(clerk.id)).oidc_subject == "somebody"
    assert await room.sessions.living(clerk.id) == ()


async def test_accounts_of_an_agency_that_is_gone_are_pointed_out(administrator, room, clerk):
    async with room.act() as connection:
        await connection.execute(
            sa.update(agency).where(agency.c.code == "so-tu-phap").values(withdrawn=True)
        )

    page = await administrator.get(ACCOUNTS)

    assert "cơ quan đã giải thể hoặc sáp nhập" in page.text
    assert "1 tài khoản đang hoạt động" in page.text


@pytest.mark.parametrize("path", ["/{}", "/{}/password", "/1/sessions/{}/end"])
async def test_a_number_no_database_knows_is_no_account(administrator, path):
    at = f"{ACCOUNTS}{path}".format(2**63)

    answer = await administrator.post(at) if path != "/{}" else await administrator.get(at)

    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.HEAD, Role.ADMINISTRATOR])
@pytest.mark.parametrize(
    "what", ["", "/password", "/deactivate", "/activate", "/second-factor/off", "/sessions/end"]
)
async def test_nobody_changes_their_own_account_as_if_it_were_anothers(app, room, role, what):
    await staffed.account(room, Role.ADMINISTRATOR)  # So that nobody is the last one.
    at = "so-tu-phap" if role is Role.HEAD else None
    async with browser(app, role, at) as http:
        own = await http.post(f"{ACCOUNTS}/{http.staff.id}{what}", data=await form(room))

    assert own.status_code == 403
    assert await room.accounts.one(http.staff.id) == http.staff


@pytest.mark.parametrize("what", ["", "/password", "/deactivate", "/sessions/end"])
async def test_a_head_changes_no_other_head_and_no_administrator(
    app, head, administrator, room, what
):
    peer = await staffed.account(room, Role.HEAD, "so-tu-phap")

    refused = await head.post(f"{ACCOUNTS}/{peer.id}{what}", data=await form(room))
    hidden = await head.post(f"{ACCOUNTS}/{administrator.staff.id}{what}", data=await form(room))

    assert (refused.status_code, hidden.status_code) == (403, 404)
    assert await room.accounts.one(peer.id) == peer


async def test_a_head_does_not_learn_of_accounts_elsewhere(head, room, stranger):
    listed = (await head.get(ACCOUNTS)).text
    elsewhere = await head.get(f"{ACCOUNTS}/{stranger.id}")
    nowhere = await head.get(f"{ACCOUNTS}/424242")
    too_large = await head.get(f"{ACCOUNTS}/{10**30}")
    reset = await head.post(f"{ACCOUNTS}/{stranger.id}/password")

    assert "Người xã Đông" not in listed
    answers = (elsewhere, nowhere, too_large, reset)
    assert {answer.status_code for answer in answers} == {404}


# What an administrator does.


async def test_a_changed_role_ends_the_sessions_of_the_old_one(app, administrator, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as http:
        facts = await form(room, "head")
        await administrator.post(f"{ACCOUNTS}/{http.staff.id}", data=facts)

        answer = await http.get("/console/account")

    assert answer.status_code == 303
    assert (await room.accounts.one(http.staff.id)).role is Role.HEAD


async def test_a_changed_name_does_not(app, administrator, room):
    async with browser(app, Role.CLERK, "so-tu-phap") as http:
        facts = await form(room, full_name="Tên mới")
        await administrator.post(f"{ACCOUNTS}/{http.staff.id}", data=facts)

        answer = await http.get("/console/account")

    assert "Tên mới" in answer.text


async def test_a_deactivated_account_is_out_and_cannot_come_back(app, administrator, room, clerk):
    async with browser(app) as http:
        login = {"username": clerk.username, "password": PASSWORD}
        await http.post("/console/login", data=login)
        done = await administrator.post(f"{ACCOUNTS}/{clerk.id}/deactivate")
        out = await http.get("/console/account")
        again = await http.post("/console/login", data=login)
        await administrator.post(f"{ACCOUNTS}/{clerk.id}/activate")
        back = await http.post("/console/login", data=login)

    assert done.headers["location"] == f"{ACCOUNTS}/{clerk.id}?done=deactivated"
    assert [one.status_code for one in (out, again, back)] == [303, 422, 303]


async def test_a_new_password_ends_the_sessions_the_lock_and_the_old_password(
    app, administrator, room, clerk
):
    for _ in range(5):
        await room.login.with_password(clerk.username, "wrong")

    page = await administrator.post(f"{ACCOUNTS}/{clerk.id}/password")

    new = await room.login.with_password(clerk.username, password_on(page.text))
    old = await room.login.with_password(clerk.username, PASSWORD)
    assert isinstance(new, Staff)
    assert not isinstance(old, Staff)


async def test_one_session_or_all_of_them_can_be_ended(administrator, room, clerk):
    for _ in range(3):
        await room.sessions.open(clerk.id, ip="10.0.0.1", agent="Điện thoại")
    [first, *_] = await room.sessions.living(clerk.id)

    shown = (await administrator.get(f"{ACCOUNTS}/{clerk.id}")).text
    await administrator.post(f"{ACCOUNTS}/{clerk.id}/sessions/{first.id}/end")
    left = len(await room.sessions.living(clerk.id))
    await administrator.post(f"{ACCOUNTS}/{clerk.id}/sessions/end")

    assert shown.count("Điện thoại") == 3
    assert (left, len(await room.sessions.living(clerk.id))) == (2, 0)


async def test_a_session_is_ended_only_through_the_account_it_is_of(administrator, room, clerk):
    [own] = await room.sessions.living(administrator.staff.id)

    await administrator.post(f"{ACCOUNTS}/{clerk.id}/sessions/{own.id}/end")

    assert await room.sessions.living(administrator.staff.id) == (own,)


async def test_the_last_administrator_stays(room, administrator):
    alone = administrator.staff

    assert await room.accounts.deactivate(alone.id) is Fault.LAST_ADMINISTRATOR
    lowered = await room.accounts.change(alone.id, Draft(alone.username, "An", Role.COORDINATOR))
    assert lowered is Fault.LAST_ADMINISTRATOR

    await staffed.account(room, Role.ADMINISTRATOR)
    assert await room.accounts.deactivate(alone.id) is None


async def test_the_list_says_who_is_locked_or_gone(administrator, room, clerk, stranger):
    for _ in range(5):
        await room.login.with_password(clerk.username, "wrong")
    await room.accounts.deactivate(stranger.id)

    page = (await administrator.get(ACCOUNTS)).text

    assert page.count("Đang tạm khóa") == 1
    assert page.count("Ngừng hoạt động") == 1
    assert "Ủy ban nhân dân xã Đông" in page


async def test_every_act_on_an_account_is_in_the_audit(administrator, room, clerk):
    await administrator.post(f"{ACCOUNTS}/{clerk.id}", data=await form(room))
    for what in ("password", "second-factor/off", "sessions/end", "deactivate", "activate"):
        await administrator.post(f"{ACCOUNTS}/{clerk.id}/{what}")

    assert await actions(room) == [
        "staff.changed",
        "staff.password_reset",
        "staff.second_factor_off",
        "sessions.ended",
        "staff.deactivated",
        "staff.activated",
    ]
