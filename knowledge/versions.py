"""The versions of the catalogue with its index: each a folder, written aside and switched whole."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
INDEX_FORMAT = 3  # Counts up when the files of an index change: an older one is built anew.
POINTER = "current"


class NoSuchVersion(Exception):
    """The name is not a complete version in this folder."""


@dataclass(frozen=True)
class Manifest:
    """What a version is made of; `embedder` names the only model its vectors can be used with."""

    name: str
    built: str  # ISO time, UTC.
    source: str  # The importer's name.
    source_file: str
    source_sha256: str
    procedures: int
    passages: int
    embedded: int  # Passages that had to be embedded anew.
    embedder: str
    seconds: float
    words_sha256: str = ""
    embedding: dict[str, Any] = field(default_factory=dict)  # Model, precision, prompts.
    index_format: int = 1


class Versions:
    """A folder of versions and a pointer to the one that serves.

    The pointer is a small file replaced in one step, so a reader sees the old or the new version
    and never half of one; a folder without a manifest is an unfinished build. A manifest that
    cannot be read, of another release for instance, is passed over.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "versions"

    def current(self) -> Path | None:
        """Return the folder of the version that serves, None before the first import.

        Raises NoSuchVersion when the pointer names none.
        """
        try:
            name = (self.root / POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return self._complete(name)

    def list(self) -> list[Manifest]:
        """Return the complete versions, oldest first."""
        found = self._folder.glob(f"*/{MANIFEST}") if self._folder.is_dir() else ()
        return sorted(_readable(path.parent for path in found), key=lambda each: each.built)

    def use(self, name: str) -> None:
        """Let an existing version serve. Raises NoSuchVersion."""
        self._complete(name)
        aside = self.root / f"{POINTER}.{os.getpid()}"
        aside.write_text(name + "\n", encoding="utf-8")
        os.replace(aside, self.root / POINTER)

    def _complete(self, name: str) -> Path:
        folder = self._folder / name
        if not (folder / MANIFEST).is_file():
            raise NoSuchVersion(f"{name!r} is not one of {[each.name for each in self.list()]}")
        return folder

    @contextmanager
    def build(self) -> Iterator[Path]:
        """Give an empty folder to build in; it is removed unless a manifest was written."""
        name = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        folder = self._folder / name
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            if not (folder / MANIFEST).is_file():
                shutil.rmtree(folder, ignore_errors=True)

    def prune(self, keep: int) -> None:
        """Delete the oldest versions beyond `keep`, never the one that serves."""
        serving = self.current()
        others = [each for each in self.list() if serving is None or each.name != serving.name]
        for old in others[: max(0, len(others) - keep + 1)]:
            shutil.rmtree(self._folder / old.name)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Finish a version: from here on it can be used."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    aside = folder / f"{MANIFEST}.part"
    aside.write_text(text + "\n", encoding="utf-8")
    os.replace(aside, folder / MANIFEST)


def _readable(folders: Iterable[Path]) -> Iterator[Manifest]:
    for folder in folders:
        with suppress(OSError, ValueError, TypeError):
            yield read_manifest(folder)


def read_manifest(folder: Path) -> Manifest:
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return Manifest(**content)


def fingerprint(*paths: Path) -> str:
    """SHA-256 of files, or of all files in folders, with their names; empty for no path."""
    digest = hashlib.sha256()
    for each in (file for path in paths for file in _files(path)):
        digest.update(each.name.encode())
        digest.update(each.read_bytes())
    return digest.hexdigest() if paths else ""


def _files(path: Path) -> list[Path]:
    return sorted(each for each in (path, *path.rglob("*")) if each.is_file())
