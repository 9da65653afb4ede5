from datetime import date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from knowledge.importers import UnreadableSource, import_file
from knowledge.importers.report import ImportReport
from knowledge.importers.workbook import layout, write_template
from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Document,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Level,
    Procedure,
    Reason,
    TimeUnit,
)
from tests.knowledge.importer_contract import TITLE, ImporterContract

CODE = "1.999001"
FIRST_ROW = 3


def fill(path: Path, **rows: list[dict[str, Any]]) -> Path:
    """Fill the template by sheet and column key, as a clerk would by their labels."""
    if not path.exists():
        write_template(path)
    book = openpyxl.load_workbook(path)
    for key, filled in rows.items():
        sheet = layout().sheets[key]
        target = book[sheet.name]
        places = {name: number for number, name in enumerate(sheet.columns, start=1)}
        for row in filled:
            number = target.max_row + 1 if target.cell(FIRST_ROW, 1).value else FIRST_ROW
            while any(cell.value for cell in target[number]):
                number += 1
            for name, value in row.items():
                target.cell(number, places[name], value)
    book.save(path)
    return path


def imported(folder: Path, **rows: list[dict[str, Any]]) -> ImportReport:
    return import_file(fill(folder / "catalogue.xlsx", **rows), "xlsx")


def procedure(folder: Path, main: dict[str, Any] | None = None, **parts: Any) -> Procedure:
    rows = {name: [{"code": CODE} | row for row in each] for name, each in parts.items()}
    first = {"code": CODE, "title": TITLE} | (main or {})
    [made] = imported(folder, procedures=[first], **rows).procedures
    return made


def changed(path: Path, change: Any) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


class TestXlsx(ImporterContract):
    source = "xlsx"

    def write(self, folder: Path, *records: Any) -> Path:
        path = folder / "catalogue.xlsx"
        write_template(path)
        for record in records:
            header = record.pop("header", None)
            fill(path, **record)
            if header:
                changed(path, partial(_add_column, header=header))
        return path

    def record(self, code: str, title: str) -> Any:
        return {
            "procedures": [
                {
                    "code": code,
                    "title": title,
                    "executing_agencies": "Thư viện tỉnh",
                    "conditions": "Không",
                    "results": "Thẻ",
                }
            ],
            "steps": [{"code": code, "text": "Nộp đơn"}],
            "methods": [{"code": code, "channel": "Trực tiếp", "time": 2, "unit": "Ngày"}],
            "documents": [{"code": code, "name": "Ảnh thẻ", "originals": 1}],
            "legal_basis": [{"code": code, "number": "1/2020/NĐ-CP"}],
        }

    def broken(self) -> Any:
        return {"procedures": [{"code": "1.999009"}]}

    def with_unknown_field(self, code: str, title: str) -> tuple[Any, str]:
        return self.record(code, title) | {"header": "Màu giấy"}, "documents[].Màu giấy"

    def twice(self, record: Any) -> tuple[Any, Any]:
        # The parts stand in other sheets and would be there once only.
        return record, {"procedures": record["procedures"]}

    def damaged(self, folder: Path) -> Path:
        path = self.write(folder, self.record(CODE, TITLE))
        path.write_bytes(path.read_bytes()[:-100])
        return path


def _add_column(book: Any, header: str) -> None:
    sheet = book["Giấy tờ"]
    place = sheet.max_column + 1
    sheet.cell(1, place, header)
    sheet.cell(FIRST_ROW, place, "đỏ")


def test_reads_the_facts_of_a_procedure(tmp_path):
    made = procedure(
        tmp_path,
        {
            "promulgating_agency": "Bộ Văn hóa",
            "decision": "12/QĐ-BVH",
            "fields": "Thư viện; Sách",
            "levels": "Cấp tỉnh; Cấp xã",
            "subjects": "Công dân Việt Nam;",
            "keywords": "mượn sách",
            "full_online": "có",
            "effective_from": datetime(2026, 1, 1),
            "effective_to": "31/12/2026",
            "url": "https://example.vn/a",
            "captured": date(2026, 11, 1),
        },
    )

    assert (made.promulgating_agency, made.decision) == ("Bộ Văn hóa", "12/QĐ-BVH")
    assert made.fields == ("Thư viện", "Sách")
    assert made.levels == (Level.PROVINCE, Level.COMMUNE)
    assert made.subjects == ("Công dân Việt Nam",)
    assert made.full_online is True
    assert (made.effective_from, made.effective_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (made.source.url, made.source.captured) == ("https://example.vn/a", "2026-11-01")


def test_a_code_typed_as_a_number_keeps_its_last_zeros(tmp_path):
    report = imported(
        tmp_path,
        procedures=[{"code": 1.00119, "title": TITLE}],
        steps=[{"code": "1.001190", "text": "Nộp đơn"}],
    )

    [made] = report.procedures
    assert made.code == "1.001190"
    assert len(made.steps) == 1


def test_methods_have_time_limits_in_numbers_or_words(tmp_path):
    made = procedure(
        tmp_path,
        methods=[
            {"channel": "trực tiếp", "time": "7,5", "unit": "Ngày làm việc"},
            {"channel": "Trực tuyến", "time_text": "Trả ngay", "description": "Qua mạng"},
            {"channel": "Qua bưu chính"},
        ],
    )

    assert [method.channel for method in made.methods] == [
        Channel.DIRECT,
        Channel.ONLINE,
        Channel.POSTAL,
    ]
    assert [method.time for method in made.methods] == [
        Duration(Decimal("7.5"), TimeUnit.WORKING_DAY),
        Absent(Reason.NOT_A_NUMBER, "Trả ngay"),
        Absent(Reason.NOT_PUBLISHED),
    ]


def test_a_fee_belongs_to_its_channel_or_to_all(tmp_path):
    made = procedure(
        tmp_path,
        methods=[{"channel": "Trực tiếp"}, {"channel": "Trực tuyến"}],
        fees=[
            {
                "channel": "Trực tuyến",
                "kind": "Lệ phí",
                "amount": "25.000",
                "valid_until": date(2026, 12, 31),
            },
            {"kind": "Phí", "note": "Miễn cho trẻ em"},
        ],
    )

    for_all = Fee(Absent(Reason.NOT_A_NUMBER), FeeKind.FEE, note="Miễn cho trẻ em")
    online = Fee(Decimal(25000), FeeKind.CHARGE, valid_until=date(2026, 12, 31))
    assert [method.fees for method in made.methods] == [(for_all,), (online, for_all)]


def test_documents_stand_in_their_cases(tmp_path):
    made = procedure(
        tmp_path,
        documents=[
            {"case": "Cấp mới", "name": "Đơn", "originals": 1, "copies": 0, "form": "Mẫu 1"},
            {"case": "Cấp lại", "name": "Thẻ cũ", "originals": 1},
            {"case": "Cấp mới", "name": "Mang bản gốc", "originals": 0, "copies": 0},
        ],
    )

    new, again = made.document_cases
    assert (new.name, new.documents, new.notes) == (
        "Cấp mới",
        (Document("Đơn", 1, 0, forms=(Form("Mẫu 1"),)),),
        ("Mang bản gốc",),
    )
    assert again.documents == (Document("Thẻ cũ", 1, None),)


def test_the_other_sheets_are_joined_by_the_code(tmp_path):
    report = imported(
        tmp_path,
        procedures=[{"code": CODE, "title": "A"}, {"code": "1.999002", "title": "B"}],
        steps=[{"code": "1.999002", "text": "Nộp"}],
        legal_basis=[{"code": CODE, "number": "1/2020", "name": "Nghị định"}],
    )

    first, second = report.procedures
    assert (first.steps, second.steps[0].text) == ((), "Nộp")
    assert first.legal_basis == (LegalBasis("1/2020", "Nghị định"),)


@pytest.mark.parametrize(
    ("rows", "place", "reason"),
    [
        (
            {"methods": [{"channel": "Chim bồ câu"}]},
            "sheet 'Cách thức', row 3, field Hình thức nộp",
            "holds 'Chim bồ câu', not one of Trực tiếp, Trực tuyến, Qua bưu chính",
        ),
        (
            {"methods": [{"channel": "Trực tiếp", "time": "vài", "unit": "Ngày"}]},
            "sheet 'Cách thức', row 3, field Thời hạn",
            "not a number",
        ),
        (
            {"methods": [{"channel": "Trực tiếp", "time": 5}]},
            "sheet 'Cách thức', row 3, field Đơn vị",
            "is empty beside a time limit",
        ),
        (
            {"fees": [{"amount": 5000}]},
            "sheet 'Thủ tục', row 3, field fees",
            "which is no method",
        ),
        (
            {"methods": [{"channel": "Trực tiếp"}], "fees": [{"channel": "Trực tuyến"}]},
            "sheet 'Thủ tục', row 3, field fees",
            "a fee is given for online",
        ),
        (
            {"documents": [{"originals": 1}]},
            "sheet 'Giấy tờ', row 3, field Tên giấy tờ",
            "is missing or empty",
        ),
        (
            {"documents": [{"name": "Đơn", "originals": 1.5}]},
            "sheet 'Giấy tờ', row 3, field Bản chính",
            "not a whole number",
        ),
        ({"steps": [{"code": "1.5", "text": "x"}]}, "sheet 'Trình tự', row 3", "'1.5' has no"),
        ({"steps": [{"code": "", "text": "x"}]}, "sheet 'Trình tự', row 3", "'' has no procedure"),
    ],
)
def test_a_mistake_names_sheet_row_and_column(tmp_path, rows, place, reason):
    good = {"code": "1.999002", "title": TITLE}
    parts = {name: [{"code": CODE} | row for row in each] for name, each in rows.items()}

    report = imported(tmp_path, procedures=[{"code": CODE, "title": TITLE}, good], **parts)

    assert "1.999002" in [each.code for each in report.procedures]
    [reject] = report.rejects
    assert reject.place == f"catalogue.xlsx, {place}"
    assert reason in reject.reason


def test_a_formula_error_costs_the_procedure_it_belongs_to(tmp_path):
    path = fill(
        tmp_path / "catalogue.xlsx",
        procedures=[{"code": CODE, "title": TITLE}, {"code": "1.999002", "title": TITLE}],
        documents=[{"code": CODE, "name": "#REF!"}],
    )

    report = import_file(path, "xlsx")

    assert [each.code for each in report.procedures] == ["1.999002"]
    assert "column 'Tên giấy tờ' holds the formula error #REF!" in report.rejects[0].reason


def test_a_missing_sheet_names_itself(tmp_path):
    path = fill(tmp_path / "catalogue.xlsx", procedures=[{"code": CODE, "title": TITLE}])
    changed(path, lambda book: book.remove(book["Giấy tờ"]))

    with pytest.raises(UnreadableSource, match=r"catalogue\.xlsx, sheet 'Giấy tờ': .* missing"):
        import_file(path, "xlsx")


def test_a_missing_column_names_itself(tmp_path):
    path = fill(tmp_path / "catalogue.xlsx", procedures=[{"code": CODE, "title": TITLE}])
    changed(path, lambda book: book["Giấy tờ"].delete_cols(4))

    with pytest.raises(UnreadableSource, match="sheet 'Giấy tờ', row 1: column 'Bản chính'"):
        import_file(path, "xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"code;title\n"])
def test_what_is_no_workbook_says_so(tmp_path, content):
    path = tmp_path / "odd.xlsx"
    path.write_bytes(content)

    with pytest.raises(UnreadableSource, match=r"odd\.xlsx: is not an \.xlsx workbook"):
        import_file(path, "xlsx")


def test_columns_may_stand_in_any_order_and_the_help_row_may_be_gone(tmp_path):
    path = fill(tmp_path / "catalogue.xlsx", procedures=[{"code": CODE, "title": TITLE}])

    def shuffle(book: Any) -> None:
        sheet = book["Thủ tục"]
        sheet.delete_rows(2)
        sheet.move_range("A1:A2", cols=50)

    [made] = import_file(changed(path, shuffle), "xlsx").procedures

    assert (made.code, made.title) == (CODE, TITLE)


def test_the_empty_template_holds_no_procedures(tmp_path):
    write_template(tmp_path / "empty.xlsx")

    with pytest.raises(UnreadableSource, match="holds no records"):
        import_file(tmp_path / "empty.xlsx", "xlsx")


def test_the_template_explains_its_columns_and_offers_lists():
    target = BytesIO()
    write_template(target)
    book = openpyxl.load_workbook(target)

    assert book.sheetnames == [sheet.name for sheet in layout().sheets.values()]
    methods = book["Cách thức"]
    assert [cell.value for cell in methods[1]][:3] == ["Mã thủ tục", "Hình thức nộp", "Thời hạn"]
    assert all(cell.value for cell in methods[2])
    offered = [each.formula1 for each in methods.data_validations.dataValidation]
    assert '"Trực tiếp,Trực tuyến,Qua bưu chính"' in offered
    assert all(len(formula) < 256 for formula in offered)
    assert methods["A3"].number_format == "@"


def test_agencies_are_listed_by_name(tmp_path):
    made = procedure(tmp_path, {"competent_agencies": "Sở A; Sở B", "coordinating_agencies": "C"})

    assert made.competent_agencies == (Agency("Sở A"), Agency("Sở B"))
    assert made.coordinating_agencies == (Agency("C"),)
