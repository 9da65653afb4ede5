from collections import Counter
from dataclasses import replace

import pytest

from evaluation.questions import Question
from evaluation.split import TornGroup, groups, halves, split


def question(id_: str, *gold: str, slice_: str = "s", part: str = "") -> Question:
    return Question(id_, (f"text of {id_}",), gold, slice_, part)


def test_questions_connected_through_procedures_are_a_group() -> None:
    found = groups([question("a", "1"), question("b", "3"), question("c", "1", "2", "3")])

    assert [[each.id for each in group] for group in found] == [["a", "b", "c"]]


def test_questions_without_a_procedure_stand_alone_unless_they_are_the_same() -> None:
    first, second = question("a"), question("b")
    again = replace(second, id="c", turns=("TEXT OF B",))

    found = groups([first, second, again])

    assert [[each.id for each in group] for group in found] == [["b", "c"], ["a"]]


def test_parts_are_balanced_in_every_slice_and_the_same_each_time() -> None:
    questions = [question(f"{s}{n}", f"{s}{n // 2}", slice_=s) for s in "xy" for n in range(20)]
    questions += [question(f"z{n}", slice_="z") for n in range(20)]

    found = split(questions)

    assert Counter((each.slice, each.part) for each in found) == dict.fromkeys(
        [(s, part) for s in "xyz" for part in ("tune", "check")], 10
    )
    assert found == split(questions[::-1])
    assert [each.id for each in found] == sorted(each.id for each in questions)


def test_new_questions_join_their_procedure_and_old_ones_stay() -> None:
    old = [question("a", "1", part="check"), question("b", "2", part="check")]

    found = split([*old, question("c", "2", "3"), question("d", "4")])

    assert {each.id: each.part for each in found} == {
        "a": "check",
        "b": "check",
        "c": "check",
        "d": "tune",
    }


def test_a_question_cannot_tie_the_two_parts_together() -> None:
    old = [question("a", "1", part="check"), question("b", "2", part="tune")]

    with pytest.raises(TornGroup, match=r"a \(check\), b \(tune\), c \(new\)"):
        split([*old, question("c", "1", "2")])


def test_halves_do_not_share_a_procedure() -> None:
    questions = [question(str(n), str(n // 3), part="tune") for n in range(12)]

    half = halves(questions)

    assert Counter(half.values()) == {0: 6, 1: 6}
    assert all(len({half[str(n)] for n in range(3 * code, 3 * code + 3)}) == 1 for code in range(4))
