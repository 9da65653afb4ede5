"""The queue: what is due first, every filter, pages that lose nothing, and many cases at once."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Actor, Case, State
from agencies.cases.room import CaseRoom
from agencies.cases.rows import findable
from agencies.cases.tables import case_
from agencies.client import CaseContact
from agencies.console.queue import PAGE, Queue
from agencies.console.queue_filter import Filter, Order, Place
from agencies.console.work_room import WorkRoom
from agencies.database import writing
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from agencies.staff.tables import audit
from agencies.store import AgencyStore
from agencies.tables import agency
from tests.agencies.cases.conftest import Clock, vn
from tests.agencies.console.conftest import MakeCase
from tests.agencies.console.crowd import fill
from tests.agencies.staffed import agency_id, browser

EVERYTHING = Scope.everything()
SOMEBODY = Actor.staff(7, "An")


async def codes(queue: Queue, scope: Scope = EVERYTHING, **wanted: object) -> list[str]:
    page = await queue.page(Filter(**wanted), scope, 7, by_contacts=True)  # type: ignore[arg-type]
    return [row.code for row in page.rows]


@pytest.fixture
def queue(work: WorkRoom) -> Queue:
    return work.queue


async def test_shows_open_cases_what_is_due_first_on_top(
    queue: Queue, make_case: MakeCase, clock: Clock, case_room: CaseRoom
) -> None:
    first = await make_case()
    clock.advance(days=1)
    second = await make_case()
    done = await make_case()
    await case_room.cases.answer(done, "Xong", SOMEBODY)

    assert await codes(queue) == [first.code, second.code]
    assert await codes(queue, order="newest") == [second.code, first.code]
    assert await codes(queue, state="answered") == [done.code]
    assert len(await codes(queue, state="all")) == 3


@pytest.mark.parametrize(
    "words",
    ["đất đai", "dat dai", "DAT  ĐAI", "tra da", "ng bich", "0912 345 678", "{code}", "{plain}"],
)
async def test_finds_by_words_with_and_without_diacritics(
    queue: Queue, make_case: MakeCase, words: str
) -> None:
    wanted = await make_case(
        text="Thủ tục đất đai chậm trả",
        contact=CaseContact("Nguyễn Bích", "0912345678"),
    )
    await make_case(text="Chuyện khác")
    words = words.format(code=wanted.code, plain=wanted.code.replace("-", "").lower())

    assert await codes(queue, words=words) == [wanted.code]


@pytest.mark.parametrize(
    "words", ["zzz", "'", '"', "*", "a AND", "NEAR(a b)", "%", "_", "\\", ":*", "' | 'a", "越南"]
)
async def test_no_words_break_the_search(queue: Queue, make_case: MakeCase, words: str) -> None:
    await make_case(text="Thủ tục đất đai")

    assert await codes(queue, words=words) == []


async def test_words_of_contacts_are_not_searched_for_who_may_not_see_them(
    queue: Queue, make_case: MakeCase
) -> None:
    case = await make_case(contact=CaseContact("Nguyễn Bích", "0912345678"))
    wanted = Filter(words="0912345678")

    blind = await queue.page(wanted, EVERYTHING, 7, by_contacts=False)
    by_code = await queue.page(Filter(words=case.code), EVERYTHING, 7, by_contacts=False)

    assert blind.rows == ()
    assert len(by_code.rows) == 1


async def test_the_index_of_words_follows_every_change(
    queue: Queue, make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case(text="Chữ cũ")
    new = dict.fromkeys(("code", "procedure_title", "field", "place_name"), "")
    new |= {"dossier_code": "", "text": "Chữ mới"}
    new |= {f"contact_{name}": "" for name in ("name", "phone", "email", "address")}

    async with writing(engine).begin() as connection:
        update = sa.update(case_).where(case_.c.id == case.id)
        await connection.execute(update.values(search_text=findable(new)))

    assert await codes(queue, words="moi") == [case.code]
    assert await codes(queue, words="cu") == []
    assert await codes(queue, words="bi mat") == []


async def test_filters_by_everything_else(
    queue: Queue, make_case: MakeCase, clock: Clock, case_room: CaseRoom
) -> None:
    mine = await make_case(category="behaviour")
    question = await make_case("ubnd-xa-dong", wish="question")
    taken = await case_room.cases.assign(mine, 7, SOMEBODY)

    assert isinstance(taken, Case)
    assert await codes(queue, assignee="me") == [mine.code]
    assert await codes(queue, assignee="7") == [mine.code]
    assert await codes(queue, assignee="nobody") == [question.code]
    assert await codes(queue, wish="question") == [question.code]
    assert await codes(queue, category="behaviour") == [mine.code]
    assert await codes(queue, agency="ubnd-xa-dong") == [question.code]
    assert await codes(queue, agency="nowhere") == []
    assert await codes(queue, drafted=True) == []
    await case_room.cases.draft(question, "Dự thảo", SOMEBODY)
    assert await codes(queue, drafted=True) == [question.code]
    assert (await queue.counts(EVERYTHING, 7)).drafted == 1
    assert await codes(queue, since=clock().date(), until=clock().date()) != []
    assert await codes(queue, since=(clock() + timedelta(days=1)).date()) == []


async def test_counts_and_marks_what_is_late_and_what_waits(
    queue: Queue, make_case: MakeCase, clock: Clock, case_room: CaseRoom
) -> None:
    late, waiting = await make_case(), await make_case()
    await case_room.cases.ask_citizen(waiting, "Mã hồ sơ?", SOMEBODY)
    clock.at = late.reply_due - timedelta(hours=1)
    before = await queue.counts(EVERYTHING, 7)
    clock.at = late.reply_due + timedelta(hours=1)

    after = await queue.counts(EVERYTHING, 7)

    assert (before.open, before.soon, before.overdue) == (2, 1, 0)
    assert (after.open, after.soon, after.overdue) == (2, 0, 1)
    assert await codes(queue, due="overdue") == [late.code]


async def test_says_in_words_what_is_late(app: FastAPI, make_case: MakeCase, clock: Clock) -> None:
    case = await make_case()
    clock.at = case.reply_due + timedelta(minutes=1)

    async with browser(app, Role.COORDINATOR) as staff:
        page = await staff.get("/console/cases")

    for mark in ("Quá hạn trả lời", "Chậm vào sổ", "Chậm chuyển"):
        assert mark in page.text


@pytest.mark.parametrize("wanted", [{}, {"state": "all"}, {"order": "newest"}])
async def test_pages_forth_and_back_lose_nothing_while_cases_come_in(
    queue: Queue,
    engine: AsyncEngine,
    loaded: AgencyStore,
    make_case: MakeCase,
    wanted: dict[str, str],
) -> None:
    await fill(engine, [2, 4], count=400, now=vn("2026-11-23 09:00"))
    filter_ = Filter(**wanted)  # type: ignore[arg-type]
    pages = [await queue.page(filter_, EVERYTHING, 7, by_contacts=True)]
    before = await queue.every(filter_, EVERYTHING, 7, by_contacts=True, most=1000)
    await make_case()
    while pages[-1].next:
        query = dict(re.findall(r"(\w+)=([^&]*)", pages[-1].next.replace("%3A", ":")))
        place = Place.read(query["after"].replace("%2B", "+"))
        forth = Filter(**wanted, after=place)  # type: ignore[arg-type]
        pages.append(await queue.page(forth, EVERYTHING, 7, by_contacts=True))
    seen = [row.id for page in pages for row in page.rows]
    last = pages[-1]
    by = "received_at" if filter_.sorted_by is Order.NEWEST else "reply_due"
    place = Place(getattr(last.rows[0], by), last.rows[0].id)
    back = await queue.page(
        Filter(**wanted, before=place),  # type: ignore[arg-type]
        EVERYTHING,
        7,
        by_contacts=True,
    )

    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)
    assert [row.id for row in back.rows] == [row.id for row in pages[-2].rows]
    assert all(len(page.rows) == PAGE for page in pages[:-1])


@pytest.mark.parametrize(
    "query",
    [
        "after=x&before=y",
        "after=2026-11-23T00:00:00_1",
        "since=99999-01-01&until=x",
        "assignee=-1&order=x&due=x&state=x",
        "after=9999-12-31T23:59:59%2B00:00_99999999999999999999",
        "q=%00&agency=%00",
        "assignee=" + "9" * 40,
    ],
)
async def test_an_address_that_makes_no_sense_is_a_page_all_the_same(
    app: FastAPI, make_case: MakeCase, query: str
) -> None:
    await make_case()

    async with browser(app, Role.COORDINATOR) as staff:
        page = await staff.get(f"/console/cases?{query}")

    assert page.status_code == 200


async def test_a_wide_scope_and_a_narrow_one_give_the_same(
    queue: Queue, engine: AsyncEngine, loaded: AgencyStore
) -> None:
    await fill(engine, [1, 2, 3, 4], count=300, now=vn("2026-11-23 09:00"))
    narrow, wide = Scope.of([2, 4]), Scope.of([2, 4, *range(100, 140)])

    for wanted in ({}, {"state": "all"}, {"state": "closed"}, {"words": "ho so", "state": "all"}):
        assert await codes(queue, narrow, **wanted) == await codes(queue, wide, **wanted)
    assert await queue.counts(narrow, 7) == await queue.counts(wide, 7)
    assert await codes(queue, Scope.of([])) == []


class TestManyAtOnce:
    async def test_takes_the_step_with_each_and_tells_of_those_it_could_not(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        plain, changed, done, foreign = (
            await make_case(),
            await make_case(),
            await make_case(),
            await make_case("ubnd-xa-dong"),
        )
        await case_room.cases.note(changed, "x", SOMEBODY)
        await case_room.cases.register(done, SOMEBODY)
        chosen = [f"{plain.code}:1", f"{changed.code}:1", f"{done.code}:2", f"{foreign.code}:1"]

        async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
            answer = await clerk.post(
                "/console/cases/bulk",
                data={"case": chosen, "step": "register", "back": "q=x&evil=1"},
            )
            page = await clerk.get(answer.headers["location"])

        assert answer.headers["location"] == (
            "/console/cases?q=x&bulk=register&changed=1&stale=1&refused=1&missing=1"
        )
        assert "Đã thực hiện với 1 phản ánh." in page.text
        registered = await case_room.cases.case(plain.code, EVERYTHING)
        assert registered
        assert registered.state is State.REGISTERED
        assert await case_room.cases.case(foreign.code, EVERYTHING) == foreign

    async def test_only_steps_meant_for_many_and_only_with_their_permission(
        self, app: FastAPI, make_case: MakeCase
    ) -> None:
        case = await make_case()

        async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
            for step, status in (("answer", 404), ("x", 404), ("assign", 403)):
                answer = await clerk.post(
                    "/console/cases/bulk", data={"case": f"{case.code}:1", "step": step}
                )
                assert answer.status_code == status, step

    async def test_a_torn_form_changes_nothing(self, app: FastAPI, make_case: MakeCase) -> None:
        await make_case()

        async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
            answer = await clerk.post(
                "/console/cases/bulk", data={"case": ["x", ":", "a:-1"], "step": "register"}
            )

        assert answer.headers["location"] == "/console/cases?bulk=register"


class TestKeptSearches:
    async def test_are_ones_own(self, app: FastAPI) -> None:
        async with (
            browser(app, Role.CLERK, "so-tu-phap") as one,
            browser(app, Role.CLERK, "so-tu-phap") as other,
        ):
            await one.post(
                "/console/cases/views", data={"name": "Của tôi", "back": "assignee=me&x=1"}
            )
            await other.post("/console/cases/views/1/drop")
            mine = await one.get("/console/cases")
            theirs = await other.get("/console/cases")
            await one.post("/console/cases/views/1/drop")
            without = await one.get("/console/cases")

        assert 'href="/console/cases?assignee=me"' in mine.text
        assert "Bỏ bộ lọc Của tôi" in mine.text
        assert "Bỏ bộ lọc Của tôi" not in theirs.text
        assert "Bỏ bộ lọc Của tôi" not in without.text

    async def test_take_the_place_of_one_with_the_same_name_and_are_not_endless(
        self, app: FastAPI, work: WorkRoom
    ) -> None:
        async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
            for number in range(22):
                await clerk.post("/console/cases/views", data={"name": f"Bộ lọc {number}"})
            await clerk.post("/console/cases/views", data={"name": "Bộ lọc 0", "back": "state=all"})
            nameless = await clerk.post("/console/cases/views", data={"name": " "})
            kept = await work.views.of(clerk.staff.id)

        assert len(kept) == 20
        assert kept[0].query == "state=all"
        assert nameless.headers["location"].endswith("done=no_view")


class TestReadyAnswers:
    async def test_of_another_agency_are_not_seen_used_or_changed(
        self, app: FastAPI, work: WorkRoom
    ) -> None:
        room = app.state.staff
        ours, theirs = [await agency_id(room, code) for code in ("so-tu-phap", "ubnd-xa-dong")]
        async with (
            browser(app, Role.COORDINATOR) as office,
            browser(app, Role.HEAD, "so-tu-phap") as head,
            browser(app, Role.CLERK, "so-tu-phap") as clerk,
        ):
            at = "/console/ready-answers"
            for title, agency in (("Chung", ""), ("Của xã", theirs), ("Của sở", ours)):
                made = await office.post(at, data={"title": title, "text": "x", "agency": agency})
                assert made.status_code == 303
            page = await clerk.get(at)
            to_province = await head.post(at, data={"title": "a", "text": "b", "agency": ""})
            to_others = await head.post(at, data={"title": "a", "text": "b", "agency": theirs})
            changed = await head.post(f"{at}/2", data={"title": "a", "text": "b", "agency": ours})
            withdrawn = await head.post(f"{at}/1/withdraw")
            by_clerk = await clerk.post(f"{at}/3/withdraw")

        assert "Chung" in page.text
        assert "Của sở" in page.text
        assert "Của xã" not in page.text
        assert (to_province.status_code, to_others.status_code) == (422, 422)
        assert (changed.status_code, withdrawn.status_code) == (404, 404)
        assert by_clerk.status_code == 403
        assert len(await work.ready.usable(EVERYTHING)) == 3


async def test_a_search_is_written_down_without_its_words(
    app: FastAPI, make_case: MakeCase, engine: AsyncEngine
) -> None:
    found = await make_case(text="Ông Trần Văn Kín phản ánh")
    await make_case(text="Chứng thực chữ ký chậm")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await clerk.get("/console/cases")
        await clerk.get("/console/cases?q=tran+van+kin")

    query = sa.select(audit.c.detail).where(audit.c.action == "cases.searched")
    async with engine.connect() as connection:
        details = (await connection.execute(query)).scalars().all()
    assert details == [{"codes": [found.code], "found": 1}]


async def test_staff_of_the_agency_it_was_merged_into_can_be_given_its_cases(
    app: FastAPI, work: WorkRoom, engine: AsyncEngine
) -> None:
    room = app.state.staff
    old, new = await agency_id(room, "ubnd-xa-dong"), await agency_id(room, "so-tu-phap")
    async with writing(engine).begin() as connection:
        await connection.execute(
            sa.update(agency).where(agency.c.id == old).values(successor_id=new, withdrawn=True)
        )

    async with browser(app, Role.CLERK, "so-tu-phap", name="Nguyễn An"):
        found = await work.colleagues.of(old or 0, EVERYTHING)
        elsewhere = await work.colleagues.of(await agency_id(room, "to-phan-loai") or 0, EVERYTHING)

    assert "Nguyễn An" in [one.name for one in found]
    assert "Nguyễn An" not in [one.name for one in elsewhere]
