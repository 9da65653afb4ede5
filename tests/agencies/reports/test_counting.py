from dataclasses import replace

import pytest

from agencies.cases.model import Wish
from agencies.reports.counting import bottlenecks, by_agency, by_field, figures, lines, uncatalogued
from agencies.reports.weekly import Figures
from tests.agencies.cases.conftest import vn
from tests.agencies.reports.samples import AT_END, WEEK, answered, history, moment, received

NAMES = {1: ("so-mot", "Sở Một"), 2: ("so-hai", "Sở Hai"), 3: ("so-ba", "Sở Ba")}


def count(*cases):
    return figures(cases, WEEK, AT_END)


def by_agencies(cases, minimum=1):
    return lines(cases, by_agency(NAMES), week=WEEK, as_of=AT_END, minimum=minimum)


def test_nothing_counts_nothing():
    empty = count()

    assert empty == Figures()
    assert empty.empty
    assert empty.in_time is None


def test_counts_what_happened_in_the_week():
    case = history(
        moment("forwarded", "2026-11-16 09:01"),
        answered("2026-11-18 09:00"),
        moment("rated", "2026-11-18 10:00", score=4),
    )

    assert count(case) == Figures(
        received=1,
        forwarded=1,
        closed=1,
        closed_in_time=1,
        median_hours=48.0,
        ratings=1,
        satisfaction=4.0,
    )


def test_the_share_in_time_counts_those_that_wait_too_long():
    in_time = history(answered("2026-11-20 10:00"))
    late = history(answered("2026-11-21 10:00"))
    never = history()
    not_due = history(reply_due=vn("2026-11-27 23:59"))

    found = count(in_time, late, never, not_due)

    assert (found.closed, found.closed_in_time, found.overdue) == (2, 1, 1)
    assert found.in_time == pytest.approx(1 / 3)


def test_a_case_closed_after_its_answer_was_dealt_with_once():
    case = history(answered("2026-11-18 09:00"), moment("closed", "2026-11-19 09:00"))

    assert count(case).closed == 1


def test_a_declined_case_was_dealt_with():
    case = history(moment("declined", "2026-11-18 09:00", due="2026-11-20 23:59"))

    assert (count(case).closed, count(case).closed_in_time) == (1, 1)


def test_an_answer_of_another_week_is_not_of_this_one():
    before = history(answered("2026-11-15 23:59"), **received("2026-11-10 09:00"))
    after = history(answered("2026-11-23 00:00"), reply_due=vn("2026-11-30 23:59"))

    assert count(before).closed == 0
    assert count(after).closed == 0


def test_a_late_answer_of_next_week_was_overdue_at_the_end_of_this_one():
    case = history(answered("2026-11-24 09:00", due="2026-11-20 23:59"))

    assert count(case).overdue == 1


def test_each_answer_is_held_against_the_deadline_it_had():
    case = history(
        answered("2026-11-17 09:00", due="2026-11-16 23:59"),
        moment("reopened", "2026-11-18 09:00"),
        answered("2026-11-19 09:00", due="2026-11-25 23:59"),
        reply_due=vn("2026-11-25 23:59"),
    )

    found = count(case)
    assert (found.closed, found.closed_in_time, found.reopened) == (2, 1, 1)
    assert found.median_hours == 24.0


def test_a_case_that_was_reopened_and_waits_is_open_again():
    case = history(
        answered("2026-11-17 09:00"),
        moment("reopened", "2026-11-17 10:00"),
        reply_due=vn("2026-11-19 23:59"),
    )

    assert count(case).overdue == 1


def test_while_the_citizen_is_asked_nothing_is_overdue():
    asked = history(moment("asked", "2026-11-18 09:00"))
    wrote = history(
        moment("asked", "2026-11-18 09:00"), moment("citizen_wrote", "2026-11-19 09:00")
    )

    assert count(asked).overdue == 0
    assert count(wrote).overdue == 1


@pytest.mark.parametrize(
    ("goes_on", "overdue"),
    [
        (moment("warned", "2026-11-19 09:00", about="waiting"), 1),
        (moment("transferred", "2026-11-19 09:00"), 1),
        (moment("warned", "2026-11-19 09:00", about="forward"), 0),
        (moment("transferred", "2026-11-19 09:00", about="dissolved"), 0),
    ],
)
def test_the_time_goes_on_as_it_does_in_the_case(goes_on, overdue):
    case = history(moment("asked", "2026-11-18 09:00"), goes_on)

    assert count(case).overdue == overdue


def test_a_second_rating_takes_the_place_of_the_first():
    case = history(
        moment("rated", "2026-11-18 10:00", score=1), moment("rated", "2026-11-18 11:00", score=5)
    )

    assert (count(case).ratings, count(case).satisfaction) == (1, 5.0)


def test_a_case_forwarded_again_after_a_transfer_was_forwarded_once():
    case = history(moment("forwarded", "2026-11-16 10:00"), moment("forwarded", "2026-11-17 10:00"))

    assert count(case).forwarded == 1


def test_agencies_are_ranked_by_their_share_in_time():
    good, bad = history(answered("2026-11-18 09:00"), agency=2), history(agency=1)

    found = by_agencies([bad, good])

    assert [(line.rank, line.name) for line in found] == [(1, "Sở Hai"), (2, "Sở Một")]


def test_those_who_did_equally_well_share_their_place():
    cases = [history(answered("2026-11-18 09:00"), agency=one) for one in (1, 2)] + [
        history(agency=3)
    ]

    assert [line.rank for line in by_agencies(cases)] == [1, 1, 3]


def test_small_numbers_are_not_ranked():
    many = [history(agency=1)] * 5
    few = [history(answered("2026-11-18 09:00"), agency=2)] * 4

    found = by_agencies([*few, *many], minimum=5)

    assert [(line.rank, line.name) for line in found] == [(1, "Sở Một"), (None, "Sở Hai")]


def test_a_line_knows_the_week_before():
    case = history(
        answered("2026-11-13 09:00", due="2026-11-16 23:59"), **received("2026-11-09 09:00")
    )

    [line] = by_agencies([case])

    assert (line.now.closed, line.before.received, line.before.closed_in_time) == (0, 1, 1)


def test_who_had_nothing_in_both_weeks_has_no_line():
    long_ago = history(answered("2026-10-05 09:00"), **received("2026-10-01 09:00"))

    assert by_agencies([long_ago]) == ()


def test_fields_have_lines_of_their_own():
    cases = [history(), history(field="Đất đai"), history(field="")]

    found = lines(cases, by_field, week=WEEK, as_of=AT_END, minimum=5)

    assert [line.name for line in found] == ["", "Hộ tịch", "Đất đai"]


def test_the_procedures_with_most_questions_are_the_bottlenecks():
    ask = history(wish="question")
    land = replace(ask, procedure_code="2.1", procedure_title="Đất")
    earlier = replace(land, **received("2026-11-10 09:00"))
    cases = [ask, land, land, earlier, history(), replace(ask, procedure_code="")]

    found = bottlenecks(cases, Wish.QUESTION, WEEK, 10)

    assert [(one.code, one.count, one.before) for one in found] == [
        ("2.1", 2, 1),
        ("1.001193", 1, 0),
    ]
    assert len(bottlenecks(cases, Wish.QUESTION, WEEK, 1)) == 1
    assert [one.count for one in bottlenecks(cases, Wish.FEEDBACK, WEEK, 10)] == [1]


def test_questions_without_a_procedure_are_what_the_catalogue_may_lack():
    ask = history(wish="question", procedure_code="", code="PA-2")
    cases = [ask, replace(ask, **received("2026-11-10 09:00")), history(procedure_code="")]

    found = uncatalogued(cases, WEEK)

    assert (found.count, found.before, found.codes) == (1, 1, ("PA-2",))
