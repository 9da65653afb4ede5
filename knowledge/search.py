"""Hybrid search in two steps: every procedure by words and meaning, the first ones by all signals.

Each step is a weighted sum of numbers that can be shown, so a ranking can be explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from knowledge.index.build import read_passages, read_vectors
from knowledge.index.dense import DenseIndex
from knowledge.index.embedder import Embedder, Vectors
from knowledge.index.profiles import read_profiles
from knowledge.index.sparse import SparseIndex, accented, folded, single
from knowledge.provinces import Provinces
from knowledge.readings import Reading, Readings
from knowledge.signals import Asked, Numbers, SignalReader, Signals
from knowledge.versions import INDEX_FORMAT, read_manifest
from vietnamese.text import has_diacritics
from vietnamese.words import syllables

FUSED, BEST = "fused", "reranked"


class UnusableIndex(Exception):
    """The index was built with another model or another release; it must be built anew."""


@dataclass(frozen=True)
class SearchSettings:
    """The numbers of search.yml."""

    fusion: dict[str, dict[str, float]]
    candidates: int
    context: float
    dense_floor: float
    signals: dict[str, dict[str, float]]
    known: dict[str, float]
    outcome: dict[str, Any]

    @classmethod
    def load(cls, path: Path | None = None) -> "SearchSettings":
        path = path or Path(__file__).with_name("search.yml")
        content: dict[str, Any] = yaml.load(
            path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        return cls(**content)


@dataclass(frozen=True)
class Ranked:
    """A procedure in a ranking: its score is the weighted sum of its signals, its share the
    probability that it is the one that is meant, if any of the candidates is. `family` names the
    plainest of its siblings, `qualifiers` what its title adds to that one's.
    """

    code: str
    family: str
    qualifiers: tuple[str, ...]
    score: float
    share: float
    signals: dict[str, float]


class Search:
    """Ranks the procedures of one version. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        settings: SearchSettings,
        readings: Readings,
        provinces: Provinces,
        fillers: frozenset[str] = frozenset(),
        home: str = "",
    ) -> None:
        _check(folder, embedder)
        found = read_passages(folder)
        self._profiles = read_profiles(folder)
        self._codes = np.array([profile.code for profile in self._profiles])
        self._first = np.flatnonzero([passage.is_title for passage in found])
        # Procedures that nobody wrote citizens' words for.
        self._wordless = np.diff(np.append(self._first, len(found))) == 1
        self._titles = [passage.text for passage in found if passage.is_title]
        self._embedder = embedder
        self._settings = settings
        self._readings = readings
        self._provinces = provinces
        self._home = frozenset({home} - {""})
        self._dense = DenseIndex(read_vectors(folder))
        self._sparse = {
            name: SparseIndex.load(folder, tokens, len(self._profiles))
            for name, tokens in (("accented", accented), ("folded", folded), ("record", single))
        }
        self._signals = SignalReader(found, self._profiles, fillers)

    def rank(
        self,
        text: str,
        *,
        context: str = "",
        limit: int = 10,
        among: Sequence[str] = (),
        by: str = BEST,
    ) -> list[Ranked]:
        """Rank procedures for a text, best first.

        `context` is what was talked about before: it speaks too, with less weight. `among`
        restricts the ranking to those codes. `by` is a stage alone, FUSED or, what citizens get,
        BEST.
        """
        asked = [self._ask(each) for each in (text, context) if syllables(each)]
        if not asked:
            return []
        weights = (1.0, self._settings.context)[: len(asked)]
        stages = self._normal(_mixed([each.stages for each in asked], weights))
        kind = kind_of(text or context)
        fused = _weighted(stages, {by: 1.0} if by in stages else self._settings.fusion[kind])
        if among:
            fused = np.where(np.isin(self._codes, among), fused + 1, -1)
        numbers = np.argsort(-fused, kind="stable")[: self._settings.candidates]
        numbers = numbers[fused[numbers] > 0]
        signals = {name: scores[numbers] for name, scores in stages.items()}
        looked = [self._signals.read(numbers, each) for each in asked]
        # Whether a title is named is a matter of the last words alone.
        signals |= _mixed(looked, weights) | {"title": looked[0]["title"]}
        scores = fused[numbers]
        if by == BEST:
            scores = _weighted(signals, self._settings.signals[kind])
        order = np.argsort(-scores, kind="stable")
        if not among:
            order = order[self._distinct(numbers[order], signals["elsewhere"][order])]
        shares = np.exp(scores - scores.max(initial=-np.inf))
        shares /= shares[order].sum()
        return [
            self._ranked(numbers[n], float(scores[n]), float(shares[n]), signals, n)
            for n in order[:limit]
        ]

    def _ask(self, text: str) -> Asked:
        reading = self._readings.of(text)
        return Asked(
            texts=reading.texts,
            provinces=self._provinces.named(text) | self._home,
            stages=self._stages(reading),
        )

    def _ranked(
        self, number: int, score: float, share: float, signals: Signals, place: int
    ) -> Ranked:
        profile = self._profiles[number]
        values = {name: float(each[place]) for name, each in signals.items()}
        return Ranked(profile.code, profile.family, profile.qualifiers, score, share, values)

    def _distinct(self, numbers: Numbers, elsewhere: Vectors) -> list[int]:
        """Places in a ranking without those whose title stands higher up for the whole country,
        or for the citizen's own province."""
        seen: set[str] = set()
        kept = []
        for place, number in enumerate(numbers):
            if self._titles[number] not in seen:
                kept.append(place)
            if not elsewhere[place]:
                seen.add(self._titles[number])
        return kept

    def _stages(self, reading: Reading) -> Signals:
        """Score each procedure in each stage, by the text that fits it best."""
        meant = self._embedder.queries([reading.meant])[0]
        similar = self._dense.scores(meant, self._settings.dense_floor)
        title = similar[self._first]
        similar[self._first] = self._settings.dense_floor
        words = np.maximum.reduceat(similar, self._first)
        stages = {"dense": np.maximum(title, words), "dense_title": title, "dense_words": words}
        for name, index in self._sparse.items():
            scores = [index.scores(text) for text in reading.texts]
            if reading.official not in reading.texts:
                scores.append(np.where(self._wordless, index.scores(reading.official), 0))
            stages[name] = np.max(scores, axis=0)
        return stages

    def _normal(self, stages: Signals) -> Signals:
        """Bring each stage to 0..1: similarities above the floor, BM25 as a share of the best."""
        floor = self._settings.dense_floor
        return {
            name: scores / max(float(scores.max()), 1e-6)
            if name in self._sparse
            else (scores - floor) / (1 - floor)
            for name, scores in stages.items()
        }


def _check(folder: Path, embedder: Embedder) -> None:
    built = read_manifest(folder)
    if (built.embedder, built.index_format) != (embedder.name, INDEX_FORMAT):
        raise UnusableIndex(
            f"{folder.name} was built with {built.embedder} (format {built.index_format}), not "
            f"{embedder.name} (format {INDEX_FORMAT}); run `python -m knowledge index`"
        )


def kind_of(text: str) -> str:
    """Which weights a question is weighed with."""
    return "accented" if has_diacritics(text) else "unaccented"


def _mixed(parts: Sequence[Signals], weights: Sequence[float]) -> Signals:
    """The same signals of several texts as one, each text with its weight."""
    whole = sum(weights)
    return {
        name: np.sum([w * part[name] for w, part in zip(weights, parts, strict=True)], axis=0)
        / whole
        for name in parts[0]
    }


def _weighted(signals: Signals, weights: dict[str, float]) -> Vectors:
    total: Vectors = np.sum([weight * signals[name] for name, weight in weights.items()], axis=0)
    return total
