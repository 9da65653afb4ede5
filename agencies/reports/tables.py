"""The report as tables of words and numbers, and as bars: the same on every kind of page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from agencies.reports.weekly import Bottleneck, Figures, Line, Report
from vietnamese.workdays import ZONE

FILE = Path(__file__).with_name("report.yml")
COUNTS = ("received", "forwarded", "closed", "overdue", "reopened")
FIGURES = (
    "received",
    "forwarded",
    "closed",
    "in_time",
    "overdue",
    "median_hours",
    "satisfaction",
    "reopened",
)
MOST_BARS = 15


@dataclass(frozen=True)
class Cell:
    """What is read, and the number behind it where there is one."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def compares(self, column: int) -> bool:
        """Whether a column holds figures, not names or codes."""
        return any(row[column].value is not None for row in self.rows)


@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    share: float  # Of the longest: 0 to 1.


@dataclass(frozen=True)
class Chart:
    key: str
    title: str
    bars: tuple[Bar, ...]


@cache
def words() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def heading(report: Report) -> tuple[str, ...]:
    """Title, period, scope and the moment of the figures."""
    first, last = (f"{day:%d/%m/%Y}" for day in report.week.days)
    as_of = f"{report.as_of.astimezone(ZoneInfo(ZONE)):%d/%m/%Y %H:%M}"
    week = {"number": report.week.number, "year": report.week.year}
    made = "made" if report.complete else "unfinished"
    return (
        words()["heading"],
        words()["period"].format(**week, first=first, last=last),
        words()["scope"].format(scope=report.scope or words()["whole"]),
        words()[made].format(as_of=as_of),
    )


def notes(report: Report) -> Iterator[str]:
    """What has to be known to read the figures."""
    yield words()["working_days"].format(count=report.working_days)
    if report.days_off:
        days = ", ".join(f"{day:%d/%m} ({name})" for day, name in report.days_off)
        yield words()["days_off"].format(days=days)
    yield words()["minimum"].format(minimum=report.minimum)
    yield words()["explained"]


def warning(report: Report) -> str:
    """Loud: which personal data is kept without any limit. Empty when all have one."""
    classes = ", ".join(words()["classes"][one] for one in report.kept_for_ever)
    return words()["kept_for_ever"].format(classes=classes) if classes else ""


def tables(report: Report) -> list[Table]:
    """Every table that has a row, in their order."""
    made = [
        _summary(report),
        _lines("agencies", report.agencies, report, ("agency",)),
        _lines("fields", report.fields, report, ("field",)),
        _lines("agency_fields", report.agency_fields, report, ("agency", "field")),
        _bottlenecks("questions", report.questions),
        _bottlenecks("feedback", report.feedback),
        _uncatalogued(report),
        _erased(report),
    ]
    return [table for table in made if table.rows]


def charts(report: Report) -> list[Chart]:
    """Bars for agencies: the ranked ones by share in time, the busiest by number."""
    ranked = [line for line in report.agencies if line.rank is not None]
    in_time = [
        Bar(line.name, figure_cell("in_time", line.now, report).text, line.now.in_time or 0.0)
        for line in ranked[:MOST_BARS]
    ]
    busy = sorted(report.agencies, key=lambda line: (-line.now.received, line.name))
    busy = [line for line in busy if line.now.received][:MOST_BARS]
    received = [
        Bar(
            line.name,
            _changed(line, "received", report).text,
            line.now.received / busy[0].now.received,
        )
        for line in busy
    ]
    found = [Chart("in_time", words()["charts"]["in_time"], tuple(in_time))]
    found.append(Chart("received", words()["charts"]["received"], tuple(received)))
    return [chart for chart in found if chart.bars]


def figure_cell(name: str, figures: Figures, report: Report) -> Cell:
    """One figure; a share or a mean of too few says so instead."""
    if name in COUNTS:
        count = getattr(figures, name)
        return Cell(str(count), count)
    if name == "median_hours":
        hours = figures.median_hours
        return Cell(words()["none"]) if hours is None else Cell(_decimal(hours), round(hours, 1))
    if name == "in_time":
        share, count = report.share(figures), figures.judged
        value = None if share is None else round(share * 100, 1)
    else:
        mean, count = report.mean(figures), figures.ratings
        value = None if mean is None else round(mean, 2)
    if value is None:
        return Cell(words()["too_few"].format(count=count) if count else words()["none"])
    key, shown = ("share", _decimal(value)) if name == "in_time" else ("mean", _decimal(value, 2))
    return Cell(words()[key].format(**{key: shown}, count=count), value)


def _summary(report: Report) -> Table:
    labels = words()["columns"]
    rows = []
    for name in FIGURES:
        now = figure_cell(name, report.total, report)
        before = figure_cell(name, report.total_before, report)
        rows.append((Cell(words()["figures"][name]), now, before, _difference(now, before)))
    columns = tuple(labels[key] for key in ("figure", "now", "before", "change"))
    return Table("summary", words()["tables"]["summary"], columns, tuple(rows))


def _lines(key: str, lines: Iterable[Line], report: Report, named: tuple[str, ...]) -> Table:
    labels, names = words()["columns"], words()["figures"]
    head = (labels["rank"], *(labels[one] for one in named), *(names[one] for one in FIGURES))
    rows = tuple(
        (
            Cell(str(line.rank or words()["none"]), line.rank),
            *map(Cell, _names(line, named)),
            *(_changed(line, name, report) for name in FIGURES),
        )
        for line in lines
    )
    return Table(key, words()["tables"][key], head, rows)


def _names(line: Line, named: tuple[str, ...]) -> Iterator[str]:
    if "agency" in named:
        yield line.name
    if "field" in named:
        yield (line.part if "agency" in named else line.name) or words()["no_field"]


def _changed(line: Line, name: str, report: Report) -> Cell:
    """The figure, with the change of a count in brackets."""
    now = figure_cell(name, line.now, report)
    change = _difference(now, figure_cell(name, line.before, report)) if name in COUNTS else None
    return Cell(f"{now.text} ({change.text})", now.value) if change and change.value else now


def _difference(now: Cell, before: Cell) -> Cell:
    if now.value is None or before.value is None:
        return Cell(words()["none"])
    change = round(now.value - before.value, 2)
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return Cell(sign + _decimal(abs(change), 2), change)


def _bottlenecks(key: str, found: Iterable[Bottleneck]) -> Table:
    labels = words()["columns"]
    columns = tuple(labels[one] for one in ("code", "title", "now", "before"))
    rows = tuple(
        (
            Cell(one.code),
            Cell(one.title),
            Cell(str(one.count), one.count),
            Cell(str(one.before), one.before),
        )
        for one in found
    )
    return Table(key, words()["tables"][key], columns, rows)


def _uncatalogued(report: Report) -> Table:
    found = report.uncatalogued
    row = (Cell(str(found.count), found.count), Cell(str(found.before), found.before))
    columns = (words()["columns"]["now"], words()["columns"]["before"])
    rows = (row,) if found.count or found.before else ()
    return Table("uncatalogued", words()["tables"]["uncatalogued"], columns, rows)


def _erased(report: Report) -> Table:
    labels = words()["columns"]
    columns = tuple(labels[one] for one in ("data", "why", "basis", "cases", "kept"))
    rows = tuple(
        (
            Cell(words()["classes"][one.data_class]),
            Cell(words()["why"][one.why]),
            Cell(one.basis),
            Cell(str(one.cases), one.cases),
            Cell(str(one.kept), one.kept),
        )
        for one in report.erased
    )
    return Table("erased", words()["tables"]["erased"], columns, rows)


def _decimal(number: float, digits: int = 1) -> str:
    """As written in Vietnam: a comma, and no zeros behind it."""
    written = f"{number:.{digits}f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written).replace(".", ",")
