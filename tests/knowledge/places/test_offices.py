from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.model import Agency, Level, Procedure, Scope, Step
from knowledge.places.offices import OfficeFinder, Offices
from knowledge.places.reading import Places, Reading
from tests.knowledge.samples import BIRTH

PLACES = Places.load()
FINDER = OfficeFinder.load()
TEMPLATES = Path("knowledge/templates")


def by(*agencies: str, level: Level = Level.COMMUNE) -> Procedure:
    return replace(BIRTH, levels=(level,), executing_agencies=tuple(map(Agency, agencies)))


def offices(procedure: Procedure, text: str) -> Offices:
    reading = PLACES.read(text)
    place = reading.unit or reading.province
    assert place
    return FINDER.offices(procedure, place)


def named(found: Offices) -> list[str]:
    return [
        f"{each.body} {each.unit.name}" if each.unit else each.published for each in found.offices
    ]


def rendered(procedure: Procedure, reading: Reading) -> str:
    environment = Environment(  # noqa: S701 - plain text
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "day": lambda iso: "/".join(reversed(iso.split("-"))),
        "upfirst": lambda text: text[:1].upper() + text[1:],
    }
    words = yaml.safe_load((TEMPLATES / "words.yml").read_text(encoding="utf-8"))
    place = reading.unit or reading.province
    assert place
    return environment.get_template("office.j2").render(
        words=words,
        p=procedure,
        place=place,
        here=FINDER.offices(procedure, place),
        reading=reading,
        day=PLACES.day,
    )


@pytest.mark.parametrize(
    ("agency", "office"),
    [
        ("Ủy ban nhân dân cấp xã", "Ủy ban nhân dân Phường Sài Gòn"),
        ("Uỷ ban Nhân dân cấp xã, phường, thị trấn", "Ủy ban nhân dân Phường Sài Gòn"),
        ("Công an cấp Xã", "Công an Phường Sài Gòn"),
        ("Công an tỉnh", "Công an Thành phố Hồ Chí Minh"),
        ("Bảo hiểm xã hội tỉnh", "Bảo hiểm xã hội Thành phố Hồ Chí Minh"),
        ("Thuế tỉnh, thành phố", "Thuế Thành phố Hồ Chí Minh"),
        ("Sở Tư pháp", "Sở Tư pháp Thành phố Hồ Chí Minh"),
        ("Sở Tài chính các tỉnh, thành phố", "Sở Tài chính Thành phố Hồ Chí Minh"),
        ("Sở Tư pháp Thành phố Hà Nội", "Sở Tư pháp Thành phố Hà Nội"),
        ("Sở Lao động-Thương binh và Xã hội", "Sở Lao động-Thương binh và Xã hội"),
        ("Cục Cảnh sát giao thông", "Cục Cảnh sát giao thông"),
        ("Thuế cơ sở", "Thuế cơ sở"),
    ],
)
def test_a_body_that_every_unit_has_is_that_of_the_citizens_own(agency: str, office: str) -> None:
    assert named(offices(by(agency), "phường Bến Nghé")) == [office]


def test_the_centre_takes_in_what_a_committee_handles_and_the_police_their_own() -> None:
    committee = offices(by("Ủy ban nhân dân cấp xã"), "phường Bến Nghé")
    police = offices(by("Công an cấp xã"), "phường Bến Nghé")

    assert [unit.name for unit in committee.centres] == ["Phường Sài Gòn"]
    assert police.centres == ()


def test_a_record_without_agencies_is_taken_by_its_level() -> None:
    found = offices(by(level=Level.PROVINCE), "Yên Bái")

    assert [unit.name for unit in found.centres] == ["Tỉnh Lào Cai"]


def test_the_commune_is_lacking_where_only_the_province_is_known() -> None:
    found = offices(by("Ủy ban nhân dân cấp xã"), "Yên Bái")

    assert found.lacks_commune
    assert found.centres == ()


def test_the_right_to_file_anywhere_is_quoted_from_the_record_or_not_said() -> None:
    sentence = "Người dân nộp hồ sơ không phụ thuộc vào địa giới hành chính trong tỉnh"
    free = replace(BIRTH, steps=(Step("", f"Chuẩn bị hồ sơ. {sentence}. Nhận kết quả."),))

    assert offices(free, "phường Bến Nghé").anywhere == sentence
    assert offices(BIRTH, "phường Bến Nghé").anywhere == ""


def test_another_provinces_own_procedure_names_no_office_here() -> None:
    local = replace(BIRTH, scope=Scope.LOCAL, promulgating_agency="UBND thành phố Hải Phòng")

    assert offices(local, "phường Bến Nghé").elsewhere == "UBND thành phố Hải Phòng"
    assert not offices(local, "phường Bến Nghé").local
    assert offices(local, "thị trấn Cát Bà").local


def test_the_text_tells_what_became_of_the_unit_and_whose_names_they_are() -> None:
    text = rendered(BIRTH, PLACES.read("phường Bến Nghé, quận 1"))

    assert "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh nay thuộc Phường Sài Gòn" in text
    assert "của Ủy ban nhân dân phường Sài Gòn, Thành phố Hồ Chí Minh" in text
    assert "danh mục đơn vị hành chính cập nhật đến ngày 20/09/2026" in text


def test_the_text_asks_for_the_commune_where_it_is_needed() -> None:
    text = rendered(BIRTH, PLACES.read("Yên Bái"))

    assert "Tỉnh Yên Bái nay thuộc Tỉnh Lào Cai" in text
    assert "bạn cho biết xã, phường hoặc đặc khu" in text


def test_a_ministrys_procedure_names_no_place_of_the_citizens() -> None:
    text = rendered(
        by("Cục Cảnh sát giao thông", level=Level.MINISTRY), PLACES.read("phường Bến Nghé")
    )

    assert "Cơ quan thực hiện: Cục Cảnh sát giao thông\n" in text
    assert "danh mục đơn vị hành chính" not in text
