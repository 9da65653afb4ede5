"""Commands: import a catalogue, rebuild its index, ask it, serve it, list and switch versions."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from tqdm import tqdm

from knowledge.answers import Answers
from knowledge.api import create_app, today_in_vietnam
from knowledge.importers import IMPORTERS, ImportReport, UnreadableSource, import_file
from knowledge.importers.xlsx import write_template
from knowledge.index.build import Progress
from knowledge.index.embedder import open_embedder
from knowledge.publish import Origin, Publisher, fingerprint, keep_keywords
from knowledge.search import SearchSettings, WrongEmbedder
from knowledge.serving import Serving, open_answers
from knowledge.settings import KnowledgeSettings
from knowledge.versions import Manifest, NoSuchVersion, Versions, read_manifest

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
    allow_shrink: Annotated[
        bool, typer.Option(help="Accept that more than half of the catalogue disappears.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Report only; build nothing.")] = False,
) -> None:
    """Read a catalogue, report on it, build a version and let it serve."""
    publisher = _publisher(KnowledgeSettings())
    report = _read(file, source.value, captured)
    before = publisher.procedures()
    report.procedures = keep_keywords(report.procedures, before)
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
    _publish(publisher, report, Origin(source.value, str(file), fingerprint(file)))


@app.command()
def ensure(file: Path) -> None:
    """Import the starter catalogue when there is nothing yet, or when it changed itself.

    A catalogue that the operator imported stays; its index is built anew for another model.
    """
    publisher = _publisher(KnowledgeSettings())
    current = _current(publisher.versions)
    manifest = read_manifest(current) if current else None
    origin = Origin("jsonl", str(file), fingerprint(file))
    is_starter = manifest is None or manifest.source_file == str(file)
    if is_starter and (manifest is None or manifest.source_sha256 != origin.sha256):
        _publish(publisher, _read(file, "jsonl", ""), origin)
    elif manifest and manifest.embedder != publisher.embedder.name:
        _index_again(publisher, manifest)
    elif manifest:
        typer.echo(f"version {manifest.name} serves {manifest.procedures} procedures")


@app.command()
def index() -> None:
    """Build the index of the current catalogue anew, for instance with another model."""
    publisher = _publisher(KnowledgeSettings())
    current = _current(publisher.versions)
    if current is None:
        _fail("there is no catalogue yet: run `python -m knowledge import FILE`")
    _index_again(publisher, read_manifest(current))


@app.command()
def ask(
    question: str,
    focus: Annotated[str, typer.Option(help="Code of the procedure talked about.")] = "",
) -> None:
    """Show how a question is read, ranked and answered."""
    answers = _open(KnowledgeSettings())
    asked = answers.reader.read(question)
    typer.echo(f"subject: {asked.subject!r}  aspects: {[aspect.value for aspect in asked.aspects]}")
    for hit in answers.rank(question, limit=10):
        stages = "  ".join(f"{name} {score:.2f}" for name, score in hit.stages.items())
        typer.echo(f"{hit.score:.2f}  {hit.code}  {answers.title(hit.code)[:60]:60}  {stages}")
    answer = answers.answer(question, today=today_in_vietnam(), focus=focus or None)
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
        return open_answers(folder, embedder, SearchSettings.load())
    except WrongEmbedder as error:
        _fail(str(error))


def _read(file: Path, source: str, captured: str) -> ImportReport:
    def shown(records: Any) -> Any:
        return tqdm(records, desc="reading", unit=" records", disable=None)

    try:
        return import_file(file, source, captured=captured, progress=shown)
    except UnreadableSource as error:
        _fail(f"{error}\nNothing was imported; the version that serves is as it was.")


def _publish(publisher: Publisher, report: ImportReport, origin: Origin) -> None:
    with _bar("embedding") as progress:
        manifest = publisher.publish(
            report.procedures, origin, report=report.as_json(), progress=progress
        )
    _tell(manifest)


def _index_again(publisher: Publisher, old: Manifest) -> None:
    origin = Origin(old.source, old.source_file, old.source_sha256)
    with _bar("embedding") as progress:
        _tell(publisher.publish(publisher.procedures(), origin, progress=progress))


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
