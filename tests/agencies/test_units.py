from dataclasses import replace

import pytest

from agencies.directory import read
from agencies.model import Unit
from agencies.settings import EXAMPLE_DIRECTORY
from agencies.units import Units
from tests.agencies.samples import MINIMAL


@pytest.fixture(scope="module")
def units():
    return Units.load()


def test_knows_34_provinces_and_3321_communes(units):
    assert len(units) == 34 + 3321


@pytest.mark.parametrize(
    "unit",
    [
        Unit("19", "tỉnh Thái Nguyên"),
        Unit("19", "Thái Nguyên"),
        Unit("05443", "Phường Phan Đình Phùng"),
        Unit("75", "thành phố Đồng Nai"),
    ],
)
def test_takes_a_unit_of_today_with_or_without_its_word(units, unit):
    assert units.fault(unit) == ""


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        (Unit("02", "tỉnh Hà Giang"), "no unit has the code 02"),
        (Unit("99999", "xã Mẫu"), "no unit has the code 99999"),
        (Unit("19", "tỉnh Bắc Kạn"), "19 is 'Tỉnh Thái Nguyên' on 2026-09-20, not 'tỉnh Bắc Kạn'"),
    ],
)
def test_refuses_units_of_before_and_names_that_go_with_another_code(units, unit, fault):
    assert fault in units.fault(unit)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("01843", "Phường Bắc Kạn, Tỉnh Thái Nguyên"),
        ("19", "Tỉnh Thái Nguyên"),
        ("99999", ""),
    ],
)
def test_names_a_unit_with_its_province(units, code, name):
    assert units.full_name(code) == name


def test_the_areas_of_the_example_are_units_of_today(units):
    directory = read(EXAMPLE_DIRECTORY, units=units)

    assert (directory.rejects, directory.warnings) == ((), ())


def test_an_agency_with_an_area_of_before_is_rejected_unless_it_was_merged(tmp_path, units):
    text = EXAMPLE_DIRECTORY.read_text(encoding="utf-8")
    old = """
  - code: ubnd-tinh-bac-kan
    name: Ủy ban nhân dân tỉnh Bắc Kạn
    kind: committee
    level: province
    area: [{code: "06", name: tỉnh Bắc Kạn}]
    contact: {state: inactive}
"""
    file = tmp_path / "agencies.yml"
    file.write_text(text + old, encoding="utf-8")
    [reject] = read(file, units=units).rejects
    first = read(EXAMPLE_DIRECTORY).agencies[0].code
    file.write_text(f"{text}{old}    successor: {first}\n", encoding="utf-8")

    assert reject.reasons == ("area[0]: no unit has the code 06 on 2026-09-20",)
    assert read(file, units=units).rejects == ()


def test_a_right_name_with_the_code_of_another_province_is_seen_by_its_place(units):
    here = replace(MINIMAL, area=(Unit("19", "tỉnh Thái Nguyên"),))
    astray = replace(MINIMAL, code="so-lac", area=(Unit("01", "thành phố Hà Nội"),))

    assert units.provinces([here, astray]) == {"19": ["so-mau"], "01": ["so-lac"]}
