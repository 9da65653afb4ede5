"""Measure: is feedback proposed to the agency that is responsible for it?"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from agencies.client import (
    AgenciesUnavailable,
    CasePlace,
    CaseProcedure,
    Cases,
    CasesClient,
    Routes,
)
from evaluation.intervals import share
from evaluation.settings import EvaluationSettings
from evaluation.tables import Table, as_text
from vietnamese.text import fold

FEEDBACK = Path(__file__).with_name("questions") / "feedback.jsonl"
FIRST = 3  # So many are shown to the citizen.


class UnreadableFeedback(Exception):
    """The file holds no feedback to route."""


@dataclass(frozen=True)
class Feedback:
    """A message, what the conversation knew besides, and the agency a person would send it to."""

    id: str
    part: str
    text: str
    agency: str
    traits: tuple[str, ...]
    procedure: CaseProcedure | None = None
    place: CasePlace | None = None

    def without_diacritics(self) -> "Feedback":
        return replace(self, text=fold(self.text))


@dataclass(frozen=True)
class Routed:
    feedback: Feedback
    kind: str
    agencies: tuple[str, ...]
    by_triage: bool  # The first reason was that nobody else is responsible.

    @property
    def first(self) -> bool:
        return self.agencies[0] == self.feedback.agency

    @property
    def among_first(self) -> bool:
        return self.feedback.agency in self.agencies[:FIRST]


def read_feedback(path: Path) -> list[Feedback]:
    """Raises UnreadableFeedback."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = [_feedback(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFeedback(f"{path}: {error!r}") from error
    if not found:
        raise UnreadableFeedback(f"{path}: nothing in it")
    return found


async def route_all(cases: Cases, feedback: Sequence[Feedback]) -> list[Routed]:
    """Ask for each, one after the other. Raises AgenciesUnavailable."""
    return [await _route(cases, each) for each in feedback]


def figures(routed: Sequence[Routed], title: str) -> Table:
    """The shares of all, of each part and of each trait."""
    parts = sorted({each.feedback.part for each in routed})
    traits = sorted({trait for each in routed for trait in each.feedback.traits})
    rows = [_row("all", routed)]
    rows += [_row(part, [one for one in routed if one.feedback.part == part]) for part in parts]
    rows += [
        _row(f"  {trait}", [one for one in routed if trait in one.feedback.traits])
        for trait in traits
    ]
    header = ("feedback", "n", "first", "95 %", f"first {FIRST}", "to triage", "no feedback")
    return Table(title, header, tuple(rows))


def routing(
    feedback: Annotated[
        Path, typer.Argument(help="JSON Lines; see docs/evaluation.md.")
    ] = FEEDBACK,
    failures: Annotated[int, typer.Option(help="How many failed messages to show.")] = 20,
    part: Annotated[str, typer.Option(help="Only failures of this part are shown.")] = "tune",
) -> None:
    """Ask the running agencies service where feedback goes; score its first proposals."""
    try:
        found = read_feedback(feedback)
        bare = [each.without_diacritics() for each in found]
        read = _with_cases(lambda cases: route_all(cases, found))
        read_bare = _with_cases(lambda cases: route_all(cases, bare))
    except (UnreadableFeedback, AgenciesUnavailable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(as_text(figures(read, "as written")) + "\n")
    typer.echo(as_text(figures(read_bare, "without diacritics")) + "\n")
    wrong = [each for each in read if not each.first and each.feedback.part == part]
    for each in wrong[:failures]:
        typer.echo(f"{each.feedback.id}: {each.feedback.text}")
        typer.echo(f"  {each.feedback.agency}, not {', '.join(each.agencies[:FIRST])}")


def _feedback(row: dict[str, Any]) -> Feedback:
    return Feedback(
        id=row["id"],
        part=row["part"],
        text=row["text"],
        agency=row["agency"],
        traits=tuple(row["traits"]),
        procedure=CaseProcedure(**row["procedure"]) if "procedure" in row else None,
        place=CasePlace(**row["place"]) if "place" in row else None,
    )


async def _route(cases: Cases, feedback: Feedback) -> Routed:
    routes: Routes = await cases.route(
        feedback.text, procedure=feedback.procedure, place=feedback.place
    )
    codes = tuple(agency.code for agency in routes.agencies)
    by_triage = "triage" in routes.agencies[0].reasons
    return Routed(feedback, routes.kind, codes, by_triage)


def _row(name: str, routed: Sequence[Routed]) -> tuple[str, ...]:
    first = share([each.first for each in routed])
    among = share([each.among_first for each in routed])
    triage = share([each.by_triage for each in routed])
    other = sum(each.kind != "feedback" for each in routed)
    return (
        name,
        str(first.count),
        f"{first.value:.1%}",
        f"{first.low:.0%}-{first.high:.0%}",
        f"{among.value:.1%}",
        f"{triage.value:.1%}",
        str(other),
    )


def _with_cases(ask: Callable[[Cases], Awaitable[list[Routed]]]) -> list[Routed]:
    settings = EvaluationSettings()

    async def run() -> list[Routed]:
        async with httpx2.AsyncClient(base_url=settings.agencies_url, timeout=30) as http:
            return await ask(CasesClient(http, settings.agencies_api_token))

    return asyncio.run(run())
