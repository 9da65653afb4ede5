import unicodedata
from datetime import time
from pathlib import Path

import pytest
import yaml

from agencies.directory import Directory, UnreadableDirectory, read
from agencies.model import ContactState, Kind, Location, Opening, Unit, Weekday
from agencies.settings import EXAMPLE_DIRECTORY

SOUND = """\
agencies:
  - code: ubnd-tinh
    name: Ủy ban nhân dân tỉnh Mẫu
    kind: committee
    level: province
    area: [{code: "19", name: tỉnh Thái Nguyên}]
    contact: {state: unconfirmed}
  - code: to-phan-loai
    name: Tổ phân loại
    kind: triage
    level: province
    parent: ubnd-tinh
    area: [{code: "19", name: tỉnh Thái Nguyên}]
    other_names: [Tổ tiếp nhận]
    fields: ["Khiếu nại, tố cáo"]
    contact: {state: confirmed, email: to@example.invalid, fictional: true}
    opening_hours:
      - {days: [mon, tue], opens: "07:30", closes: "11:30"}
"""


def at(location: str) -> tuple[str, str]:
    """A place in the text, and the same place with a location before it."""
    return "    fields:", f"    location: {{{location}}}\n    fields:"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agencies.yml"


def read_text(file: Path, text: str) -> Directory:
    file.write_text(text, encoding="utf-8")
    return read(file)


def test_reads_every_fact_of_an_agency(file):
    directory = read_text(file, SOUND)

    committee, triage = directory.agencies
    assert committee.kind is Kind.COMMITTEE
    assert triage.parent == "ubnd-tinh"
    assert triage.area == (Unit("19", "tỉnh Thái Nguyên"),)
    assert triage.other_names == ("Tổ tiếp nhận",)
    assert triage.fields == ("Khiếu nại, tố cáo",)
    assert triage.contact.state is ContactState.CONFIRMED
    assert triage.contact.fictional
    assert triage.opening_hours == (Opening((Weekday.MON, Weekday.TUE), time(7, 30), time(11, 30)),)
    assert directory.rejects == ()
    assert directory.warnings == ()


def test_names_are_kept_in_one_written_form(file):
    directory = read_text(file, unicodedata.normalize("NFD", SOUND))

    assert directory.agencies[0].name == "Ủy ban nhân dân tỉnh Mẫu"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("kind: triage", "kind: chef", "kind: 'chef' is not one of"),
        ("    name: Tổ phân loại\n", "", "'name' is a required property"),
        ("name: Tổ phân loại", "name: '  '", "name: '  ' does not match"),
        ("parent: ubnd-tinh", "parent: ubnd", "no sound agency has the code 'ubnd'"),
        ("parent: ubnd-tinh", "parent: to-phan-loai", "own parent"),
        ("code: to-phan-loai", "code: ubnd-tinh", "code 'ubnd-tinh' is used before, on line 2"),
        ("code: to-phan-loai", "code: Tổ", "code: 'Tổ' does not match"),
        ("email: to@example.invalid", "email: to", "contact.email: 'to' does not match"),
        (", email: to@example.invalid", "", "needs an e-mail address or a phone number"),
        ('closes: "11:30"', "closes: 11:30", "closes: 690 is not of type 'string'"),
        ('closes: "11:30"', 'closes: "06:30"', "opens at 07:30 and closes at 06:30"),
        ("days: [mon, tue]", "days: [mon, t2]", "opening_hours[0].days[1]: 't2' is not one of"),
        ("fields:", "field:", "'field' was unexpected"),
        (*at("latitude: 211, longitude: 105.8"), "location.latitude: 211 is greater than"),
        (*at("latitude: 105.8, longitude: 21.5"), "location.longitude: 21.5 is less than"),
        (*at("latitude: 0, longitude: 0"), "location.latitude: 0 is less than"),
        (*at('latitude: "21.5", longitude: 105.8'), "location.latitude: '21.5' is not of type"),
        (*at("latitude: .nan, longitude: 105.8"), "location: latitude and longitude are numbers"),
        (*at("latitude: 21.5"), "location: 'longitude' is a required property"),
    ],
)
def test_reports_an_agency_it_cannot_use_and_keeps_the_others(file, old, new, reason):
    head, triage = SOUND.split("  - code: to-", maxsplit=1)
    triage = ("  - code: to-" + triage).replace(old, new, 1)

    directory = read_text(file, head + triage)

    assert [agency.code for agency in directory.agencies] == ["ubnd-tinh"]
    [reject] = directory.rejects
    assert reject.line == 8
    assert reason in str(reject)


def test_reads_where_the_counter_stands(file):
    directory = read_text(file, SOUND.replace(*at("latitude: 21, longitude: 105.848")))

    committee, triage = directory.agencies
    assert triage.location == Location(21.0, 105.848)
    assert committee.location is None


def test_area_codes_keep_the_zeros_in_front(file):
    directory = read_text(
        file, SOUND.replace('"19", name: tỉnh Thái Nguyên}]\n    o', "01, name: x}]\n    o")
    )

    assert "area[0].code: 1 is not of type 'string'" in str(directory.rejects[0])


def test_says_everything_that_is_wrong_with_an_agency(file):
    directory = read_text(file, SOUND.replace("kind: triage", "kind: chef\n    rooms: 3"))

    [reject] = directory.rejects
    assert len(reject.reasons) == 2


def test_agencies_in_a_circle_and_those_below_it_are_rejected(file):
    text = SOUND + "".join(
        f"  - {{code: {code}, name: {code}, kind: department, level: province, parent: {parent}, "
        'area: [{code: "99", name: x}], contact: {state: unconfirmed}}\n'
        for code, parent in [("a", "b"), ("b", "a"), ("c", "a")]
    )

    directory = read_text(file, text)

    assert [agency.code for agency in directory.agencies] == ["ubnd-tinh", "to-phan-loai"]
    assert [reject.code for reject in directory.rejects] == ["a", "b", "c"]
    assert "leads back" in str(directory.rejects[0])


def test_warns_when_nobody_takes_what_has_no_owner(file):
    directory = read_text(file, SOUND.replace("kind: triage", "kind: office"))

    assert directory.warnings == ("one agency of kind 'triage' is needed, the file has 0",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agencies: [", "line 1: "),
        ("agencies:\n  - {code: a\n  - b", "line 3: "),
        ("", "no list named 'agencies'"),
        ("- a", "no list named 'agencies'"),
        ("agencies: {}", "no list named 'agencies'"),
        ("agencies: []", "none of its 0 agencies can be used"),
        ("agencies: [1]", "none of its 1 agencies can be used; the first: line 1 (no code)"),
        ("agencies: !!python/object:os.system []", "line 1: "),
        ("agencies: \x00", "special characters are not allowed"),
    ],
)
def test_a_file_without_a_usable_agency_is_refused(file, text, message):
    with pytest.raises(UnreadableDirectory, match=r"agencies\.yml") as raised:
        read_text(file, text)

    assert message in str(raised.value)


def test_a_file_that_is_not_text_is_refused(file):
    file.write_bytes(b"agencies: \xff")

    with pytest.raises(UnreadableDirectory, match="not UTF-8 at byte 10"):
        read(file)


def test_a_missing_file_is_refused(file):
    with pytest.raises(UnreadableDirectory, match="No such file"):
        read(file)


@pytest.fixture(scope="module")
def example() -> Directory:
    return read(EXAMPLE_DIRECTORY)


class TestExample:
    def test_is_sound_as_a_whole(self, example):
        assert (example.rejects, example.warnings) == ((), ())

    def test_every_contact_is_marked_as_fictional_and_cannot_be_reached(self, example):
        for agency in example.agencies:
            assert agency.contact.fictional
            assert agency.contact.email.endswith("@example.invalid")
            assert agency.contact.phone.startswith("0000 ")

    def test_shows_every_state_of_contact_and_every_kind(self, example):
        assert {agency.contact.state for agency in example.agencies} == set(ContactState)
        assert {agency.kind for agency in example.agencies} == set(Kind)

    def test_every_name_belongs_to_one_agency(self, example):
        names = [name for agency in example.agencies for name in (agency.name, *agency.other_names)]

        assert len(names) == len(set(names))

    def test_one_agency_answers_for_a_field_at_one_level_of_one_area(self, example):
        owners = [
            (field, agency.level, unit.code)
            for agency in example.agencies
            for field in agency.fields
            for unit in agency.area
        ]

        assert sorted({owner for owner in owners if owners.count(owner) > 1}) == []

    def test_says_that_it_is_an_example(self):
        text = EXAMPLE_DIRECTORY.read_text(encoding="utf-8")

        assert "CONTACTS ARE" in text.splitlines()[2]
        assert yaml.safe_load(text)["agencies"]
