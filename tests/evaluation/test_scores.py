import pytest

from evaluation.asking import BEST, Writing
from evaluation.scores import OVERALL, WITH_DIACRITICS, gains, losses, scores
from tests.evaluation.samples import asked


def test_scores_the_first_right_procedure() -> None:
    outcomes = [asked("1"), asked("2", "1"), asked("2", "3"), asked()]

    found = scores(outcomes, Writing.AS_WRITTEN)

    stages = {metric: slices[OVERALL][BEST].value for metric, slices in found.items()}
    assert stages == {"hit@1": 0.25, "hit@3": 0.5, "hit@5": 0.5, "MRR@10": (1 + 1 / 2) / 4}


def test_any_of_several_right_ones_counts() -> None:
    found = scores([asked("3", "2", gold=("1", "2", "3"))], Writing.AS_WRITTEN)

    assert found["hit@1"][OVERALL][BEST].value == 1


def test_scores_each_slice_and_each_writing_by_itself() -> None:
    outcomes = [asked("1", bare=["2"], slice_="a"), asked("2", slice_="b")]

    found = {each: scores(outcomes, each)["hit@1"] for each in Writing}

    values = {
        each: {name: stages[BEST].value for name, stages in slices.items()}
        for each, slices in found.items()
    }
    assert values[Writing.AS_WRITTEN] == {OVERALL: 0.5, "a": 1, "b": 0}
    assert values[Writing.BARE] == {OVERALL: 0, "a": 0, "b": 0}


def test_what_the_catalogue_does_not_have_is_not_scored() -> None:
    found = scores([asked("1"), asked("2", gold=(), slice_="none")], Writing.AS_WRITTEN)

    assert found["hit@1"].keys() == {OVERALL}
    assert found["hit@1"][OVERALL][BEST].count == 1
    assert scores([asked("2", gold=())], Writing.AS_WRITTEN)["hit@1"] == {}


def test_the_loss_without_diacritics_is_paired_and_shown_for_those_that_had_some() -> None:
    outcomes = [
        asked("1", bare=["2"], id_="a"),
        asked("1", id_="b", gold=("1", "3")),
        asked("1", text="dau"),
    ]

    found = losses(outcomes, "hit@1")

    assert found[OVERALL].lost.value == pytest.approx(1 / 3)
    assert found[WITH_DIACRITICS].lost.value == found[WITH_DIACRITICS].bare == 0.5
    assert found[WITH_DIACRITICS].lost.count == 2


def test_the_gain_of_the_whole_over_itself_is_nothing() -> None:
    found = gains([asked("1"), asked("2")], Writing.AS_WRITTEN)

    assert BEST not in found["hit@1"]
    assert {each.value for each in found["hit@1"].values()} == {0}
