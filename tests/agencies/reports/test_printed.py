"""The report as tables, as a workbook and on paper."""

import io
import unicodedata
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from pypdf import PdfReader

from agencies.erasures import DataClass, Erasure, Why
from agencies.reports.paper import BRAND, paper
from agencies.reports.tables import charts, heading, notes, tables, warning, words
from agencies.reports.weekly import Bottleneck, Figures, Line, Report, Uncatalogued
from agencies.reports.workbook import workbook
from tests.agencies.reports.samples import WEEK

FORMULA = '=HYPERLINK("http://a.invalid","x")'
MANY = Figures(12, 11, 8, 6, 2, 30.25, 6, 4.5, 1)
FEW = Figures(2, 2, 2, 2, 0, 5.0, 1, 1.0, 0)
EMPTY = Report(WEEK, WEEK.end, "", 5, Figures(), Figures())
FULL = replace(
    EMPTY,
    total=MANY,
    total_before=FEW,
    agencies=(
        Line("a", "Sở Tư pháp", MANY, FEW, rank=1),
        Line("b", "Ủy ban nhân dân xã Đông", FEW, Figures()),
    ),
    fields=(Line("", "", MANY, FEW, rank=1), Line("f", FORMULA, FEW, FEW)),
    agency_fields=(Line("a", "Sở Tư pháp", MANY, FEW, rank=1, part="Hộ tịch"),),
    questions=(Bottleneck("1.001193", "Đăng ký khai sinh", 7, 3),),
    feedback=(Bottleneck("+1", "@SUM(A1)", 4, 0),),
    uncatalogued=Uncatalogued(3, 1, ("PA-0000-0001",)),
    working_days=4,
    days_off=((date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),),
    erased=(Erasure(DataClass.CONTACT, Why.EXPIRED, 40, WEEK.start, "QĐ 1/2026"),),
    kept_for_ever=(DataClass.WORDS,),
)


def table(report, key):
    return next(one for one in tables(report) if one.key == key)


def texts(report, key):
    return [[cell.text for cell in row] for row in table(report, key).rows]


def sheets(report):
    return openpyxl.load_workbook(io.BytesIO(workbook(report)))


def pages(report):
    found = PdfReader(io.BytesIO(paper(report))).pages
    return unicodedata.normalize("NFC", "\n".join(page.extract_text() for page in found))


def test_a_share_of_enough_is_shown_with_its_n():
    first, _ = texts(FULL, "agencies")

    assert first[:5] == ["1", "Sở Tư pháp", "12 (+10)", "11 (+9)", "8 (+6)"]
    assert first[5:] == ["60 % (n = 10)", "2 (+2)", "30,2", "4,5 (n = 6)", "1 (+1)"]


def test_a_share_and_a_mean_of_too_few_are_neither_shown_nor_ranked():
    _, second = texts(FULL, "agencies")

    assert (second[0], second[5], second[8]) == ("–", "chưa đủ (n = 2)", "chưa đủ (n = 1)")
    for shown in (workbook(FULL), paper(FULL)):
        assert b"100 %" not in shown
    assert [bar.label for bar in charts(FULL)[0].bars] == ["Sở Tư pháp"]


def test_the_summary_compares_with_the_week_before():
    rows = texts(FULL, "summary")

    assert rows[0] == ["Tiếp nhận", "12", "2", "+10"]
    assert rows[3] == ["Đúng hạn", "60 % (n = 10)", "chưa đủ (n = 2)", "–"]
    assert rows[5][3] == "+25,2"


def test_less_than_before_has_a_minus():
    fewer = replace(FULL, total=FEW, total_before=MANY)

    assert texts(fewer, "summary")[0][3] == "\u221210"


def test_a_field_nobody_knows_is_named():
    assert texts(FULL, "fields")[0][1] == "Chưa rõ lĩnh vực"


def test_the_heading_says_week_scope_and_moment():
    assert heading(FULL)[1:] == (
        "Tuần 47/2026: từ 16/11/2026 đến 22/11/2026",
        "Phạm vi: Toàn tỉnh",
        "Số liệu đến 23/11/2026 00:00 (giờ Việt Nam).",
    )
    unfinished = replace(FULL, as_of=WEEK.start, scope="Sở Tư pháp")
    assert "Tuần chưa kết thúc" in heading(unfinished)[3]
    assert heading(unfinished)[2] == "Phạm vi: Sở Tư pháp"


def test_says_loudly_what_is_kept_without_a_limit():
    assert "Chưa đặt thời hạn lưu trữ cho dữ liệu cá nhân: nội dung" in warning(FULL)
    assert warning(EMPTY) == ""
    assert "Chưa đặt thời hạn lưu trữ" in pages(FULL).replace("\n", " ")


def test_days_off_are_named():
    assert any("24/11 (Ngày Văn hóa Việt Nam)" in note for note in notes(FULL))


@pytest.mark.parametrize("report", [EMPTY, FULL])
def test_a_workbook_opens_with_a_sheet_for_each_table(report):
    book = sheets(report)

    assert book.sheetnames == [words()["sheets"][one.key] for one in tables(report)]


def test_no_words_become_a_formula_or_a_link():
    book = sheets(FULL)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert {FORMULA, "@SUM(A1)", "+1"} <= {cell.value for cell in cells}


def test_numbers_are_numbers_in_the_workbook():
    sheet = sheets(FULL)["Cơ quan"]

    assert [cell.value for cell in sheet[2]][2:6] == [12, 11, 8, 60]


def test_names_of_sheets_are_short_enough_for_a_workbook():
    assert all(len(name) <= 31 for name in words()["sheets"].values())


def test_paper_holds_every_table_and_every_vietnamese_letter():
    text = pages(FULL).replace("\n", " ")

    for one in tables(FULL):
        assert one.title in text
    for told in ("Ủy ban nhân dân xã Đông", "Đăng ký khai sinh", "60 % (n = 10)", "Trang 1/"):
        assert told in text


def test_an_empty_week_is_printed_as_such():
    assert words()["empty"] in pages(EMPTY)


def test_a_province_of_130_agencies_fits_on_paper():
    lines = tuple(
        Line(str(n), f"Ủy ban nhân dân phường có tên rất dài số {n}", MANY, FEW, rank=n)
        for n in range(1, 131)
    )

    text = pages(replace(FULL, agencies=lines))

    assert "số 130" in text.replace("\n", " ")


def test_the_same_report_gives_the_same_bytes():
    assert paper(FULL) == paper(FULL)
    assert workbook(FULL) == workbook(FULL)


def test_only_bars_are_painted_in_their_colour():
    """A colour once set would stay for the cells of the tables below."""
    brand = [part / 255 for part in BRAND]
    reader = PdfReader(io.BytesIO(paper(FULL)))
    painted, colour, kept = 0, [0.0], []
    for page in reader.pages:
        for operands, operator in page.get_contents().operations:
            if operator == b"q":
                kept.append(colour)
            elif operator == b"Q":
                colour = kept.pop()
            elif operator in (b"rg", b"g"):
                colour = [float(one) for one in operands]
            elif operator in (b"f", b"f*", b"B"):
                painted += colour == pytest.approx(brand, abs=0.01)

    assert painted == sum(len(chart.bars) for chart in charts(FULL))
