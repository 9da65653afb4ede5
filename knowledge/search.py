"""Hybrid search: words as written, words folded, words in common and meaning, in one ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.index.build import read_passages
from knowledge.index.dense import DenseIndex
from knowledge.index.embedder import Embedder, Vectors
from knowledge.index.overlap import OverlapIndex
from knowledge.index.sparse import SparseIndex, accented, folded
from knowledge.versions import read_manifest
from vietnamese.text import has_diacritics
from vietnamese.words import expand


class WrongEmbedder(Exception):
    """The index was built with another model; its vectors cannot be compared with this one's."""


@dataclass(frozen=True)
class SearchSettings:
    """The numbers of search.yml."""

    weights: dict[str, dict[str, float]]
    dense_floor: float
    answer: dict[str, float]
    match: dict[str, float]
    choices: int

    @classmethod
    def load(cls, path: Path | None = None) -> "SearchSettings":
        path = path or Path(__file__).with_name("search.yml")
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(**content)


@dataclass(frozen=True)
class Ranked:
    """A procedure in a ranking, with the raw score of its best passage in each stage."""

    code: str
    score: float
    stages: dict[str, float]


class Search:
    """Ranks the procedures of one version. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        settings: SearchSettings,
        fillers: frozenset[str] = frozenset(),
    ) -> None:
        built_with = read_manifest(folder).embedder
        if built_with != embedder.name:
            raise WrongEmbedder(
                f"{folder.name} was built with {built_with}, not {embedder.name}; "
                "run `python -m knowledge index`"
            )
        found = read_passages(folder)
        self._codes = sorted({passage.code for passage in found})
        numbers = {code: number for number, code in enumerate(self._codes)}
        self._owner = np.array([numbers[passage.code] for passage in found])
        self._embedder = embedder
        self._settings = settings
        self._dense = DenseIndex.load(folder)
        self._accented = SparseIndex.load(folder, accented, len(found))
        self._folded = SparseIndex.load(folder, folded, len(found))
        self._overlap = OverlapIndex([passage.text for passage in found], fillers)

    def rank(self, text: str, *, limit: int = 10, among: Sequence[str] = ()) -> list[Ranked]:
        """Rank procedures for a text, best first; `among` restricts it to those codes."""
        query = expand(text)
        if not query:
            return []
        kind = "accented" if has_diacritics(query) else "unaccented"
        stages = self._stages(query)
        if kind == "unaccented":
            # The model takes unaccented Vietnamese for another language: no evidence of a match.
            stages["dense"] = np.minimum(stages["dense"], self._settings.match["dense"] - 0.01)
        total = self._fuse(stages, kind)
        if among:
            total = np.where(np.isin(self._codes, among), total, -1.0)
        best = np.argsort(-total, kind="stable")[:limit]
        return [
            Ranked(
                self._codes[number],
                float(total[number]),
                {name: float(scores[number]) for name, scores in stages.items()},
            )
            for number in best
            if total[number] >= 0
        ]

    def _stages(self, query: str) -> dict[str, Vectors]:
        """Score every procedure in every stage, each by its best passage."""
        scores = {
            "dense": self._dense.scores(self._embedder.query(query)),
            "accented": self._accented.scores(query),
            "folded": self._folded.scores(query),
        }
        stages = {name: self._by_procedure(each) for name, each in scores.items()}
        overlap = self._overlap.scores(query)
        nearest = self._nearest(overlap.both)
        return stages | {
            "overlap": overlap.both[nearest],
            "of_question": overlap.of_question[nearest],
            "of_passage": overlap.of_passage[nearest],
        }

    def _by_procedure(self, scores: Vectors) -> Vectors:
        best = np.zeros(len(self._codes), dtype=np.float32)
        np.maximum.at(best, self._owner, scores)
        return best

    def _nearest(self, scores: Vectors) -> npt.NDArray[np.intp]:
        """The passage of each procedure that scores best."""
        ordered = np.lexsort((scores, self._owner))
        last = np.flatnonzero(np.diff(self._owner[ordered], append=-1))
        nearest: npt.NDArray[np.intp] = ordered[last]
        return nearest

    def _fuse(self, stages: dict[str, Vectors], kind: str) -> npt.NDArray[np.float64]:
        """Weigh the stages after bringing each to 0..1, because their scores share no scale."""
        floor = self._settings.dense_floor
        total = np.zeros(len(self._codes))
        for name, weight in self._settings.weights[kind].items():
            scores = np.clip(stages[name] - floor, 0, None) if name == "dense" else stages[name]
            top = float(scores.max())
            if top > 0:
                total += weight * scores / top
        return total
