import os
import re
from itertools import islice
from pathlib import Path

import pytest

from knowledge.places.gazetteer import Gazetteer, Named, Tier, key, plain, spelt
from knowledge.places.reading import MOST_CHOICES, Kind, Places, Reading
from vietnamese.text import fold

GAZETTEER = Gazetteer.load()
PLACES = Places.load()
OLD_WARDS = [
    named
    for meanings in GAZETTEER.names.values()
    for named in meanings
    if named.tier is Tier.COMMUNE and not named.today and named.name
]
# Every fifth is read, all of them with PLACES=all: that takes half a minute.
STEP = 1 if os.environ.get("PLACES") == "all" else 5
# Pairs in one district of which only the marks differ, and single syllables that are words.
UNACCENTED_OTHERWISE = 40


def codes(reading: Reading) -> set[str]:
    units = [reading.unit] if reading.unit else reading.choices
    return {each.code for each in units}


def address(ward: Named) -> str:
    district, province = GAZETTEER.districts[ward.district], GAZETTEER.former[ward.former]
    return f"{ward.name}, {district}, {province}"


def test_the_list_has_all_units_of_today_and_of_before() -> None:
    kinds = [re.match(r"\w+", each.name) for each in GAZETTEER.communes.values()]
    count = [kind.group() if kind else "" for kind in kinds].count

    assert len(GAZETTEER.provinces) == 34
    assert len(GAZETTEER.communes) == 3321
    assert (count("Xã"), count("Phường"), count("Đặc")) == (2599, 709, 13)
    assert len(GAZETTEER.former) == 63
    assert len(GAZETTEER.districts) == 696
    assert len(OLD_WARDS) == 10035


def test_every_old_unit_became_units_that_exist() -> None:
    for named in (each for meanings in GAZETTEER.names.values() for each in meanings):
        assert named.province in GAZETTEER.provinces
        assert all(code in GAZETTEER.communes for code in named.communes)
        assert named.communes or named.tier is Tier.PROVINCE


def test_names_are_kept_under_the_key_by_which_they_are_sought() -> None:
    for sought, meanings in GAZETTEER.names.items():
        for named in filter(lambda each: each.name, meanings):
            assert key(fold(" ".join(spelt(named.name)))) == sought


def test_every_old_ward_with_its_address_leads_to_its_units_or_a_question_among_them() -> None:
    for ward in islice(OLD_WARDS, 0, None, STEP):
        reading = PLACES.read(address(ward))

        assert set(ward.communes) <= codes(reading), address(ward)
        assert (reading.kind is Kind.UNIT) == (len(codes(reading)) == 1)


def test_a_divided_ward_is_never_read_as_one_unit() -> None:
    divided = [ward for ward in OLD_WARDS if len(ward.communes) > 1]

    readings = [PLACES.read(address(ward)) for ward in divided]

    assert len(divided) > 400
    assert {reading.kind for reading in readings} == {Kind.SEVERAL}


def test_every_unit_of_today_is_known_by_its_name_and_province() -> None:
    for commune in islice(GAZETTEER.communes.values(), 0, None, STEP):
        reading = PLACES.read(commune.title)

        assert commune.code in codes(reading) or not reading.choices, commune.title
        assert reading.kind in (Kind.UNIT, Kind.SEVERAL)


def test_without_diacritics_the_same_is_read() -> None:
    texts = [address(ward) for ward in islice(OLD_WARDS, 0, None, STEP)]

    otherwise = [
        text for text in texts if codes(PLACES.read(text)) != codes(PLACES.read(fold(text)))
    ]

    assert len(otherwise) <= UNACCENTED_OTHERWISE / STEP + 2
    for text in otherwise:
        more = PLACES.read(fold(text))
        assert more.kind is not Kind.UNIT, f"{text} became {more.unit}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Phường Bến Nghé, Quận 1", "Phường Sài Gòn"),
        ("toi o p. ben nghe, q1", "Phường Sài Gòn"),
        ("phường Sài Gòn", "Phường Sài Gòn"),
        ("Phường Cô Giang, Quận 1", "Phường Cầu Ông Lãnh"),
        ("P.3 Q.Gò Vấp", "Phường Hạnh Thông"),
        ("p3 q go vap", "Phường Hạnh Thông"),
        ("Phường 5, Quận 3", "Phường Bàn Cờ"),
        ("p.12 q.tân bình tp.hcm", "Phường Bảy Hiền"),
        ("Phường 13, Quận 4", "Phường Xóm Chiếu"),
        ("Phường Thảo Điền, TP Thủ Đức", "Phường An Khánh"),
        ("xã Phú Mỹ Hưng, huyện Củ Chi", "Xã An Nhơn Tây"),
        ("Xã Thạnh An, huyện Cần Giờ", "Xã Thạnh An"),
        ("Phường Trúc Bạch, Ba Đình", "Phường Ba Đình"),
        ("Phường Hàng Bạc, Hoàn Kiếm", "Phường Hoàn Kiếm"),
        ("Phường Bưởi, Tây Hồ", "Phường Tây Hồ"),
        ("tt Phùng, huyện Đan Phượng", "Xã Đan Phượng"),
        ("Xã Cổ Loa, Đông Anh", "Xã Đông Anh"),
        ("Xã Kim Lan, Gia Lâm", "Xã Bát Tràng"),  # A name given up in 2024.
        ("Phường Hòa Khánh Bắc quận Liên Chiểu", "Phường Liên Chiểu"),
        ("Phường Thạch Thang, Hải Châu", "Phường Hải Châu"),
        ("Phường Phú Cường, Thủ Dầu Một", "Phường Thủ Dầu Một"),
        ("Phường 1, thành phố Vũng Tàu", "Phường Vũng Tàu"),
        ("Phường Minh An, Hội An", "Phường Hội An"),
        ("Phường Đông Ba, Huế", "Phường Phú Xuân"),
        ("thị trấn Cát Bà", "Đặc khu Cát Hải"),
        ("Phường Dương Đông, Phú Quốc", "Đặc khu Phú Quốc"),
        ("Xã Thổ Châu, Phú Quốc", "Đặc khu Thổ Châu"),
        ("Thị trấn Trường Sa", "Đặc khu Trường Sa"),
        ("huyện Côn Đảo", "Đặc khu Côn Đảo"),
        ("Phường Lộc Thọ, Nha Trang", "Phường Nha Trang"),
        ("Phường 1, Đà Lạt", "Phường Xuân Hương - Đà Lạt"),
        ("Phường Tân An, Ninh Kiều", "Phường Ninh Kiều"),
        ("Phường 3, Sa Đéc", "Phường Sa Đéc"),
        ("Phường 4, thành phố Tân An", "Phường Long An"),
        ("Phường Tây Sơn, Pleiku", "Phường Pleiku"),
        ("Phường Hưng Bình, Vinh", "Phường Thành Vinh"),
        ("Phường Trưng Vương, Thái Nguyên", "Phường Phan Đình Phùng"),
        ("xã Hùng Sơn huyện Đại Từ", "Xã Đại Phúc"),  # It was a town (thị trấn).
        ("Phường Quang Vinh, Biên Hòa", "Phường Trấn Biên"),
        ("xã Trảng Bom, Đồng Nai", "Phường Trảng Bom"),  # A commune until April 2026.
    ],
)
def test_one_unit_is_read(text: str, name: str) -> None:
    reading = PLACES.read(text)

    assert reading.unit is not None
    assert (reading.kind, reading.unit.name) == (Kind.UNIT, name)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xã Tân Lập huyện Đan Phượng Hà Nội", {"Xã Ô Diên", "Xã Hoài Đức"}),
        ("tan lap dan phuong ha noi", {"Xã Ô Diên", "Xã Hoài Đức"}),
        ("XÃ TÂN LẬP HUYỆN ĐAN PHƯỢNG", {"Xã Ô Diên", "Xã Hoài Đức"}),
        ("phường Cống Vị", {"Phường Ngọc Hà", "Phường Giảng Võ"}),
        ("phường Ngọc Hà, Ba Đình", {"Phường Ngọc Hà", "Phường Ba Đình"}),
    ],
)
def test_a_divided_ward_is_asked_about(text: str, names: set[str]) -> None:
    reading = PLACES.read(text)

    assert (reading.kind, reading.divided) == (Kind.SEVERAL, True)
    assert {each.name for each in reading.choices} == names


def test_namesakes_are_asked_about_with_their_provinces() -> None:
    reading = PLACES.read("tôi ở xã Tân Lập")

    assert reading.kind is Kind.SEVERAL
    assert reading.choices == ()
    assert len(reading.provinces) > MOST_CHOICES


def test_the_province_talked_about_decides_between_namesakes() -> None:
    reading = PLACES.read("xã Tân Lập", province="19")

    assert reading.unit and reading.unit.title == "Xã Quảng Bạch, Tỉnh Thái Nguyên"


def test_a_city_of_today_and_the_one_before_in_it_can_both_be_meant() -> None:
    reading = PLACES.read("Phường Ninh Xá, thành phố Bắc Ninh")

    assert {each.name for each in reading.choices} == {"Phường Ninh Xá", "Phường Kinh Bắc"}


@pytest.mark.parametrize(
    ("text", "old", "count"),
    [
        ("quận 3", "Quận 3, Thành phố Hồ Chí Minh", 3),
        ("q1", "Quận 1, Thành phố Hồ Chí Minh", 4),
        ("huyện Củ Chi", "Huyện Củ Chi, Thành phố Hồ Chí Minh", 0),
        ("ở Củ Chi", "Huyện Củ Chi, Thành phố Hồ Chí Minh", 0),
        ("TP Thủ Đức", "Thành phố Thủ Đức, Thành phố Hồ Chí Minh", 0),
        ("thi xa tu son", "Thành phố Từ Sơn, Tỉnh Bắc Ninh", 4),
    ],
)
def test_a_district_is_told_and_the_ward_asked_for(text: str, old: str, count: int) -> None:
    reading = PLACES.read(text)

    assert (reading.kind, reading.old) == (Kind.DISTRICT, old)
    assert len(reading.choices) == count


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Yên Bái", "Tỉnh Lào Cai"),
        ("lam so do o yen bai", "Tỉnh Lào Cai"),
        ("tp hcm", "Thành phố Hồ Chí Minh"),
        ("sài gòn", "Thành phố Hồ Chí Minh"),
        ("Bà Rịa - Vũng Tàu", "Thành phố Hồ Chí Minh"),
        ("thành phố Bắc Ninh", "Thành phố Bắc Ninh"),
        ("tỉnh Quảng Ninh", "Thành phố Quảng Ninh"),
        ("Kontum", "Tỉnh Quảng Ngãi"),
        ("o hue", "Thành phố Huế"),
    ],
)
def test_only_a_province_is_read(text: str, name: str) -> None:
    reading = PLACES.read(text)

    assert reading.province is not None
    assert (reading.kind, reading.province.name) == (Kind.PROVINCE, name)


@pytest.mark.parametrize("text", ["xã Abc", "phường Bến Nghé, Hà Nội", "Phường Không Có"])
def test_a_name_that_no_unit_has_is_said_to_be_unknown(text: str) -> None:
    assert PLACES.read(text).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xã mình ở đâu",
        "bảo hiểm xã hội",
        "tôi dạy ở xã biên giới",
        "liên quan 1 vấn đề",
        "lien quan 1 van de",
        "dia phuong an ninh",
        "phuong phap lam",
        "cho toi hoi o cong an tinh",
        "đất đó của tôi",
        "hai bên thống nhất, đồng ý",
        "chị Nguyễn Thị Minh Khai hỏi",
        "đường Nguyễn Trãi",
        "co 2 ha tinh ca vuon",
    ],
)
def test_ordinary_words_are_no_place(text: str) -> None:
    assert PLACES.read(text).kind is Kind.NOTHING


def test_two_places_are_a_question_unless_one_lies_in_the_other() -> None:
    moved = PLACES.read("hộ khẩu ở Hưng Yên, đang sống ở Bình Dương")
    around = PLACES.read("Hà Nội, quận Cầu Giấy")

    assert {each.name for each in moved.choices} == {"Tỉnh Hưng Yên", "Thành phố Hồ Chí Minh"}
    assert around.kind is Kind.DISTRICT


def test_an_expected_place_needs_no_unit_word() -> None:
    assert PLACES.read("ben nghe", expected=True).kind is Kind.UNIT
    assert PLACES.read("tan lap, dan phuong", expected=True).divided
    assert PLACES.read("ben nghe").kind is Kind.NOTHING


def test_units_are_found_by_their_official_codes() -> None:
    ward, province = PLACES.unit("26740"), PLACES.unit("15")

    assert ward and ward.title == "Phường Sài Gòn, Thành phố Hồ Chí Minh"
    assert province and province.title == "Tỉnh Lào Cai"
    assert PLACES.unit("99999") is None


def test_folds_like_the_rest_of_the_house() -> None:
    for name in islice((each.name for each in GAZETTEER.communes.values()), 0, None, 10):
        assert plain(name) == fold(name)


def test_a_line_that_is_not_understood_is_named(tmp_path: Path) -> None:
    file = tmp_path / "places.tsv"
    file.write_text("day\t2026-09-20\nward\t00001\tPhường\tPhúc Xá\t001\t00097\n", "utf-8")

    with pytest.raises(ValueError, match=r"places.tsv line 2"):
        Gazetteer.load(file)
