"""From a catalogue file to the version that serves: import, build aside, switch whole."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from knowledge.catalogue import Catalogue, write
from knowledge.index.build import Progress, build_index
from knowledge.index.embedder import Embedder
from knowledge.model import Procedure
from knowledge.versions import INDEX_FORMAT, Manifest, NoSuchVersion, Versions, write_manifest
from knowledge.words import Words

REPORT = "report.json"
NO_WORDS = Words()


@dataclass(frozen=True)
class Origin:
    """Where the procedures of a version come from."""

    source: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Publisher:
    """Builds versions and lets them serve; the one before goes on until the new one is whole."""

    versions: Versions
    embedder: Embedder
    keep: int = 5

    def publish(
        self,
        procedures: Iterable[Procedure],
        origin: Origin,
        words: Words = NO_WORDS,
        *,
        report: object = None,
        progress: Progress | None = None,
    ) -> Manifest:
        """Build a version from the procedures and switch to it. Raises ValueError when empty.

        The words of citizens are only searched: the records stay as they were published.
        """
        start, found = perf_counter(), list(procedures)
        before = self._reusable()
        with self.versions.build() as folder:
            write(folder, found)
            passages, embedded = build_index(
                folder, words.joined(found), self.embedder, before=before, progress=progress
            )
            (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
            manifest = Manifest(
                name=folder.name,
                built=datetime.now(UTC).isoformat(timespec="milliseconds"),
                source=origin.source,
                source_file=origin.file,
                source_sha256=origin.sha256,
                words_sha256=words.sha256,
                procedures=len(found),
                passages=passages,
                embedded=embedded,
                embedder=self.embedder.name,
                seconds=round(perf_counter() - start, 1),
                embedding=self.embedder.describe(),
                index_format=INDEX_FORMAT,
            )
            write_manifest(folder, manifest)
        self.versions.use(manifest.name)
        self.versions.prune(self.keep)
        return manifest

    def procedures(self) -> list[Procedure]:
        """The procedures of the version that serves; none before the first import."""
        folder = self._before()
        return list(Catalogue(folder)) if folder else []

    def _reusable(self) -> Path | None:
        """The version whose vectors can be taken over: the current one, if of the same model."""
        folder = self._before()
        made = {each.name: (each.embedder, each.index_format) for each in self.versions.list()}
        usable = (self.embedder.name, INDEX_FORMAT)
        return folder if folder and made.get(folder.name) == usable else None

    def _before(self) -> Path | None:
        try:
            return self.versions.current()
        except NoSuchVersion:  # The pointer is broken; what is published now mends it.
            return None
