"""Real cases through the store, then the report of their week."""

import pytest
import sqlalchemy as sa

from agencies.cases.model import Wish
from agencies.client import CaseContact, CaseProcedure
from agencies.reports.week import Week
from agencies.staff.scope import Scope, scope_below
from agencies.tables import agency as agency_table
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft
from tests.agencies.samples import SMALL, agency, directory_of

W48 = Week(2026, 48)  # 23 to 29 November; the 24th is a holiday.
BIRTH = CaseProcedure("1.001193", "Đăng ký khai sinh", "Hộ tịch", "commune", "UBND cấp xã")


@pytest.fixture
def send(cases):
    """A case of a citizen of its own."""
    numbers = iter(range(100))

    async def send(to="so-tu-phap", **facts):
        number = next(numbers)
        own = {"submission": f"f{number}", "conversation": f"portal:{number}"}
        draft = a_draft(**own, contact=CaseContact(), **{"procedure": BIRTH} | facts)
        return (await cases.create(draft, agency=to)).case

    return send


async def scope_at(engine, code):
    async with engine.connect() as connection:
        found = sa.select(agency_table.c.id).where(agency_table.c.code == code)
        return await scope_below(connection, (await connection.execute(found)).scalar_one())


async def test_reports_what_became_of_real_cases(send, cases, clock, reports):
    first, second = await send(), await send()
    await send(wish=Wish.QUESTION)
    clock.set("2026-11-25 09:00")
    await cases.answer(first, "Đã xong", CLERK)
    await cases.rate(first.code, 5)
    await cases.decline(second, "Không thuộc thẩm quyền", CLERK)
    await cases.reopen(first.code, "chưa xong", "r1")
    clock.set("2026-11-30 08:00")

    report = await reports.weekly(W48, EVERYTHING)

    total = report.total
    assert (total.received, total.closed, total.closed_in_time) == (3, 2, 2)
    assert (total.ratings, total.satisfaction, total.reopened) == (1, 5.0, 1)
    assert total.median_hours == 48.0
    assert [one.name for one in report.agencies] == ["Sở Tư pháp tỉnh Mẫu"]
    assert [one.name for one in report.fields] == ["Hộ tịch"]
    assert [one.code for one in report.questions] == ["1.001193"]
    assert (report.working_days, report.days_off[0][0].day) == (4, 24)
    assert report.complete


async def test_an_empty_week_is_a_report_of_nothing(reports):
    report = await reports.weekly(Week(2026, 20), EVERYTHING)

    assert report.total.empty
    assert (report.agencies, report.fields, report.questions) == ((), (), ())


async def test_the_week_of_tet_has_no_working_day_and_nothing_gets_overdue_in_it(
    send, cases, clock, reports
):
    clock.set("2026-02-12 10:00")
    late = await send()
    clock.set("2026-02-18 10:00")
    in_tet = await send()
    clock.set("2026-02-23 08:00")

    tet = await reports.weekly(Week(2026, 8), EVERYTHING)

    assert (tet.working_days, len(tet.days_off)) == (0, 5)
    assert (tet.total.received, tet.total.overdue, tet.total.closed) == (1, 0, 0)
    assert in_tet.reply_due > tet.week.end
    assert late.reply_due > tet.week.end


async def test_a_case_answered_after_its_agency_was_merged_counts_for_the_successor(
    send, cases, clock, engine, loaded, reports
):
    case = await send()
    gone = agency("so-tu-phap", "Sở Tư pháp tỉnh Mẫu", parent="ubnd-tinh", successor="so-noi-vu")
    new = agency("so-noi-vu", "Sở Nội vụ", parent="ubnd-tinh")
    await loaded.replace(directory_of(SMALL[0], gone, *SMALL[2:], new), file="merged.yml")
    clock.set("2026-11-26 09:00")
    # The clock has not moved the case yet.
    await cases.answer(await cases.case(case.code, EVERYTHING), "Đã xong", CLERK)
    clock.set("2026-11-30 08:00")

    report = await reports.weekly(W48, EVERYTHING)
    seen_by_successor = await reports.weekly(W48, await scope_at(engine, "so-noi-vu"))

    assert [(one.name, one.now.closed) for one in report.agencies] == [("Sở Nội vụ", 1)]
    assert seen_by_successor.total == report.total


async def test_a_report_of_one_agency_shows_only_its_scope(send, clock, engine, reports):
    await send()
    await send(to="ubnd-xa-dong", wish=Wish.QUESTION, procedure=None)
    clock.set("2026-11-30 08:00")

    law = await reports.weekly(W48, await scope_at(engine, "so-tu-phap"))
    ward = await reports.weekly(W48, await scope_at(engine, "ubnd-xa-dong"))
    everything = await reports.weekly(W48, EVERYTHING)
    nothing = await reports.weekly(W48, Scope.of([]))

    assert [one.name for one in law.agencies] == ["Sở Tư pháp tỉnh Mẫu"]
    assert law.uncatalogued.count == 0
    assert [one.name for one in ward.agencies] == ["Ủy ban nhân dân xã Đông"]
    assert ward.uncatalogued.count == 1
    assert everything.total.received == 2
    assert nothing.total.empty


async def test_what_was_erased_stands_in_the_report_of_the_province_alone(
    send, cases, clock, engine, reports
):
    case = await send()
    await cases.erase("portal:0")
    clock.set("2026-11-30 08:00")

    province = await reports.weekly(W48, EVERYTHING)
    law = await reports.weekly(W48, await scope_at(engine, "so-tu-phap"))

    assert {one.cases for one in province.erased} == {0, 1}
    assert law.erased == ()
    assert province.total.received == 1
    assert "words" in province.kept_for_ever
    assert case.code not in repr(province.erased)


async def test_figures_stay_when_words_are_erased(send, cases, clock, reports):
    case = await send()
    clock.set("2026-11-25 09:00")
    await cases.answer(case, "Đã xong", CLERK)
    await cases.rate(case.code, 3, "tạm được")
    clock.set("2026-11-30 08:00")
    before = (await reports.weekly(W48, EVERYTHING)).total

    await cases.erase("portal:0")

    assert (await reports.weekly(W48, EVERYTHING)).total == before


async def test_a_week_that_is_not_over_says_so(send, clock, reports):
    await send()
    clock.set("2026-11-26 12:00")

    report = await reports.weekly(W48, EVERYTHING)

    assert not report.complete
    assert report.as_of == clock()
