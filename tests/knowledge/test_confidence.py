from dataclasses import replace

import pytest

from knowledge.confidence import Confidence, Outcome
from knowledge.search import Ranked

CONFIDENCE = Confidence(
    {"bias": -2.0, "covered": 4.0}, answer=0.6, named=0.8, nothing=0.3, likely=0.1, choices=3
)


def ranked(covered: float, *shares: float) -> list[Ranked]:
    return [
        Ranked(f"9.00000{n}", "9.000000", (), 0.0, share, {"covered": covered})
        for n, share in enumerate(shares)
    ]


def test_known_grows_with_what_the_first_covers_of_the_question() -> None:
    assert CONFIDENCE.known(ranked(0.5, 1.0)) == pytest.approx(0.5)
    assert CONFIDENCE.known(ranked(1.0, 1.0)) > 0.85
    assert CONFIDENCE.known([]) == 0.0


@pytest.mark.parametrize(
    ("covered", "shares", "outcome"),
    [
        (1.0, (0.9, 0.1), Outcome.ANSWER),
        (1.0, (0.5, 0.4), Outcome.ASK),  # Known, but which?
        (0.5, (0.9, 0.1), Outcome.ASK),  # The only one near, but is it meant?
        (0.1, (0.9, 0.1), Outcome.NOTHING),
        (0.1, (), Outcome.NOTHING),
    ],
)
def test_answers_only_when_it_is_known_and_clear(
    covered: float, shares: tuple[float, ...], outcome: Outcome
) -> None:
    assert CONFIDENCE.outcome(ranked(covered, *shares)) is outcome


def test_a_title_said_in_full_is_meant_though_its_siblings_are_near() -> None:
    first, second = ranked(1.0, 0.5, 0.5)
    said = replace(first, signals=first.signals | {"title": 0.9})
    both = replace(second, signals=second.signals | {"title": 0.9})

    assert CONFIDENCE.outcome([said, second]) is Outcome.ANSWER
    assert CONFIDENCE.outcome([said, both]) is Outcome.ASK


def test_the_only_title_that_was_said_comes_first_wherever_the_talk_before_put_it() -> None:
    first, second, third = ranked(1.0, 0.5, 0.4, 0.1)
    said = replace(second, signals=second.signals | {"title": 1.0})
    near = replace(third, signals=third.signals | {"title": 0.7})

    assert CONFIDENCE.named_first([first, said, near]) == [said, first, near]
    assert CONFIDENCE.named_first([first, near, second]) == [first, near, second]
    assert CONFIDENCE.named_first([]) == []


def test_offers_what_is_likely_and_no_more_than_a_citizen_wants_to_read() -> None:
    offered = CONFIDENCE.worth_offering(ranked(1.0, 0.3, 0.25, 0.2, 0.15, 0.05))

    assert [each.share for each in offered] == [0.3, 0.25, 0.2]


def test_the_first_is_offered_however_unlikely() -> None:
    assert len(CONFIDENCE.worth_offering(ranked(1.0, 0.05, 0.04))) == 1
