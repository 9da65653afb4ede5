"""Commands: import a catalogue, rebuild its index, ask it, serve it, list and switch versions."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from tqdm import tqdm

from knowledge.answers import Answers
from knowledge.api import create_app, now_in_vietnam
from knowledge.importers import IMPORTERS, ImportReport, UnreadableSource, import_file
from knowledge.importers.xlsx import write_template
from knowledge.index.build import Progress
from knowledge.index.embedder import open_embedder
from knowledge.model import Procedure
from knowledge.publish import Origin, Publisher
from knowledge.search import SearchSettings, UnusableIndex
from knowledge.serving import Serving, open_answers
from knowledge.settings import KnowledgeSettings
from knowledge.versions import (
    INDEX_FORMAT,
    Manifest,
    NoSuchVersion,
    Versions,
    fingerprint,
    read_manifest,
)
from knowledge.words import Words

BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
versions_app = typer.Typer(invoke_without_command=True, help="List the versions, or switch.")
app.add_typer(versions_app, name="versions")

Source = StrEnum("Source", {name: name for name in IMPORTERS})  # type: ignore[misc]
JSONL = Source("jsonl")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The catalogue: a file, or a folder of records.")],
    source: Annotated[Source, typer.Option(help="How it is written.")] = JSONL,
    captured: Annotated[str, typer.Option(help="Day it was taken (ISO), if known.")] = "",
    index: Annotated[
        Path | None,
        typer.Option(help="The national portal's index: names procedures that FILE lacks."),
    ] = None,
    allow_shrink: Annotated[
        bool, typer.Option(help="Accept that more than half of the catalogue disappears.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Report only; build nothing.")] = False,
) -> None:
    """Read a catalogue, report on it, build a version and let it serve."""
    settings = KnowledgeSettings()
    publisher = _publisher(settings)
    report = _read(file, source.value, captured)
    if index:
        known = {each.code for each in report.procedures}
        listed = _read(index, "portal", captured).procedures
        report.procedures += [each for each in listed if each.code not in known]
    before = publisher.procedures()
    report.compare_with(before)
    typer.echo(str(report))
    gone = len(report.changes.gone) if report.changes else 0
    if dry_run:
        return
    if before and gone > len(before) / 2 and not allow_shrink:
        _fail(
            f"{gone} of {len(before)} procedures would disappear; nothing was changed. "
            "If that is meant, say --allow-shrink."
        )
    origin, words = Origin(source.value, str(file), fingerprint(file)), Words.read(settings.words)
    _publish(publisher, report.procedures, origin, words, report.as_json())


@app.command()
def ensure(file: Path) -> None:
    """Import the starter catalogue when there is nothing yet, or when it changed itself.

    A catalogue that the operator imported stays; its index is built anew for another model, for
    other words of citizens and after an update that changed the index.
    """
    settings = KnowledgeSettings()
    publisher, words = _publisher(settings), fingerprint(*settings.words)
    current = _current(publisher.versions)
    manifest = read_manifest(current) if current else None
    origin = Origin("jsonl", str(file), fingerprint(file))
    is_starter = manifest is None or manifest.source_file == str(file)
    if is_starter and (manifest is None or manifest.source_sha256 != origin.sha256):
        report = _read(file, "jsonl", "")
        _publish(publisher, report.procedures, origin, Words.read(settings.words), report.as_json())
    elif manifest and _made_with(manifest) != (publisher.embedder.name, words, INDEX_FORMAT):
        _index_again(publisher, manifest, Words.read(settings.words))
    elif manifest:
        typer.echo(f"version {manifest.name} serves {manifest.procedures} procedures")


@app.command()
def index() -> None:
    """Build the index of the current catalogue anew: with other words, or another model."""
    settings = KnowledgeSettings()
    publisher = _publisher(settings)
    current = _current(publisher.versions)
    if current is None:
        _fail("there is no catalogue yet: run `python -m knowledge import FILE`")
    _index_again(publisher, read_manifest(current), Words.read(settings.words))


@app.command()
def words(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to check; else those in use.")
    ] = None,
) -> None:
    """Report on files of citizens' words: what they cover of the current catalogue, every fault."""
    settings = KnowledgeSettings()
    found = Words.read(files or settings.words)
    typer.echo(found.report(_publisher(settings).procedures()))
    if found.faults:
        raise typer.Exit(1)


@app.command()
def ask(
    question: str,
    focus: Annotated[str, typer.Option(help="Code of the procedure talked about.")] = "",
    earlier: Annotated[list[str] | None, typer.Option(help="A message before.")] = None,
) -> None:
    """Show how a question is read, ranked and answered."""
    answers = _open(KnowledgeSettings())
    asked = answers.reader.read(question)
    typer.echo(f"subject: {asked.subject!r}  aspects: {[aspect.value for aspect in asked.aspects]}")
    ranking = answers.rank(question, limit=10, earlier=earlier or ())
    typer.echo(f"known: {ranking.known:.2f}, weighed as {ranking.kind}")
    for hit in ranking.hits:
        signals = "  ".join(f"{name} {value:.2f}" for name, value in hit.signals.items() if value)
        typer.echo(f"{hit.share:4.0%} {hit.score:6.2f}  {hit.code}  {hit.title[:60]:60}  {signals}")
    answer = answers.answer(
        question, now=now_in_vietnam(), focus=focus or None, earlier=earlier or ()
    )
    typer.echo(f"\n[{answer.status.value}]")
    for choice in answer.choices:
        typer.echo(f"- {choice.code} {choice.title}")
    for section in answer.sections:
        typer.echo(f"\n{section.text}")
    if answer.provenance:
        typer.echo(f"\n{answer.provenance.text}\n{answer.provenance.url}")


@app.command()
def serve() -> None:
    """Serve questions over HTTP; a new version is taken up while serving."""
    settings = KnowledgeSettings()
    serving = Serving(
        Versions(settings.knowledge_dir),
        open_embedder(settings.knowledge_embedder),
        SearchSettings.load(),
        settings.province,
    )
    uvicorn.run(
        create_app(serving),
        host=settings.host,
        port=settings.knowledge_port,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


@app.command()
def template(file: Path) -> None:
    """Write an empty workbook that a clerk can fill in, for --source xlsx."""
    write_template(file)
    typer.echo(f"{file} written")


@versions_app.callback()
def versions(context: typer.Context) -> None:
    """List the versions; the one that serves is marked."""
    if context.invoked_subcommand:
        return
    found = Versions(KnowledgeSettings().knowledge_dir)
    serving = _current(found)
    for each in found.list():
        mark = "*" if serving and serving.name == each.name else " "
        typer.echo(
            f"{mark} {each.name}  {each.procedures} procedures  {each.source} {each.source_file}"
        )


@versions_app.command()
def use(name: str) -> None:
    """Let another version serve, for instance the one before."""
    try:
        Versions(KnowledgeSettings().knowledge_dir).use(name)
    except NoSuchVersion as error:
        _fail(str(error))
    typer.echo(f"version {name} serves")


def _publisher(settings: KnowledgeSettings) -> Publisher:
    return Publisher(
        Versions(settings.knowledge_dir),
        open_embedder(settings.knowledge_embedder),
        settings.knowledge_keep_versions,
    )


def _current(versions: Versions) -> Path | None:
    try:
        return versions.current()
    except NoSuchVersion as error:
        _fail(f"the pointer is broken: {error}\nRun `python -m knowledge versions use NAME`.")


def _open(settings: KnowledgeSettings) -> Answers:
    folder = _current(Versions(settings.knowledge_dir))
    if folder is None:
        _fail("there is no catalogue yet: run `python -m knowledge import FILE`")
    embedder = open_embedder(settings.knowledge_embedder)
    try:
        return open_answers(folder, embedder, SearchSettings.load(), settings.province)
    except UnusableIndex as error:
        _fail(str(error))


def _read(file: Path, source: str, captured: str) -> ImportReport:
    def shown(records: Any) -> Any:
        return tqdm(records, desc="reading", unit=" records", disable=None)

    try:
        return import_file(file, source, captured=captured, progress=shown)
    except UnreadableSource as error:
        _fail(f"{error}\nNothing was imported; the version that serves is as it was.")


def _publish(
    publisher: Publisher,
    procedures: Sequence[Procedure],
    origin: Origin,
    words: Words,
    report: object = None,
) -> None:
    typer.echo(words.report(procedures))
    with _bar("embedding") as progress:
        manifest = publisher.publish(procedures, origin, words, report=report, progress=progress)
    _tell(manifest)


def _index_again(publisher: Publisher, old: Manifest, words: Words) -> None:
    origin = Origin(old.source, old.source_file, old.source_sha256)
    _publish(publisher, publisher.procedures(), origin, words)


def _made_with(manifest: Manifest) -> tuple[str, str, int]:
    return manifest.embedder, manifest.words_sha256, manifest.index_format


def _tell(manifest: Manifest) -> None:
    typer.echo(
        f"version {manifest.name} serves: {manifest.procedures} procedures, "
        f"{manifest.passages} passages of which {manifest.embedded} embedded anew, "
        f"{manifest.seconds} s"
    )


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    with tqdm(desc=title, unit=" texts", disable=None) as bar:

        def progress(done: int, whole: int) -> None:
            bar.total = whole
            bar.update(done)

        yield progress


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    app()
