"""Measure: how often the right procedure is found, and how long a citizen waits."""

import asyncio
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from pydantic_settings import BaseSettings, SettingsConfigDict
from tqdm import tqdm

from evaluation.latency import Timing, measure
from evaluation.questions import Question, UnreadableQuestions, read_questions
from evaluation.retrieval import DEPTH, Outcome, Scores, Verdict, by_slice, score, verdict
from gateway.client import GatewayClient, NotTaken
from knowledge.client import AnswerStatus, KnowledgeClient

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
TURNS_OF_A_CITIZEN = 5
BENCH = Path(__file__).with_name("questions") / "bench.txt"


class EvaluationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    knowledge_url: str = "http://127.0.0.1:8001"
    gateway_url: str = "http://127.0.0.1:8000"


@app.command()
def retrieval(
    questions: Annotated[Path, typer.Argument(help="JSON Lines: id, question, gold_codes, slice.")],
    predictions: Annotated[Path | None, typer.Option(help="Write a ranking per question.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the figures as JSON.")] = None,
    failures: Annotated[int, typer.Option(help="How many failed questions to show.")] = 10,
) -> None:
    """Ask the running knowledge service and score its rankings."""
    try:
        asked = read_questions(questions)
    except UnreadableQuestions as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    outcomes, verdicts = asyncio.run(_ask_all(asked))
    groups = {"all": outcomes} | by_slice(outcomes)
    scores = {name: score(group) for name, group in groups.items()}
    _print_scores(scores)
    for each in Verdict:
        typer.echo(f"{each.value:34}{verdicts[each]:5}{verdicts[each] / len(asked):7.1%}")
    _print_failures(outcomes, failures)
    if predictions:
        _write_predictions(outcomes, predictions)
    if report:
        content = {name: asdict(each) for name, each in scores.items()}
        report.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


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


async def _ask_all(questions: list[Question]) -> tuple[list[Outcome], Counter[Verdict]]:
    """Rank and answer the last message of each question."""
    url = EvaluationSettings().knowledge_url
    outcomes, verdicts = [], Counter[Verdict]()
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        client = KnowledgeClient(http)
        for each in tqdm(questions, desc="asking", disable=None):
            hits = await client.search(each.turns[-1], limit=DEPTH)
            outcomes.append(Outcome(each, tuple(hits)))
            verdicts[verdict(each, await client.answer(each.turns[-1]))] += 1
    return outcomes, verdicts


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


class Citizen:
    """Asks a few questions, then comes back as another, as citizens do; a session is limited."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asked = 0
        self._come()

    async def ask(self, question: str) -> bool:
        if self._asked == TURNS_OF_A_CITIZEN:
            await self.leave()
            self._come()
        self._asked += 1
        try:
            return bool(await self._client.ask(question))
        except (NotTaken, TimeoutError, httpx2.HTTPError):
            return False

    async def leave(self) -> None:
        await self._http.aclose()

    def _come(self) -> None:
        self._asked = 0
        self._http = httpx2.AsyncClient(base_url=self._url, timeout=30)
        self._client = GatewayClient(self._http)


def _print_scores(scores: dict[str, Scores]) -> None:
    typer.echo(f"{'slice':34}{'n':>5}{'hit@1':>7}{'95 %':>12}{'hit@3':>7}{'hit@5':>7}{'MRR':>7}")
    for name, each in scores.items():
        low, high = each.interval
        typer.echo(
            f"{name:34}{each.count:5}{each.hit1:7.1%}{f'{low:.0%}-{high:.0%}':>12}"
            f"{each.hit3:7.1%}{each.hit5:7.1%}{each.mrr:7.3f}"
        )


def _print_failures(outcomes: list[Outcome], most: int) -> None:
    failed = [outcome for outcome in outcomes if outcome.rank != 1]
    for outcome in failed[:most]:
        typer.echo(f"\n{outcome.question.id} rank {outcome.rank}: {outcome.question.turns[-1]}")
        for hit in outcome.hits[:3]:
            typer.echo(f"  {hit.code} {hit.score:.2f} {hit.title[:80]}")


def _write_predictions(outcomes: list[Outcome], path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": outcome.question.id, "codes": [hit.code for hit in outcome.hits]}
        for outcome in outcomes
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _print_timing(name: str, timing: Timing) -> None:
    typer.echo(
        f"{name:12}{timing.at_once:8}{timing.p50 * 1000:9.0f}{timing.p95 * 1000:9.0f}"
        f"{timing.per_second:9.1f}{timing.failed:8}"
    )


if __name__ == "__main__":
    app()
