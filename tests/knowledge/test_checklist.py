from knowledge.cases import CaseReader
from knowledge.checklist import checklist
from knowledge.client import ALL_CASES, Checklist, ChecklistItem, FormLink
from tests.knowledge.samples import BIRTH, GUIDE, MARRIAGE

CASES = CaseReader.load()


def test_lists_the_papers_of_a_case_with_their_numbers_and_forms() -> None:
    made = checklist(GUIDE, CASES.read(GUIDE).shown("1", ""), "Nguồn")

    assert made == Checklist(
        title=GUIDE.title,
        code=GUIDE.code,
        case="Thẻ bị mất",
        items=(
            ChecklistItem(
                "Đơn đề nghị", 1, None, (FormLink("Mẫu 01", "https://example.invalid/m01"),)
            ),
            ChecklistItem("Cam kết", 1, 0),
        ),
        notes=("Nộp một bộ", "Trường hợp ủy quyền thực hiện: Giấy ủy quyền"),
        source="Nguồn",
    )


def test_a_procedure_without_cases_has_one_list() -> None:
    made = checklist(BIRTH, CASES.read(BIRTH).shown("", ""), "")

    assert made
    assert [item.name for item in made.items] == ["Tờ khai đăng ký khai sinh", "Giấy chứng sinh"]
    assert (made.items[1].originals, made.items[1].copies) == (1, 2)
    assert made.notes == ("Mang bản gốc để đối chiếu",)


def test_several_cases_are_no_list_and_neither_are_no_papers() -> None:
    assert checklist(GUIDE, CASES.read(GUIDE).shown(ALL_CASES, ""), "") is None
    assert checklist(MARRIAGE, CASES.read(MARRIAGE).shown("", ""), "") is None
