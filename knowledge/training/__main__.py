"""One command: train the embedded model on the words citizens have for the procedures."""

import json
import os
from collections.abc import Collection
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from random import Random
from typing import Annotated, Any, NoReturn

import typer

from knowledge.catalogue import Catalogue
from knowledge.index import e5
from knowledge.index.encoder import write_encoder
from knowledge.index.learned import write_learned
from knowledge.settings import KnowledgeSettings
from knowledge.training.batches import batches
from knowledge.training.pairs import Pair, Topic, pairs, topics
from knowledge.training.siblings import Siblings
from knowledge.training.tune import Plan, mixed, tune
from knowledge.versions import NoSuchVersion, Versions
from knowledge.words import Words

BAD_INPUT = 2
LEARNED = "learned.npz"
RECORD = "training.json"

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder of the new model; it is replaced.")] = Path(
        "var/models/e5-small-tuned"
    ),
    minutes: Annotated[float, typer.Option(help="Training stops then, wherever it is.")] = 12.0,
    steps: Annotated[int, typer.Option(min=1, help="Batches to learn from, at most.")] = 200,
    batch: Annotated[int, typer.Option(min=2, help="Pairs in a batch.")] = 64,
    seed: Annotated[int, typer.Option(help="The same seed, data and steps: the same model.")] = 1,
    mix: Annotated[
        float, typer.Option(min=0, max=1, help="Share of what was learned; the rest is the base.")
    ] = 1.0,
    exclude: Annotated[
        Path | None, typer.Option(help="Codes not to learn from, one a line, to be tested on.")
    ] = None,
) -> None:
    """Train the embedded model on the current catalogue and write it so that it can serve."""
    _need_libraries()
    found = _topics(KnowledgeSettings(), _codes(exclude))
    chosen = _batches(found, Random(seed), steps, batch)  # noqa: S311
    base, plan = e5.read(), Plan(minutes=minutes, seed=seed, threads=os.cpu_count() or 1)
    tuned = tune(base, chosen, plan)
    state = mixed(base.state, tuned.encoder.state, mix)
    write_encoder(out, replace(base, state=state), e5.TRAINED_BITS)
    write_learned(out / LEARNED, base.state, state)
    record = {
        "seed": seed,
        "mix": mix,
        "batch": batch,
        "steps": tuned.steps,
        "planned": len(chosen),
        "topics": len(found),
        "pairs": tuned.steps * batch,
        "loss": round(tuned.loss, 4),
        "seconds": round(tuned.seconds),
    }
    (out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    _tell(out, record)


def _topics(settings: KnowledgeSettings, excluded: Collection[str]) -> list[Topic]:
    try:
        folder = Versions(settings.knowledge_dir).current()
    except NoSuchVersion as error:
        _fail(str(error))
    if folder is None:
        _fail("there is no catalogue yet: run `python -m knowledge import FILE`")
    procedures = Words.read(settings.words).joined(list(Catalogue(folder)))
    return topics(procedures, excluded)


def _batches(found: list[Topic], random: Random, steps: int, size: int) -> list[list[Pair]]:
    """As many batches as asked for: each time around, every phrase is typed another way."""
    siblings, chosen = Siblings(found), list[list[Pair]]()
    while len(chosen) < steps:
        round_ = list(islice(batches(pairs(found, random), siblings, size), steps - len(chosen)))
        if not round_:
            _fail(f"fewer than {size} procedures have words of citizens: too few for a batch")
        chosen += round_
    return chosen


def _codes(file: Path | None) -> frozenset[str]:
    if file is None:
        return frozenset()
    return frozenset(file.read_text(encoding="utf-8").split())


def _tell(out: Path, record: dict[str, Any]) -> None:
    if record["steps"] < record["planned"]:
        typer.echo(
            f"time was up after {record['steps']} of {record['planned']} steps; "
            f"`--steps {record['steps']}` gives a model that can be made again",
            err=True,
        )
    typer.echo(f"{out}: {record['pairs']} pairs in {record['seconds']} s, loss {record['loss']}")
    typer.echo(f"To use it: KNOWLEDGE_EMBEDDER={out}, then `python -m knowledge index`.")
    typer.echo(f"To ship it: put {out / LEARNED} in the place of data/model/{LEARNED}.")


def _need_libraries() -> None:
    if not find_spec("datasets") or not find_spec("accelerate"):
        _fail("run `python3 -m tools.setup training` first: it installs what only training needs")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # Threads that wait busily double the time on a machine that does something else besides.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    app()
