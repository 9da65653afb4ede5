"""One step of the set-up, and the stamp that says it need not be done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.steplog import StepLog


@dataclass(frozen=True)
class Step:
    """Work that is skipped while its inputs stay as they were and its outputs are there.

    A step without inputs looks for itself whether there is anything to do, so it always runs.
    """

    name: str  # Of its stamp and its log.
    title: str
    work: Callable[[StepLog], object]
    advice: str  # What a person should do when it fails.
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # Names of the steps that come before it.


class Stamps:
    """Remembers, for each step, a hash of the files it was done with."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "var" / "stamps"

    def is_done(self, step: Step) -> bool:
        stamp = self._folder / step.name
        return (
            bool(step.inputs)
            and stamp.exists()
            and stamp.read_text(encoding="utf-8") == self.fingerprint(step)
            and all((self._root / output).exists() for output in step.outputs)
        )

    def forget(self, step: Step) -> None:
        (self._folder / step.name).unlink(missing_ok=True)

    def keep(self, step: Step, fingerprint: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / step.name).write_text(fingerprint, encoding="utf-8")

    def fingerprint(self, step: Step) -> str:
        digest = hashlib.sha256()
        for path in self._files(step.inputs):
            digest.update(f"{path.relative_to(self._root)}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _files(self, names: tuple[str, ...]) -> Iterator[Path]:
        for name in names:
            path = self._root / name
            if path.is_dir():
                yield from sorted(
                    one
                    for one in path.rglob("*")
                    if one.is_file() and "__pycache__" not in one.parts
                )
            else:
                yield path
