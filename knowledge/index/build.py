"""Build the index of a version. Only texts that the version before did not hold are embedded."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from knowledge.index.embedder import Embedder, Vectors
from knowledge.index.passages import Passage, passages, record_text
from knowledge.index.profiles import profiles, write_profiles
from knowledge.index.sparse import SparseIndex, accented, folded, single
from knowledge.lexicon import Lexicon
from knowledge.model import Procedure
from knowledge.provinces import Provinces
from vietnamese.restore import Restorer

PASSAGES = "passages.jsonl"
VECTORS = "vectors.npy"
RESTORER = "diacritics.bin"

# How much a text says about how people write.
WORDS_WEIGHT, TITLE_WEIGHT, LEXICON_WEIGHT, DOCUMENT_WEIGHT = 3.0, 2.0, 2.0, 0.3

Progress = Callable[[int, int], None]  # Called with what was done now, and the whole.


def build_index(
    folder: Path,
    procedures: Sequence[Procedure],
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
    for tokens in (accented, folded):
        SparseIndex.build(by_procedure(found), tokens).save(folder)
    SparseIndex.build([[record_text(each)] for each in procedures], single).save(folder)
    np.save(folder / VECTORS, vectors)
    _train_restorer(found, procedures).save(folder / RESTORER)
    _write_passages(folder, found)
    write_profiles(folder, profiles(procedures, Provinces.load()))
    return len(found), len(new)


def read_passages(folder: Path) -> list[Passage]:
    lines = (folder / PASSAGES).read_text(encoding="utf-8").splitlines()
    return [Passage(*json.loads(line)) for line in lines]


def read_vectors(folder: Path) -> Vectors:
    """The vectors of the passages, in their order."""
    vectors: Vectors = np.load(folder / VECTORS)
    return vectors


def open_restorer(folder: Path) -> Restorer:
    """What puts back diacritics, learnt from this version's own text."""
    return Restorer.load(folder / RESTORER)


def _train_restorer(found: Iterable[Passage], procedures: Iterable[Procedure]) -> Restorer:
    texts = [(each.text, TITLE_WEIGHT if each.is_title else WORDS_WEIGHT) for each in found]
    texts += [(phrase, LEXICON_WEIGHT) for phrase in Lexicon.load().phrases()]
    texts += [
        (document.name, DOCUMENT_WEIGHT)
        for each in procedures
        for case in each.document_cases
        for document in case.documents
    ]
    return Restorer.train(texts)


def by_procedure(found: Iterable[Passage]) -> list[list[str]]:
    """The texts of each procedure, its title twice: that is what it is called."""
    texts: list[list[str]] = []
    for passage in found:
        if passage.is_title:
            texts.append([passage.text])
        texts[-1].append(passage.text)
    return texts


def _write_passages(folder: Path, found: Sequence[Passage]) -> None:
    rows = ([each.code, each.text, each.is_title] for each in found)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / PASSAGES).write_text("".join(lines), encoding="utf-8")


def _vectors(before: Path) -> dict[str, Vectors]:
    texts = (passage.text for passage in read_passages(before))
    return dict(zip(texts, read_vectors(before), strict=True))


def _embed(texts: list[str], embedder: Embedder, progress: Progress | None) -> dict[str, Vectors]:
    if not texts:
        return {}
    tell = (lambda done: progress(done, len(texts))) if progress else None
    return dict(zip(texts, embedder.passages(texts, tell), strict=True))
