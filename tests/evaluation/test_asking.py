from evaluation.asking import BEST, CANDIDATES, STAGES, Writing, ask_all, predict_all
from evaluation.questions import Question
from evaluation.testing import ScriptedKnowledge
from knowledge.client import AnswerStatus


async def test_asks_every_stage_and_an_answer_with_and_without_diacritics() -> None:
    knowledge = ScriptedKnowledge({"đâu": ["2", "1"], "dau": ["3"]}, dense={"đâu": ["1"]})

    (asked,) = await ask_all(knowledge, [Question("q", ("đâu",), ("1",))])

    assert {stage: asked.rank(Writing.AS_WRITTEN, stage) for stage in STAGES} == {
        "accented": 2,
        "folded": 2,
        "dense": 1,
        "fused": 2,
        BEST: 2,
    }
    assert asked.rank(Writing.BARE) is None
    assert asked.replies[Writing.AS_WRITTEN].answer.status is AnswerStatus.ANSWERED
    assert len(knowledge.asked) == 2 * (len(STAGES) + 1)


async def test_what_had_no_diacritics_is_asked_once() -> None:
    knowledge = ScriptedKnowledge({"Dau": ["1"]})

    (asked,) = await ask_all(knowledge, [Question("q", ("Dau",), ("1",))])

    assert asked.rank(Writing.BARE) == 1
    assert len(knowledge.asked) == len(STAGES) + 1


async def test_only_ten_count_but_more_are_looked_at() -> None:
    codes = [str(number) for number in range(CANDIDATES)]
    knowledge = ScriptedKnowledge({"dau": codes})

    (asked,) = await ask_all(knowledge, [Question("q", ("dau",), ("10",))])

    assert asked.rank(Writing.AS_WRITTEN) is None
    assert len(asked.replies[Writing.AS_WRITTEN].best.hits) == CANDIDATES


async def test_the_last_message_is_asked_with_those_before() -> None:
    knowledge = ScriptedKnowledge({"con mat": ["1"]})

    await ask_all(knowledge, [Question("q", ("lam the", "con mat"), ("1",))])

    assert {(question, earlier) for question, _, earlier in knowledge.asked} == {
        ("con mat", ("lam the",))
    }


async def test_predicts_without_asking_for_more() -> None:
    knowledge = ScriptedKnowledge({"đâu": [str(number) for number in range(20)]})

    found = await predict_all(knowledge, [Question("a", ("đâu",)), Question("b", ("?",))])

    assert found == {"a": tuple("0123456789"), "b": ()}
    assert len(knowledge.asked) == 2
