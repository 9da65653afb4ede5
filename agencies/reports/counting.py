"""From the histories of cases to the figures of a week. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import fmean, median

from agencies.cases.model import EventKind, Wish
from agencies.reports.history import CaseHistory
from agencies.reports.week import Week
from agencies.reports.weekly import Bottleneck, Figures, Line, Uncatalogued

Key = tuple[str, str, str]  # Key, name and part of a line.


def figures(cases: Sequence[CaseHistory], week: Week, as_of: datetime) -> Figures:
    """Of these cases in this week; `as_of` is when it is asked which are overdue."""
    ended = [period for case in cases for period in case.periods() if week.holds(period.ended)]
    hours = [period.hours for period in ended if period.hours is not None]
    scores = [score for case in cases if (score := _score(case, week)) is not None]
    return Figures(
        received=sum(week.holds(case.received_at) for case in cases),
        forwarded=sum(_happened(case, EventKind.FORWARDED, week) for case in cases),
        closed=len(ended),
        closed_in_time=sum(period.in_time for period in ended),
        overdue=sum(case.overdue(as_of) for case in cases),
        median_hours=median(hours) if hours else None,
        ratings=len(scores),
        satisfaction=fmean(scores) if scores else None,
        reopened=sum(_happened(case, EventKind.REOPENED, week) for case in cases),
    )


def lines(
    cases: Iterable[CaseHistory],
    key: Callable[[CaseHistory], Key],
    *,
    week: Week,
    as_of: datetime,
    minimum: int,
) -> tuple[Line, ...]:
    """A line for each key that has any figure in the week or the one before.

    Those with enough cases come first, ranked by their share in time; the others by name.
    """
    groups: dict[Key, list[CaseHistory]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    made = [
        Line(
            key=one,
            name=name,
            part=part,
            now=figures(group, week, as_of),
            before=figures(group, week.before, week.start),
        )
        for (one, name, part), group in groups.items()
    ]
    return _ranked([line for line in made if not (line.now.empty and line.before.empty)], minimum)


def bottlenecks(
    cases: Iterable[CaseHistory], wish: Wish, week: Week, most: int
) -> tuple[Bottleneck, ...]:
    """The procedures with the most cases of a wish that came in the week."""
    about = [case for case in cases if case.wish == wish and case.procedure_code]
    titles = {case.procedure_code: case.procedure_title for case in about}
    now, before = (_received_by_procedure(about, each) for each in (week, week.before))
    ordered = sorted(now.items(), key=lambda each: (-each[1], each[0]))
    return tuple(
        Bottleneck(code, titles[code], count, before[code]) for code, count in ordered[:most]
    )


def uncatalogued(cases: Iterable[CaseHistory], week: Week) -> Uncatalogued:
    """Questions about nothing that the catalogue has."""
    asked = [case for case in cases if case.wish == Wish.QUESTION and not case.procedure_code]
    now = [case for case in asked if week.holds(case.received_at)]
    before = sum(week.before.holds(case.received_at) for case in asked)
    return Uncatalogued(len(now), before, tuple(sorted(case.code for case in now)))


def by_agency(names: Mapping[int, tuple[str, str]]) -> Callable[[CaseHistory], Key]:
    return lambda case: (*names[case.agency], "")


def by_field(case: CaseHistory) -> Key:
    return case.field, case.field, ""


def by_agency_and_field(names: Mapping[int, tuple[str, str]]) -> Callable[[CaseHistory], Key]:
    return lambda case: (*names[case.agency], case.field)


def _ranked(found: list[Line], minimum: int) -> tuple[Line, ...]:
    enough = [line for line in found if line.now.judged >= minimum]
    others = [line for line in found if line.now.judged < minimum]
    enough.sort(key=lambda line: (-(line.now.in_time or 0.0), -line.now.judged, line.name))
    shares = [line.now.in_time for line in enough]
    # Who did equally well stands in the same place.
    first = {share: place for place, share in reversed(list(enumerate(shares, start=1)))}
    ranked = [replace(line, rank=first[line.now.in_time]) for line in enough]
    return (*ranked, *sorted(others, key=lambda line: (line.name, line.part)))


def _happened(case: CaseHistory, kind: EventKind, week: Week) -> bool:
    return any(moment.kind is kind and week.holds(moment.at) for moment in case.moments)


def _score(case: CaseHistory, week: Week) -> int | None:
    """The last rating in the week: a second one takes the place of the first."""
    rated = [
        moment.score
        for moment in case.moments
        if moment.kind is EventKind.RATED and week.holds(moment.at)
    ]
    return rated[-1] if rated else None


def _received_by_procedure(cases: Iterable[CaseHistory], week: Week) -> Counter[str]:
    return Counter(case.procedure_code for case in cases if week.holds(case.received_at))
