"""From a catalogue file to the version that serves: import, build aside, switch whole."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from knowledge.catalogue import Catalogue, write
from knowledge.index.build import Progress, build_index
from knowledge.index.embedder import Embedder
from knowledge.model import Procedure
from knowledge.versions import Manifest, NoSuchVersion, Versions, write_manifest

REPORT = "report.json"


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
        *,
        report: object = None,
        progress: Progress | None = None,
    ) -> Manifest:
        """Build a version from the procedures and switch to it. Raises ValueError when empty."""
        start, found = perf_counter(), list(procedures)
        before = self._reusable()
        with self.versions.build() as folder:
            write(folder, found)
            passages, embedded = build_index(
                folder, found, self.embedder, before=before, progress=progress
            )
            (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
            manifest = Manifest(
                name=folder.name,
                built=datetime.now(UTC).isoformat(timespec="milliseconds"),
                source=origin.source,
                source_file=origin.file,
                source_sha256=origin.sha256,
                procedures=len(found),
                passages=passages,
                embedded=embedded,
                embedder=self.embedder.name,
                seconds=round(perf_counter() - start, 1),
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
        made = {each.name: each.embedder for each in self.versions.list()}
        return folder if folder and made.get(folder.name) == self.embedder.name else None

    def _before(self) -> Path | None:
        try:
            return self.versions.current()
        except NoSuchVersion:  # The pointer is broken; what is published now mends it.
            return None


def keep_keywords(new: Iterable[Procedure], old: Iterable[Procedure]) -> list[Procedure]:
    """Give procedures without words of citizens those that the catalogue before had for them.

    Published catalogues hold official words only; the words of the starter catalogue, or of a
    clerk's workbook, are worth more than one import.
    """
    known = {each.code: each.keywords for each in old}
    return [
        each if each.keywords else replace(each, keywords=known.get(each.code, ())) for each in new
    ]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, or of all files in a folder with their names."""
    digest = hashlib.sha256()
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    for each in files:
        digest.update(each.name.encode())
        digest.update(each.read_bytes())
    return digest.hexdigest()
