from dataclasses import replace

import pytest

from knowledge.cases import MOST_CHOICES, CaseReader, Role
from knowledge.client import ALL_CASES
from knowledge.model import Document, DocumentCase, Procedure
from knowledge.question import QuestionReader
from tests.knowledge.samples import BIRTH, GUIDE, MARRIAGE

READER = CaseReader.load()
FILLERS = QuestionReader.load().fillers
PAPER = (Document("Đơn"),)


def of(*names: str) -> Procedure:
    return replace(GUIDE, document_cases=tuple(DocumentCase(name, PAPER) for name in names))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("", Role.COMMON),
        ("Giấy tờ phải nộp:", Role.COMMON),
        ("* Giấy tờ phải xuất trình", Role.COMMON),
        ("1. Thành phần hồ sơ bao gồm:", Role.COMMON),
        ("Các giấy tờ phải nộp kèm", Role.COMMON),
        ("Hồ sơ của người nhận con nuôi", Role.COMMON),
        ("* Trường hợp ủy quyền thực hiện thủ tục:", Role.ADDED),
        ("- Tùy từng trường hợp thì nộp thêm", Role.ADDED),
        ("a) Trường hợp giấy phép bị mất:", Role.CASE),
        ("Đối với cấp lại", Role.CASE),
        ("Hồ sơ đề nghị gia hạn bao gồm:", Role.CASE),
    ],
)
def test_tells_what_everybody_needs_from_what_excludes_each_other(name: str, role: Role) -> None:
    assert READER.role(DocumentCase(name, PAPER)) is role


def test_asks_for_the_case_in_short_names() -> None:
    cases = READER.read(GUIDE)

    assert cases.must_be_asked
    assert [(each.code, each.title) for each in cases.choices] == [
        ("1", "Thẻ bị mất"),
        ("2", "Thẻ bị rách nát"),
    ]


@pytest.mark.parametrize(
    "procedure",
    [
        BIRTH,
        MARRIAGE,
        of("Giấy tờ phải nộp", "Giấy tờ phải xuất trình", ""),
        of("Giấy tờ phải nộp", "Trường hợp bị mất"),
        of("Trường hợp bị mất", "Trường hợp ủy quyền"),
        of(*(f"Trường hợp thứ {number}" for number in range(MOST_CHOICES + 1))),
    ],
)
def test_asks_for_nothing_when_there_is_no_choice_or_too_much_of_it(procedure: Procedure) -> None:
    assert not READER.read(procedure).must_be_asked


def test_parts_of_one_name_are_one_case() -> None:
    cases = READER.read(of("a) Trường hợp bị mất:", "b) Trường hợp bị mất", "Trường hợp hỏng"))

    assert [each.title for each in cases.choices] == ["Bị mất", "Hỏng"]
    assert len(cases.cases[0].parts) == 2


def test_shows_for_a_case_its_own_papers_and_what_everybody_needs() -> None:
    shown = READER.read(GUIDE).shown("2", "all")

    assert shown.case and shown.case.title == "Thẻ bị rách nát"
    assert [part.documents[0].name for part in shown.parts] == [
        "Đơn đề nghị",
        "Thẻ cũ",
        "Giấy ủy quyền",
    ]
    assert [part.documents[0].name for part in shown.to_bring] == ["Đơn đề nghị", "Thẻ cũ"]


@pytest.mark.parametrize("code", [ALL_CASES, "", "99"])
def test_shows_everything_when_no_case_was_chosen(code: str) -> None:
    shown = READER.read(GUIDE).shown(code, "Tất cả")

    assert shown.parts == GUIDE.document_cases
    assert shown.case and (shown.case.code, shown.case.title) == (ALL_CASES, "Tất cả")
    assert shown.to_bring == ()


def test_without_cases_all_is_to_bring() -> None:
    shown = READER.read(BIRTH).shown("", "Tất cả")

    assert shown.case is None
    assert shown.to_bring == BIRTH.document_cases


def test_a_single_case_beside_what_everybody_needs_is_only_for_some() -> None:
    procedure = of("Giấy tờ phải nộp", "Trường hợp bị mất")

    shown = READER.read(procedure).shown("", "Tất cả")

    assert shown.parts == procedure.document_cases
    assert shown.to_bring == procedure.document_cases[:1]
    assert shown.besides == procedure.document_cases[1:]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("cấp lại thẻ hướng dẫn viên bị mất cần gì", "1"),
        ("the bi mat", "1"),
        ("thẻ của em bị rách nát hết rồi", "2"),
        ("cấp lại thẻ hướng dẫn viên cần giấy tờ gì", None),
        ("thẻ bị mất hay bị rách nát thì khác gì", None),
        ("hôm qua trời mưa", None),
    ],
)
def test_takes_a_case_that_the_question_names(question: str, code: str | None) -> None:
    case = READER.read(GUIDE).meant(question, GUIDE.title, FILLERS)

    assert (case.choice.code if case else None) == code


def test_a_word_of_a_long_name_does_not_name_the_case() -> None:
    procedure = of(
        "Trường hợp cán bộ, chiến sĩ Công an trong biên chế của đơn vị ở địa phương khác",
        "Trường hợp học viên tuyển mới",
    )

    assert READER.read(procedure).meant("thi trung cấp công an", "Tuyển sinh", FILLERS) is None


def test_the_words_of_the_title_name_no_case() -> None:
    procedure = replace(
        of("Đối với cấp mới", "Đối với cấp lại"), title="Cấp lại giấy phép, cấp mới giấy phép"
    )

    cases = READER.read(procedure)

    assert cases.meant(f"{procedure.title} cần gì", procedure.title, FILLERS) is None


def test_counts_the_papers_of_the_cases() -> None:
    assert READER.read(GUIDE).papers == (2, 2)
    assert READER.read(BIRTH).papers == (2, 2)
    assert READER.read(MARRIAGE).papers == (0, 0)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tôi đang ở nhà thuê", "Nhà thuê, mượn, ở nhờ"),
        ("toi dang o nha thue", "Nhà thuê, mượn, ở nhờ"),
        ("nếu chỗ ở thuộc sở hữu của mình thì sao", "Chỗ ở thuộc sở hữu của mình"),
        ("tôi ở nhà", None),
    ],
)
def test_a_case_is_meant_by_any_of_the_names_in_its_name_the_longest_first(
    text: str, meant: str | None
) -> None:
    cases = READER.read(
        of(
            "Chỗ ở thuộc sở hữu của mình",
            "Nhà thuê, mượn, ở nhờ",
            "Phương tiện để ở, thuộc sở hữu của mình",
            "Nhà ở công vụ",
        )
    )

    found = cases.meant(text, "Đăng ký thường trú", FILLERS)

    assert (found.name if found else None) == meant
