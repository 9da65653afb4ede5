"""Measure: how often the right procedure is found, how messages are read, how long one waits."""

import asyncio
import json
import shlex
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import httpx2
import typer

from evaluation import gain, routing, talking, tuning
from evaluation.asking import BEST, Writing, ask_all, predict_all
from evaluation.citizen import Citizen
from evaluation.examples import collect
from evaluation.figures import figures, tables
from evaluation.latency import Timing, measure
from evaluation.questions import (
    Question,
    UnreadableQuestions,
    every_nth,
    read_questions,
    write_parts,
)
from evaluation.report import Run, describe, write_report
from evaluation.settings import EvaluationSettings
from evaluation.split import TornGroup, split
from evaluation.tables import as_text
from knowledge.client import AnswerStatus, KnowledgeClient

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
BENCH = Path(__file__).with_name("questions") / "bench.txt"
Found = TypeVar("Found")

for command in (talking.nlu, talking.aspects, talking.chat, routing.routing):
    app.command()(command)

QuestionFile = Annotated[Path, typer.Argument(help="JSON Lines; see docs/evaluation.md.")]


@app.command()
def retrieval(
    questions: QuestionFile,
    predictions: Annotated[Path | None, typer.Option(help="Write a ranking per question.")] = None,
    report: Annotated[Path | None, typer.Option(help="Markdown, or HTML by its name.")] = None,
    failures: Annotated[int, typer.Option(help="How many failed questions to show.")] = 10,
    part: Annotated[str | None, typer.Option(help="Only this part: tune or check.")] = None,
    limit: Annotated[int | None, typer.Option(help="So many, spread over all.", min=1)] = None,
    answer_at: Annotated[float | None, typer.Option(help="Mark this confidence.")] = None,
) -> None:
    """Ask the running knowledge service and score its rankings and answers."""
    chosen = every_nth(_read(questions, part), limit)
    _make_folders(predictions, report)
    if chosen[0].gold is None:
        if not predictions or report:
            _stop("without gold_codes there is nothing to score, only --predictions to write")
        codes = _with_knowledge(lambda knowledge: predict_all(knowledge, chosen))
        _write_predictions(predictions, codes)
        return
    asked = _with_knowledge(lambda knowledge: ask_all(knowledge, chosen))
    found = figures(asked)
    for table in tables(found):
        typer.echo(as_text(table) + "\n")
    for failure in found.failures[Writing.AS_WRITTEN][:failures]:
        typer.echo("\n".join(describe(failure)) + "\n")
    if predictions:
        codes = {each.question.id: each.replies[Writing.AS_WRITTEN].stages[BEST] for each in asked}
        _write_predictions(predictions, codes)
    if report:
        versions = {reply.answer.version for each in asked for reply in each.replies.values()}
        facts = {"catalogue": f"version {', '.join(sorted(versions))}, {_procedures()} procedures"}
        write_report(report, Run(_facts(questions, chosen) | facts, answer_at), found)


@app.command()
def tune(
    questions: QuestionFile,
    part: Annotated[str, typer.Option(help="Which part to tune on.")] = "tune",
    fragment: Annotated[Path | None, typer.Option(help="Write the YAML here, too.")] = None,
) -> None:
    """Fit the weights and thresholds of knowledge/search.yml; print them and what they gain."""
    chosen = _read(questions, part)
    _make_folders(fragment)
    examples = _with_knowledge(lambda knowledge: collect(knowledge, chosen))
    judged = tuning.cross_fit(examples)
    thresholds = tuning.thresholds(judged)
    for writing in Writing:
        for metric in ("hit@1", "hit@3"):
            typer.echo(as_text(gain.gain(judged, writing, metric)) + "\n")
    typer.echo(as_text(gain.answerable(judged)) + "\n")
    typer.echo(as_text(gain.let_through(judged, thresholds)) + "\n")
    text = tuning.fragment(tuning.fit(examples), thresholds)
    typer.echo(text)
    if fragment:
        fragment.write_text(text, encoding="utf-8")


@app.command(name="split")
def split_questions(questions: QuestionFile) -> None:
    """Give the questions without a part one, by procedure, and sort them by id, in the file."""
    try:
        placed = split(_read(questions))
    except TornGroup as error:
        _stop(f"these share a procedure, so they must be in one part: {error}")
    write_parts(questions, placed)
    for part, count in sorted(Counter(each.part for each in placed).items()):
        typer.echo(f"{part}: {count}")


@app.command()
def latency(
    turns: Annotated[int, typer.Option(help="Turns in each run.")] = 150,
    at_once: Annotated[list[int] | None, typer.Option(help="People at once, one a run.")] = None,
) -> None:
    """Time the running knowledge service alone and whole turns through the portal."""
    questions = BENCH.read_text(encoding="utf-8").splitlines()
    runs = [
        (time, people) for people in at_once or [1, 8] for time in (_time_knowledge, _time_portal)
    ]
    typer.echo(f"{'':12}{'at once':>8}{'p50 ms':>9}{'p95 ms':>9}{'turns/s':>9}{'failed':>8}")
    for number, (time, people) in enumerate(runs):
        own = questions[number :: len(runs)]  # What was asked before would be remembered.
        name = time.__name__.removeprefix("_time_")
        _print_timing(name, asyncio.run(time(own, people, turns)))


def _read(path: Path, part: str | None = None) -> list[Question]:
    try:
        return read_questions(path, part)
    except UnreadableQuestions as error:
        _stop(str(error))


def _make_folders(*files: Path | None) -> None:
    """Before anything is asked, so that a long run is not lost at its end."""
    for file in filter(None, files):
        file.parent.mkdir(parents=True, exist_ok=True)


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)


def _with_knowledge(ask: Callable[[KnowledgeClient], Awaitable[Found]]) -> Found:
    """Ask the running service."""
    url = EvaluationSettings().knowledge_url

    async def run() -> Found:
        async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
            return await ask(KnowledgeClient(http))

    try:
        return asyncio.run(run())
    except httpx2.HTTPError as error:
        _stop(f"the knowledge service at {url} did not answer: {error!r}")


def _procedures() -> int:
    """How many procedures the running service knows."""
    health = httpx2.get(f"{EvaluationSettings().knowledge_url}/healthz", timeout=30)
    return int(health.raise_for_status().json()["procedures"])


def _facts(path: Path, questions: Sequence[Question]) -> dict[str, str]:
    return {
        "date": date.today().isoformat(),
        "command": shlex.join(["python", "-m", "evaluation", *sys.argv[1:]]),
        "questions": f"{len(questions)} of {path.name}, "
        f"{sum(not each.in_catalogue for each in questions)} of them not in the catalogue",
    }


def _write_predictions(path: Path, codes: Mapping[str, Sequence[str]]) -> None:
    rows = [{"id": id_, "codes": list(each)} for id_, each in codes.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


async def _time_knowledge(questions: list[str], people: int, turns: int) -> Timing:
    url = EvaluationSettings().knowledge_url
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        client = KnowledgeClient(http)

        async def ask(_: int, question: str) -> bool:
            answer = await client.answer(question)
            return answer.status is not AnswerStatus.ERROR_SEARCH

        return await measure(ask, questions, at_once=people, turns=turns)


async def _time_portal(questions: list[str], people: int, turns: int) -> Timing:
    citizens = [Citizen(EvaluationSettings().gateway_url) for _ in range(people)]
    try:

        async def ask(number: int, question: str) -> bool:
            return await citizens[number].ask(question)

        return await measure(ask, questions, at_once=people, turns=turns)
    finally:
        for citizen in citizens:
            await citizen.leave()


def _print_timing(name: str, timing: Timing) -> None:
    typer.echo(
        f"{name:12}{timing.at_once:8}{timing.p50 * 1000:9.0f}{timing.p95 * 1000:9.0f}"
        f"{timing.per_second:9.1f}{timing.failed:8}"
    )


if __name__ == "__main__":
    app()
