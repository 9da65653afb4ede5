"""Batches of pairs, in which the answers to all other queries are wrong for a query.

The hard negatives are in the batch itself: where a pair goes, pairs of the nearest siblings go,
so that telling them apart costs no more than telling strangers apart.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from knowledge.training.pairs import Pair
from knowledge.training.siblings import Siblings, beginning

TOGETHER = 4  # A pair and up to three of siblings.


def batches(pairs: Sequence[Pair], siblings: Siblings, size: int) -> Iterator[list[Pair]]:
    """Full batches of different topics, led by the pairs in their order; the rest is left out."""
    stacks = defaultdict(list)
    for pair in pairs:
        stacks[pair.topic].append(pair)
    leaders = deque(pair.topic for pair in pairs)
    while len(batch := _batch(leaders, stacks, siblings, size)) == size:
        yield batch


def _batch(
    leaders: deque[str], stacks: dict[str, list[Pair]], siblings: Siblings, size: int
) -> list[Pair]:
    batch: dict[str, Pair] = {}
    later = []
    while leaders and len(batch) < size:
        leader = leaders.popleft()
        if beginning(leader) in batch:
            later.append(leader)
            continue
        for topic in [leader, *siblings.of(leader)][: min(TOGETHER, size - len(batch))]:
            if stacks[topic] and beginning(topic) not in batch:
                batch[beginning(topic)] = stacks[topic].pop()
    leaders.extendleft(reversed(later))
    return list(batch.values())
