import numpy as np
import pytest

from evaluation.examples import Example
from evaluation.fitting import fit_known, fit_signals, softmax
from tests.evaluation.samples import example

RANDOM = np.random.default_rng(1)


def drawn(true: dict[str, float], count: int) -> list[Example]:
    """Examples whose right candidate is drawn by these weights."""
    found = []
    for _ in range(count):
        signals = RANDOM.random((8, len(true)))
        right = RANDOM.choice(8, p=softmax(signals @ np.array(list(true.values()))))
        rows = (dict(zip(true, row, strict=True)) for row in signals)
        found.append(example(*rows, right=int(right)))
    return found


def test_finds_the_weights_that_made_the_choices() -> None:
    true = {"dense": 6.0, "words": 3.0, "unasked": -2.0}

    found = fit_signals(drawn(true, 2_000), l2=0)

    assert found == pytest.approx(true, abs=0.6)


def test_likeness_never_speaks_against_nor_what_nobody_asked_for_in_favour() -> None:
    backwards = {"dense": -6.0, "words": 3.0, "unasked": 4.0}

    found = fit_signals(drawn(backwards, 300))

    assert found["dense"] == found["unasked"] == 0
    assert found["words"] > 1


def test_any_of_several_right_ones_will_do() -> None:
    alike = {"dense": 0.9, "words": 0.0}
    several = example(alike, alike, {"dense": 0.1, "words": 1.0})
    several = Example(**{**vars(several), "right": (True, True, False)})

    found = fit_signals([several])

    assert found["dense"] > 1
    assert found["words"] == 0


def test_what_has_no_right_candidate_teaches_nothing() -> None:
    assert fit_signals([example({"dense": 0.5}, right=None), example(right=None)]) == {}


def test_what_is_alike_is_known() -> None:
    firsts = [({"dense": n / 100, "own": 1.0, "ended": 0.0}, n > 40) for n in range(100)]

    found = fit_known(firsts)

    assert found.keys() == {"bias", "dense"}
    assert found["dense"] > 0 > found["bias"]
    assert -found["bias"] / found["dense"] == pytest.approx(0.4, abs=0.05)
