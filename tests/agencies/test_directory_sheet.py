from pathlib import Path
from typing import Any

import openpyxl
import pytest

from agencies.directory import Directory, UnreadableDirectory, read
from agencies.directory_layout import layout, write_template
from agencies.model import ContactState, Kind, Level, Location, Unit, Weekday
from agencies.settings import EXAMPLE_DIRECTORY
from agencies.units import Units

SOUND = {
    "code": "so-mau",
    "name": "Sở Mẫu",
    "kind": "Sở và cơ quan chuyên môn",
    "level": "Cấp tỉnh",
    "area": "19 tỉnh Thái Nguyên",
    "state": "Đã xác nhận",
    "phone": "0208 000 001",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "danh-ba.xlsx"


def filled(file: Path, *rows: dict[str, Any]) -> Path:
    """The template with these rows, as staff would fill it in."""
    write_template(file)
    book = openpyxl.load_workbook(file)
    sheet = book[layout().sheet]
    for number, row in enumerate(rows, start=3):
        for column, key in enumerate(layout().columns, start=1):
            sheet.cell(number, column).value = row.get(key)
    book.save(file)
    return file


def read_rows(file: Path, *rows: dict[str, Any]) -> Directory:
    return read(filled(file, *rows))


def test_reads_every_fact_of_an_agency(file):
    row = SOUND | {
        "parent": "ubnd-tinh",
        "other_names": "SM; Sở Mẫu cũ",
        "fields": "Hộ tịch;Khiếu nại, tố cáo",
        "area": "19 tỉnh Thái Nguyên; 05443 phường Phan Đình Phùng",
        "fictional": "Có",
        "opening_hours": "Thứ Hai - Thứ Sáu: 07:30-11:30, 13h30-17h; T7: 07:30-11:30",
        "location": "21.594, 105.848",
    }
    parent = SOUND | {"code": "ubnd-tinh", "kind": "uy ban nhan dan", "state": "chưa xác nhận"}

    directory = read_rows(file, parent, row)

    assert directory.rejects == ()
    committee, agency = directory.agencies
    assert (committee.kind, committee.contact.state) == (Kind.COMMITTEE, ContactState.UNCONFIRMED)
    assert (agency.parent, agency.level) == ("ubnd-tinh", Level.PROVINCE)
    assert agency.other_names == ("SM", "Sở Mẫu cũ")
    assert agency.fields == ("Hộ tịch", "Khiếu nại, tố cáo")
    assert agency.area[1] == Unit("05443", "phường Phan Đình Phùng")
    assert agency.contact.fictional
    assert agency.opening_hours[1].opens.isoformat("minutes") == "13:30"
    assert agency.opening_hours[0].days == tuple(Weekday)[:5]
    assert agency.opening_hours[2].days == (Weekday.SAT,)
    assert agency.location == Location(21.594, 105.848)


@pytest.mark.parametrize("written", ["21.594,105.848", "21,594; 105,848", "21.594 105.848"])
def test_reads_a_position_as_maps_or_as_people_write_it(file, written):
    directory = read_rows(file, SOUND | {"location": written})

    assert directory.agencies[0].location == Location(21.594, 105.848)


def test_a_workbook_from_before_positions_were_kept_can_still_be_loaded(file):
    filled(file, SOUND)
    book = openpyxl.load_workbook(file)
    sheet = book[layout().sheet]
    sheet.delete_cols(list(layout().columns).index("location") + 1)
    book.save(file)

    [agency] = read(file).agencies

    assert agency.contact.phone == SOUND["phone"]
    assert agency.location is None


def test_the_explanations_of_the_template_are_no_agency(file):
    with pytest.raises(UnreadableDirectory, match="none of its 0 agencies"):
        read_rows(file)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("name", None, "'name' is a required property"),
        ("kind", "Cơ quan lạ", "column 'Loại cơ quan': 'Cơ quan lạ' is none of"),
        ("area", "Thái Nguyên", "column 'Địa bàn': 'Thái Nguyên' is not a code and a name"),
        ("area", "5443 phường Phan Đình Phùng", "area[0].code: '5443' does not match"),
        ("opening_hours", "cả ngày", "column 'Giờ làm việc': 'cả ngày' is not like"),
        ("opening_hours", "Thứ Chín: 07:30-11:30", "'Thứ Chín' is no day of the week"),
        ("opening_hours", "Thứ Hai: 11:30-07:30", "opens at 11:30 and closes at 07:30"),
        ("location", "gần chợ", "column 'Tọa độ': 'gần chợ' is not a latitude and a longitude"),
        ("location", "21,594,105,848", "'21,594,105,848' is not a latitude and a longitude"),
        ("location", "105.848, 21.594", "location.latitude: 105.848 is greater than"),
        ("phone", None, "needs an e-mail address or a phone number"),
        ("parent", "khong-co", "parent: no sound agency has the code 'khong-co'"),
        ("successor", "khong-co", "successor: no sound agency has the code 'khong-co'"),
        ("code", "so-khac", "code 'so-khac' is used before, on row 3"),
    ],
)
def test_says_sheet_and_row_of_what_it_cannot_use_and_keeps_the_others(file, key, value, reason):
    other = SOUND | {"code": "so-khac"}

    directory = read_rows(file, other, SOUND | {key: value})

    assert [agency.code for agency in directory.agencies] == ["so-khac"]
    [reject] = directory.rejects
    assert str(reject).startswith("sheet 'Cơ quan', row 4 (")
    assert reason in str(reject)


def test_a_code_typed_as_a_number_is_still_a_text(file):
    directory = read_rows(file, SOUND | {"phone": 18001096, "name": 113.0})

    assert directory.agencies[0].contact.phone == "18001096"
    assert directory.agencies[0].name == "113"


def test_an_error_of_a_formula_is_named(file):
    write_template(file)
    book = openpyxl.load_workbook(file)
    sheet = book[layout().sheet]
    for column, key in enumerate(layout().columns, start=1):
        sheet.cell(3, column).value = SOUND.get(key)
        sheet.cell(4, column).value = (SOUND | {"code": "so-hai", "address": "#REF!"}).get(key)
    book.save(file)

    [reject] = read(file).rejects

    assert "column 'Địa chỉ': holds the formula error #REF!" in str(reject)


def test_a_missing_sheet_or_column_is_named(file):
    write_template(file)
    book = openpyxl.load_workbook(file)
    book[layout().sheet]["I1"].value = "Khác"
    book.save(file)

    with pytest.raises(UnreadableDirectory, match="column 'Địa bàn' is missing"):
        read(file)

    book[layout().sheet].title = "Sheet1"
    book.save(file)
    with pytest.raises(UnreadableDirectory, match="no sheet 'Cơ quan'"):
        read(file)


def test_what_is_no_workbook_changes_nothing(file):
    file.write_bytes(b"PK\x03\x04 not a workbook")

    with pytest.raises(UnreadableDirectory, match=r"not an \.xlsx workbook"):
        read(file)
    with pytest.raises(UnreadableDirectory, match="No such file"):
        read(file.with_name("khac.xlsx"))


def test_the_example_directory_goes_into_a_workbook_and_back(file):
    example = read(EXAMPLE_DIRECTORY, units=Units.load())

    write_template(file, example.agencies)

    assert read(file, units=Units.load()) == example


def test_a_name_that_looks_like_a_formula_is_only_a_name(file):
    directory = read_rows(file, SOUND)
    agency = directory.agencies[0].__class__(
        **{**vars(directory.agencies[0]), "name": '=HYPERLINK("http://a")'}
    )

    write_template(file, (agency,))

    cell = openpyxl.load_workbook(file)[layout().sheet]["B3"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://a")')


def test_the_template_offers_the_words_of_each_list(file):
    write_template(file)

    sheet = openpyxl.load_workbook(file)[layout().sheet]
    offered = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert '"Cấp tỉnh,Cấp xã"' in offered
    assert not any("," in word for words in layout().words.values() for word in words)
