"""Build the index of a version. Only texts that the version before did not hold are embedded."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from knowledge.index.dense import DenseIndex
from knowledge.index.embedder import Embedder, Vectors
from knowledge.index.passages import Passage, passages
from knowledge.index.sparse import SparseIndex, accented, folded
from knowledge.model import Procedure

PASSAGES = "passages.jsonl"
VECTORS = "vectors.npy"

Progress = Callable[[int, int], None]  # Called with what was done now, and the whole.


def build_index(
    folder: Path,
    procedures: Iterable[Procedure],
    embedder: Embedder,
    *,
    before: Path | None = None,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Write the index into `folder`; return how many passages it has, and how many are new.

    `before` is a version whose vectors the same embedder made. Raises ValueError when empty.
    """
    found = passages(procedures)
    if not found:
        raise ValueError("there is nothing to index")
    texts = [passage.text for passage in found]
    known = _vectors(before) if before else {}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known |= _embed(new, embedder, progress)
    vectors = np.stack([known[text] for text in texts])
    DenseIndex.build(vectors).save(folder)
    for tokens in (accented, folded):
        SparseIndex.build(texts, tokens).save(folder)
    np.save(folder / VECTORS, vectors)
    _write_passages(folder, found)
    return len(found), len(new)


def read_passages(folder: Path) -> list[Passage]:
    lines = (folder / PASSAGES).read_text(encoding="utf-8").splitlines()
    return [Passage(*json.loads(line)) for line in lines]


def _write_passages(folder: Path, found: Sequence[Passage]) -> None:
    lines = (json.dumps([each.code, each.text], ensure_ascii=False) + "\n" for each in found)
    (folder / PASSAGES).write_text("".join(lines), encoding="utf-8")


def _vectors(before: Path) -> dict[str, Vectors]:
    texts = (passage.text for passage in read_passages(before))
    return dict(zip(texts, np.load(before / VECTORS), strict=True))


def _embed(texts: list[str], embedder: Embedder, progress: Progress | None) -> dict[str, Vectors]:
    if not texts:
        return {}
    tell = (lambda done: progress(done, len(texts))) if progress else None
    return dict(zip(texts, embedder.passages(texts, tell), strict=True))
