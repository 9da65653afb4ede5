"""The commands about conversations: how messages are read, and what is said to them."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Annotated, NoReturn

import httpx2
import typer

from evaluation.asking import Writing
from evaluation.aspects import (
    ServiceFailed,
    UnreadableAspects,
    ask_aspects,
    read_aspect_questions,
)
from evaluation.chat import Conversation, UnreadableConversations, play, read_conversations
from evaluation.classes import Labelled, confusions, exact, scores, table
from evaluation.intents import Model, RasaFailed, UnreadableMessages, read_messages, read_thresholds
from evaluation.settings import EvaluationSettings
from evaluation.tables import as_text
from gateway.client import GatewayClient
from knowledge.client import KnowledgeClient

MESSAGES = Path("bot/tests/test_nlu.yml")
MODEL = Path("models/mot-cua.tar.gz")
RASA = Path(".venv-rasa/bin/rasa")
CONFIG = Path("config.yml")
QUESTIONS = Path(__file__).with_name("questions") / "aspects.jsonl"
EXAMPLES = 5  # Shown of each confusion.


def nlu(
    messages: Annotated[Path, typer.Argument(help="Examples in Rasa's format.")] = MESSAGES,
    model: Annotated[Path, typer.Option(help="The trained model.")] = MODEL,
    rasa: Annotated[Path, typer.Option(help="Rasa's command.")] = RASA,
    report: Annotated[Path | None, typer.Option(help="Write every confusion, as JSON.")] = None,
) -> None:
    """Let a trained model read messages, as written and without diacritics; score its intents."""
    try:
        found = read_messages(messages)
        reader = Model(rasa, model, read_thresholds(CONFIG))
        bare = [each.without_diacritics() for each in found]
        read = {Writing.AS_WRITTEN: reader.read(found), Writing.BARE: reader.read(bare)}
    except (UnreadableMessages, RasaFailed) as error:
        _stop(str(error))
    _show("intents", read, report)
    for writing, each in read.items():
        unsure = sum(not one.sure for one in each)
        typer.echo(f"{writing}: {unsure} of {len(each)} too unsure, to the catalogue")


def aspects(
    questions: Annotated[Path, typer.Argument(help="JSON Lines with aspects.")] = QUESTIONS,
    report: Annotated[Path | None, typer.Option(help="Write every confusion, as JSON.")] = None,
) -> None:
    """Ask the running knowledge service; score which parts of a procedure it reads in questions."""
    url = EvaluationSettings().knowledge_url

    async def run() -> Mapping[Writing, list[Labelled]]:
        async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
            return await ask_aspects(KnowledgeClient(http), found)

    try:
        found = read_aspect_questions(questions)
        read = asyncio.run(run())
    except UnreadableAspects as error:
        _stop(str(error))
    except ServiceFailed as error:
        _stop(f"the knowledge service at {url} did not answer {error}")
    _show("aspects", read, report)
    for writing, each in read.items():
        typer.echo(f"{writing}: {exact(each):.1%} with all aspects, in the order asked")


def chat(
    messages: Annotated[Path, typer.Argument(help="JSON Lines: question, messages or turns.")],
    out: Annotated[Path, typer.Option(help="Write what was replied, a line a conversation.")],
    gateway: Annotated[str, typer.Option(help="Else GATEWAY_URL, else this machine.")] = "",
    at_once: Annotated[int, typer.Option(help="Conversations at the same time.", min=1)] = 8,
) -> None:
    """Play each row as a new conversation through the running gateway's portal channel."""
    url = gateway or EvaluationSettings().gateway_url
    try:
        found = read_conversations(messages)
        httpx2.get(f"{url}/healthz", timeout=30).raise_for_status()
    except UnreadableConversations as error:
        _stop(str(error))
    except httpx2.HTTPError as error:
        _stop(f"the gateway at {url} does not answer: {error!r}")
    out.parent.mkdir(parents=True, exist_ok=True)
    began = perf_counter()
    ends = asyncio.run(_play(found, url, out, at_once))
    turns = sum(len(each.messages) for each in found)
    typer.echo(f"{len(found)} conversations, {turns} messages, {perf_counter() - began:.0f} s")
    typer.echo("ended " + ", ".join(f"{end}: {count}" for end, count in ends.most_common()))


async def _play(found: Sequence[Conversation], url: str, out: Path, at_once: int) -> Counter[str]:
    """Write each row as soon as it and those before it are played; count how they ended."""

    @asynccontextmanager
    async def meet() -> AsyncIterator[GatewayClient]:
        async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
            yield GatewayClient(http)

    ends = Counter[str]()
    with out.open("w", encoding="utf-8") as file:
        async for played in play(found, meet, at_once=at_once):
            file.write(json.dumps(played.row(), ensure_ascii=False) + "\n")
            file.flush()
            ends[played.statuses[-1]] += 1
    return ends


def _show(what: str, read: Mapping[Writing, Sequence[Labelled]], report: Path | None) -> None:
    typer.echo(as_text(table(f"{what}, {' | '.join(read)}", read)) + "\n")
    mixed = {writing: confusions(each) for writing, each in read.items()}
    for writing, each in mixed.items():
        typer.echo(f"mixed up, {writing}")
        for meant, given, texts in each:
            typer.echo(f"  {len(texts):3} {meant} -> {given}: {' | '.join(texts[:EXAMPLES])}")
        typer.echo("")
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        content = {
            writing: {
                "scores": [vars(score) | {"f1": score.f1} for score in scores(read[writing])],
                "mixed_up": each,
            }
            for writing, each in mixed.items()
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        report.write_text(text + "\n", encoding="utf-8")


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)
