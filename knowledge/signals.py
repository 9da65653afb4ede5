"""What speaks for each candidate of a question: numbers between 0 and 1, each with a name.

dense_title, dense_words  meaning, compared with the title and with the best of citizens' words
accented, folded, record  words, by BM25, as a share of the best procedure's (index/sparse.py)
title, title_said         words in common with the title: of both texts, of the title's own
covered                   the share of the question's words that title and citizens' words have
unasked                   the share of what sets it apart from its siblings that nobody asked for
own, elsewhere            a province's own procedure: of this province, of another one
internal, ended           between agencies only; no longer among the published ones
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index.build import by_procedure
from knowledge.index.embedder import Vectors
from knowledge.index.overlap import Overlap, OverlapIndex
from knowledge.index.passages import Passage
from knowledge.index.profiles import Profile
from vietnamese.text import fold
from vietnamese.words import syllables

Numbers = npt.NDArray[np.intp]
Signals = dict[str, Vectors]


@dataclass(frozen=True)
class Asked:
    """A question as it was read: its readings, the provinces whose procedures it may mean, and
    how every procedure does in each stage.
    """

    texts: Sequence[str]
    provinces: frozenset[str]
    stages: Signals


class SignalReader:
    """Reads the signals of candidates that take a closer look than the stages."""

    def __init__(
        self, passages: Sequence[Passage], found: Sequence[Profile], fillers: frozenset[str]
    ) -> None:
        titles = [[passage.text] for passage in passages if passage.is_title]
        self._titles = OverlapIndex(titles, fillers)
        self._words = OverlapIndex(by_procedure(passages), fillers)
        self._qualifiers = [
            [word for each in profile.qualifiers for word in syllables(fold(each))]
            for profile in found
        ]
        self._provinces = np.array([profile.province for profile in found])
        self._internal = np.array([profile.internal for profile in found], dtype=np.float32)
        self._ended = np.array([not profile.listed for profile in found], dtype=np.float32)

    def read(self, numbers: Numbers, asked: Asked) -> Signals:
        """Signals of the procedures with these numbers, each an array in their order."""
        title = _best([self._titles.scores(text, numbers) for text in asked.texts])
        words = _best([self._words.scores(text, numbers) for text in asked.texts])
        own = np.isin(self._provinces[numbers], list(asked.provinces)).astype(np.float32)
        return {
            "title": title.both,
            "title_said": title.of_procedure,
            "covered": words.of_question,
            "unasked": self._unasked(numbers, asked),
            "own": own,
            "elsewhere": (self._provinces[numbers] != "") - own,
            "internal": self._internal[numbers],
            "ended": self._ended[numbers],
        }

    def _unasked(self, numbers: Numbers, asked: Asked) -> Vectors:
        said = {word for text in asked.texts for word in syllables(fold(text))}
        sets_apart = [self._qualifiers[number] for number in numbers]
        shares = [sum(word not in said for word in each) / max(1, len(each)) for each in sets_apart]
        return np.array(shares, dtype=np.float32)


def _best(scores: Sequence[Overlap]) -> Overlap:
    """The best of several readings, procedure by procedure."""
    return Overlap(
        both=np.max([each.both for each in scores], axis=0),
        of_question=np.max([each.of_question for each in scores], axis=0),
        of_procedure=np.max([each.of_procedure for each in scores], axis=0),
    )
