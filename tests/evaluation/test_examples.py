from evaluation.asking import CANDIDATES, Writing
from evaluation.examples import collect
from evaluation.questions import Question
from evaluation.testing import ScriptedKnowledge


async def test_takes_the_signals_of_all_candidates_in_both_writings() -> None:
    codes = [str(number) for number in range(CANDIDATES + 5)]
    knowledge = ScriptedKnowledge({"đâu": codes, "dau": ["2", "1"]})

    written, bare = await collect(knowledge, [Question("q", ("đâu",), ("1", "3"))])

    assert (written.writing, written.kind) == (Writing.AS_WRITTEN, "accented")
    assert written.names == ("likeness", "elsewhere")
    assert written.signals.shape == (CANDIDATES, 2)
    assert [place for place, right in enumerate(written.right) if right] == [1, 3]
    assert (bare.writing, bare.kind, bare.right) == (Writing.BARE, "unaccented", (False, True))


async def test_what_is_written_without_diacritics_is_one_example() -> None:
    found = await collect(ScriptedKnowledge({"dau": ["1"]}), [Question("q", ("dau",), ("1",))])

    assert [(each.writing, each.kind) for each in found] == [(Writing.AS_WRITTEN, "unaccented")]


async def test_a_question_that_finds_nothing_is_an_example_without_candidates() -> None:
    (found,) = await collect(ScriptedKnowledge({}), [Question("q", ("dau",), ("1",))])

    assert (found.right, found.signals.shape) == ((), (0, 0))
