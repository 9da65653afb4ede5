from collections.abc import Mapping

import pytest

from knowledge.cases import CaseReader
from knowledge.client import AnswerStatus, Aspect
from knowledge.compare import COMPARED, MOST, Comparison, Meant
from knowledge.render import Renderer
from tests.knowledge.samples import ALL, BIRTH, BIRTH_AGAIN, GUIDE, MARRIAGE, TODAY

COMPARISON = Comparison.load(Renderer(), CaseReader.load())


def knowing(known: Mapping[str, str]) -> Meant:
    """Names the procedure whose whole name some words are; of others it is not sure."""

    def meant(text: str, context: str) -> tuple[str, float]:
        code = known.get(text) or known.get(f"{context} + {text}")
        return (code, 1.5) if code else ("?", 0.1)

    return meant


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("khai sinh với kết hôn khác gì nhau", ["khai sinh", "kết hôn"]),
        ("so sánh khai sinh và kết hôn giúp em", ["khai sinh", "kết hôn"]),
        ("khai sinh hay kết hôn lâu hơn?", ["khai sinh", "kết hôn"]),
        ("khai sinh, kết hôn, khai tử khác nhau thế nào", ["khai sinh", "kết hôn", "khai tử"]),
        ("khai sinh voi ket hon khac gi nhau", ["khai sinh", "ket hon"]),
        ("hai cái đó khác gì nhau", []),
        ("so sánh hai thủ tục này", []),
        ("nó khác gì với kết hôn", ["kết hôn"]),
    ],
)
def test_cuts_a_question_where_a_name_may_end(question: str, pieces: list[str]) -> None:
    assert COMPARISON.pieces(question) == pieces


def test_finds_the_procedures_that_a_question_names() -> None:
    meant = knowing({"khai sinh": "1", "kết hôn": "2"})

    assert COMPARISON.named("khai sinh với kết hôn khác gì nhau", meant) == ("1", "2")


def test_joins_pieces_that_are_one_name() -> None:
    meant = knowing({"kết hôn": "1", "kết hôn người nước ngoài": "2"})

    found = COMPARISON.named("kết hôn và kết hôn với người nước ngoài khác gì nhau", meant)

    assert found == ("1", "2")


def test_the_second_name_may_lean_on_the_first() -> None:
    meant = knowing({"đăng ký khai sinh": "1", "đăng ký khai sinh + đăng ký lại": "2"})

    found = COMPARISON.named("đăng ký khai sinh với đăng ký lại khác gì", meant)

    assert found == ("1", "2")


def test_two_names_of_one_procedure_are_one() -> None:
    meant = knowing({"khai sinh": "1", "giấy khai sinh": "1"})

    assert COMPARISON.named("khai sinh với giấy khai sinh khác gì", meant) != ("1", "1")


def test_a_question_that_names_nothing_finds_nothing() -> None:
    assert COMPARISON.named("hai cái đó khác gì nhau", knowing({})) == ()


def test_puts_the_parts_side_by_side_with_their_sources() -> None:
    answer = COMPARISON.told([BIRTH, BIRTH_AGAIN], (), TODAY, "v1")

    texts = {section.aspect: section.text.splitlines() for section in answer.sections}
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.aspects == COMPARED
    assert [choice.code for choice in answer.choices] == [BIRTH.code, BIRTH_AGAIN.code]
    assert f"- {BIRTH.title}: 2 loại giấy tờ" in texts[Aspect.DOCUMENTS]
    assert f"- {BIRTH_AGAIN.title}: bản công bố không ghi" in texts[Aspect.DOCUMENTS]
    assert f"- {BIRTH_AGAIN.title}: 5 ngày" in texts[Aspect.TIME]
    assert sum(line.startswith("Nguồn: ") for line in texts[Aspect.PLACE]) == 2


def test_compares_only_what_was_asked() -> None:
    answer = COMPARISON.told([BIRTH, GUIDE], (Aspect.FEE, Aspect.STEPS), TODAY, "v1")

    assert [section.aspect for section in answer.sections] == [Aspect.FEE]


def test_compares_no_more_than_fit() -> None:
    assert len(COMPARISON.told([*ALL], (), TODAY, "v1").choices) == MOST


def test_a_record_that_lacks_everything_is_said_to() -> None:
    answer = COMPARISON.told([MARRIAGE, BIRTH], (), TODAY, "v1")

    assert all("không ghi" in section.text for section in answer.sections[:3])
