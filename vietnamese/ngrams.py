"""How likely one syllable follows two others: counts of texts, smoothed, kept as small numbers."""

from __future__ import annotations

import json
import math
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

SCALE = 16  # A cost is a whole number: a negative natural logarithm in sixteenths.
MOST = 255  # Costs are kept in bytes.
EDGE, NUMBER, UNKNOWN = range(3)  # The end of a sentence, any number, any word not learnt.
RESERVED = ("", "0", "?")
LEAST = 2.0  # Three words in a row that weigh less are chance.

Costs = dict[int, int]
Weights = dict[int, float]


class Ngrams:
    """A trigram model with Witten-Bell smoothing.

    A pair of words (a, b) is the number a * size + b; a triple is that of its first pair, times
    size, plus the third word. What is not kept costs what the shorter one costs, and the cost of
    seeing something new after those words.
    """

    def __init__(
        self,
        words: Sequence[str],
        singles: bytes,
        new_after: bytes,
        pairs: Costs,
        new_after_pair: Costs,
        triples: Costs,
    ) -> None:
        self.words = words
        self._size = len(words)
        self._singles, self._new_after = singles, new_after
        self._pairs, self._new_after_pair, self._triples = pairs, new_after_pair, triples

    def cost(self, first: int, second: int, third: int) -> int:
        """How unlikely the third word is after the two before it."""
        pair = first * self._size + second
        cost = self._triples.get(pair * self._size + third)
        if cost is not None:
            return cost
        cost = self._pairs.get(second * self._size + third)
        if cost is None:
            cost = self._new_after[second] + self._singles[third]
        return cost + self._new_after_pair.get(pair, 0)

    def follows(self, first: int, second: int) -> bool:
        """Whether two words were seen together."""
        return first * self._size + second in self._pairs

    @classmethod
    def train(
        cls, words: Sequence[str], sentences: Iterable[tuple[Sequence[int], float]]
    ) -> Ngrams:
        """Learn from sentences, each a list of word numbers with its weight."""
        size = len(words)
        pairs, triples = _count(sentences, size)
        # In company never seen, a word that follows many others is more likely than a frequent one.
        company = Counter(pair % size for pair in pairs)
        alone = [(company[word] + 1) / (len(pairs) + size) for word in range(size)]
        of_pair, new_after = _smooth(pairs, size, lambda pair: alone[pair % size])
        of_triple, new_after_pair = _smooth(triples, size, lambda key: of_pair[key % size**2])
        kept = sorted(triple for triple, weight in triples.items() if weight >= LEAST)
        return cls(
            words,
            bytes(map(_cost, alone)),
            bytes(_cost(new_after.get(word, 1.0)) for word in range(size)),
            {pair: _cost(of_pair[pair]) for pair in sorted(of_pair)},
            {triple // size: _cost(new_after_pair[triple // size]) for triple in kept},
            {triple: _cost(of_triple[triple]) for triple in kept},
        )

    def packed(self) -> bytes:
        """The model as bytes, the same for the same training on every machine."""
        tables = [_pack(table) for table in (self._pairs, self._new_after_pair, self._triples)]
        parts = [self._singles, self._new_after, *(part for table in tables for part in table)]
        head = json.dumps([list(self.words), [len(part) for part in parts]]).encode()
        return zlib.compress(head + b"\n" + b"".join(parts))

    @classmethod
    def unpacked(cls, content: bytes) -> Ngrams:
        """Raises ValueError when the bytes are not a model."""
        try:
            head, _, body = zlib.decompress(content).partition(b"\n")
            words, lengths = json.loads(head)
        except (zlib.error, ValueError) as error:
            raise ValueError("not a model of syllables") from error
        parts, at = [], 0
        for length in lengths:
            parts.append(body[at : at + length])
            at += length
        singles, new_after, *tables = parts
        pairs, new_after_pair, triples = map(_unpack, tables[::2], tables[1::2])
        return cls(words, singles, new_after, pairs, new_after_pair, triples)


def _count(sentences: Iterable[tuple[Sequence[int], float]], size: int) -> tuple[Weights, Weights]:
    """Weigh pairs and triples of words, the edges of sentences included."""
    pairs: Weights = defaultdict(float)
    triples: Weights = defaultdict(float)
    for sentence, weight in sentences:
        first = second = EDGE
        for third in (*sentence, EDGE):
            pair = second * size + third
            pairs[pair] += weight
            triples[first * size**2 + pair] += weight
            first, second = second, third
    return pairs, triples


def _smooth(
    counts: Weights, size: int, shorter: Callable[[int], float]
) -> tuple[dict[int, float], dict[int, float]]:
    """The likelihood of each key's last word, and of something new, after its first words."""
    seen: Weights = defaultdict(float)
    kinds: Weights = defaultdict(float)
    for key, weight in counts.items():
        seen[key // size] += weight
        kinds[key // size] += 1
    whole = {context: seen[context] + kinds[context] for context in seen}
    likely = {
        key: (weight + kinds[key // size] * shorter(key)) / whole[key // size]
        for key, weight in counts.items()
    }
    return likely, {context: kinds[context] / whole[context] for context in seen}


def _cost(likelihood: float) -> int:
    return min(MOST, round(-math.log(likelihood) * SCALE))


def _pack(costs: Costs) -> tuple[bytes, bytes]:
    keys = array("Q", sorted(costs))
    values = bytes(costs[key] for key in keys)
    if sys.byteorder == "big":
        keys.byteswap()
    return keys.tobytes(), values


def _unpack(keys: bytes, values: bytes) -> Costs:
    numbers = array("Q")
    numbers.frombytes(keys)
    if sys.byteorder == "big":
        numbers.byteswap()
    return dict(zip(numbers, values, strict=True))
