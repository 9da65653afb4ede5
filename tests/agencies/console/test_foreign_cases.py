"""What staff must never reach: another agency's case, by any of its addresses."""

import asyncio
import re
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request

from agencies.cases.model import Actor
from agencies.cases.room import CaseRoom
from agencies.console.live_pages import LivePages
from agencies.console.work_room import WorkRoom
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from tests.agencies.console.conftest import FakeLine, MakeCase, picture
from tests.agencies.staffed import HOST, agency_id, browser

EVERYTHING = Scope.everything()
# Everybody may see these: what is public, and the way in.
FOREIGN_FORM = "Thao tác chưa được thực hiện"
OPEN_TO_ALL = {
    "/console",
    "/console/directory",
    "/console/directory/{code}",
    "/console/login",
    "/console/logout",
    "/console/sso",
    "/console/sso/return",
    "/console/{path:path}",
}


async def test_every_address_of_a_foreign_case_says_the_same_as_an_unknown_one(
    app: FastAPI, make_case: MakeCase
) -> None:
    case = await make_case("ubnd-xa-dong", attachments=(picture(),))
    own = await make_case("so-tu-phap")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        for path in ("", "/print", "/files/1", "/conversation", "/procedure"):
            foreign = await clerk.get(f"/console/cases/{case.code}{path}")
            unknown = await clerk.get(f"/console/cases/PA-0000-0000{path}")

            assert foreign.status_code == 404, path
            assert foreign.text == unknown.text, path
        crossed = await clerk.get(f"/console/cases/{own.code}/files/1")

    assert crossed.status_code == 404


async def test_a_clerk_sees_the_file_of_their_own_case(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case("so-tu-phap", attachments=(picture(),))

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        file = await clerk.get(f"/console/cases/{case.code}/files/1")

    assert file.status_code == 200


@pytest.mark.parametrize(
    "step",
    ["register", "take", "note", "draft", "answer", "ask", "transfer", "decline", "close"],
)
async def test_no_step_is_taken_with_a_foreign_case(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, step: str
) -> None:
    case = await make_case("ubnd-xa-dong")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        answer = await clerk.post(
            f"/console/cases/{case.code}/steps/{step}",
            data={"version": 1, "text": "x", "to": "so-tu-phap"},
        )
        bulk = await clerk.post(
            "/console/cases/bulk",
            data={"case": f"{case.code}:1", "step": "register", "to": "so-tu-phap", "text": "x"},
        )

    assert answer.status_code == 404
    assert "missing=1" in bulk.headers["location"]
    assert await case_room.cases.case(case.code, EVERYTHING) == case


@pytest.mark.parametrize("act", ["take-over", "give-back", "messages"])
async def test_nobody_talks_in_the_conversation_of_a_foreign_case(
    app: FastAPI, make_case: MakeCase, line: FakeLine, act: str
) -> None:
    case = await make_case("ubnd-xa-dong")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        answer = await clerk.post(
            f"/console/cases/{case.code}/conversation/{act}", data={"text": "x", "key": "a" * 32}
        )

    assert answer.status_code == 404
    assert line.rooms == {}


@pytest.mark.parametrize(
    "query", ["", "state=all", "q=khai+sinh&state=all", "agency=ubnd-xa-dong&state=all", "q={code}"]
)
async def test_the_queue_its_search_and_its_export_hold_none(
    app: FastAPI, make_case: MakeCase, query: str
) -> None:
    case = await make_case("ubnd-xa-dong", text="Chuyện khai sinh bí mật")
    query = query.format(code=case.code)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases?{query}")
        table = await clerk.get(f"/console/cases/export?{query}")
    async with browser(app, Role.CLERK, "ubnd-xa-dong") as theirs:
        seen = await theirs.get(f"/console/cases?{query}")

    assert "Chuyện khai sinh bí mật" not in page.text
    assert "0 phản ánh." in page.text
    rows = list(openpyxl.load_workbook(BytesIO(table.content)).active)
    assert len(rows) == 1
    assert "Chuyện khai sinh bí mật" in seen.text


async def test_a_head_sees_the_units_below_and_no_others(app: FastAPI, make_case: MakeCase) -> None:
    own, below = await make_case("ubnd-tinh"), await make_case("ubnd-xa-dong")

    async with browser(app, Role.HEAD, "ubnd-tinh") as head:
        upper = await head.get("/console/cases")
    async with browser(app, Role.HEAD, "ubnd-xa-dong") as head:
        lower = await head.get("/console/cases")

    assert own.code in upper.text
    assert below.code in upper.text
    assert own.code not in lower.text
    assert below.code in lower.text


async def test_an_administrator_reads_no_case(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case()

    async with browser(app, Role.ADMINISTRATOR) as administrator:
        for path in ("", f"/{case.code}", "/export", f"/{case.code}/files/1"):
            page = await administrator.get(f"/console/cases{path}")
            assert page.status_code == 403, path
        live = await administrator.get("/console/live")

    assert live.status_code == 403


async def test_the_stream_tells_of_own_cases_only(
    app: FastAPI, make_case: MakeCase, work: WorkRoom, case_room: CaseRoom
) -> None:
    foreign, own = await make_case("ubnd-xa-dong"), await make_case("so-tu-phap")
    scope = Scope.of([await agency_id(app.state.staff, "so-tu-phap") or 0])
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        events = LivePages(work)._events(_request(app, clerk), scope, "")
        first = await anext(events)
        await _heard(work)
        by = _by(clerk)
        await case_room.cases.note(foreign, "x", by)
        await case_room.cases.note(own, "x", by)

        told = await asyncio.wait_for(anext(events), 5)
        await events.aclose()

    assert first.event == "ready"
    assert told.event == "changed"
    assert own.code in str(told.data)
    assert foreign.code not in str(told.data)


async def test_the_stream_says_that_a_transferred_case_is_gone_and_has_come(
    app: FastAPI, make_case: MakeCase, work: WorkRoom, case_room: CaseRoom
) -> None:
    case = await make_case("so-tu-phap")
    before = Scope.of([await agency_id(app.state.staff, "so-tu-phap") or 0])
    after = Scope.of([await agency_id(app.state.staff, "ubnd-xa-dong") or 0])
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        with work.pulse.listen() as line:
            await _heard(work)
            await case_room.cases.transfer(case, "ubnd-xa-dong", "x", _by(clerk))
            change = await asyncio.wait_for(line.get(), 5)

    assert change.seen_by(before)
    assert change.seen_by(after)


async def test_the_stream_of_a_foreign_case_is_not_there(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case("ubnd-xa-dong")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        answer = await clerk.get(f"/console/live?case={case.code}")

    assert answer.status_code == 404


async def test_the_stream_ends_with_the_session(
    app: FastAPI, work: WorkRoom, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()
    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        events = LivePages(work)._events(_request(app, clerk), EVERYTHING, "")
        await anext(events)
        await _heard(work)
        await app.state.staff.sessions.end_all(clerk.staff.id)
        await case_room.cases.note(case, "x", _by(clerk))

        last = [event.event async for event in events]

    assert last[-1] == "gone"
    assert len(last) <= 2  # What was under way when the session ended.


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route of the console."""

    def walk(routes: object) -> Iterator[APIRoute]:
        for route in routes:  # type: ignore[attr-defined]
            if isinstance(route, APIRoute):
                yield route
            elif hasattr(route, "original_router"):
                yield from walk(route.original_router.routes)

    for route in walk(app.routes):
        for method in sorted(route.methods or ()):
            yield method, route.path


async def test_every_route_of_the_console_asks_for_a_login(app: FastAPI) -> None:
    found = [(method, path) for method, path in routes(app) if path.startswith("/console")]
    guarded = [(method, path) for method, path in found if path not in OPEN_TO_ALL]

    async with browser(app) as nobody:
        for method, path in guarded:
            address = re.sub(r"\{[^}]*\}", "1", path)
            answer = await nobody.request(method, address)

            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/console/login"), (method, path)
    assert len([path for _, path in guarded if "/cases" in path]) > 10
    assert {path for _, path in found} >= OPEN_TO_ALL


async def test_every_form_is_refused_without_its_token(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()
    guarded = OPEN_TO_ALL - {"/console/logout"}
    posts = [path for method, path in routes(app) if method == "POST" and path not in guarded]
    posts = [path for path in posts if path.startswith("/console")]

    async with browser(app, Role.COORDINATOR) as staff:
        for headers, fields in (
            ({"x-csrf-token": "wrong"}, {}),
            ({"x-csrf-token": ""}, {"csrf": "wrong"}),
            ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, {}),
        ):
            for path in posts:
                address = path.format(
                    code=case.code, step="register", number=1, session=1, path="x"
                )
                answer = await staff.post(
                    address, headers=headers, data={"version": 1, "text": "x", **fields}
                )

                assert answer.status_code == 403, (path, headers)
                assert FOREIGN_FORM in answer.text, (path, headers)
    assert await case_room.cases.case(case.code, EVERYTHING) == case
    assert len(posts) > 10
    assert {"/console/logout", "/console/letters/apology"} <= set(posts)


def _request(app: FastAPI, client: browser) -> Request:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    host = HOST.removeprefix("http://")
    return Request(
        {
            "type": "http",
            "app": app,
            "method": "GET",
            "scheme": "http",
            "path": "/console/live",
            "query_string": b"",
            "server": ("127.0.0.1", 8002),
            "headers": [(b"cookie", cookie.encode()), (b"host", host.encode())],
        }
    )


def _by(client: browser) -> Actor:
    return Actor.staff(client.staff.id, client.staff.full_name)


async def _heard(work: WorkRoom) -> None:
    """Until the pulse knows what has been so far."""
    await asyncio.sleep(0.3)
