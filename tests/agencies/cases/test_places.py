"""Old and new names over the real list of units, with a directory of one commune of Thái Nguyên."""

import pytest

from agencies.cases.lexicon import Lexicon
from agencies.cases.places import Places
from agencies.model import Kind, Level, Unit
from tests.agencies.samples import agency
from vietnamese.text import fold

LEXICON = Lexicon.load()
BAC_KAN, SONG_CONG, PHU_LUONG = "01843", "05518", "05611"
DIRECTORY = (
    agency("ubnd-tinh", "Ủy ban tỉnh", kind=Kind.COMMITTEE, area=(Unit("19", "tỉnh Thái Nguyên"),)),
    agency(
        "ubnd-phuong-bac-kan",
        "Ủy ban nhân dân phường Bắc Kạn",
        kind=Kind.COMMITTEE,
        level=Level.COMMUNE,
        area=(Unit(BAC_KAN, "phường Bắc Kạn"),),
        other_names=("UBND phường Nhớ Mãi",),
    ),
)
PLACES = Places(LEXICON.place_words, LEXICON.units, DIRECTORY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tôi ở phường Sông Công", SONG_CONG),
        ("tôi ở Cải Đan", SONG_CONG),
        ("p.Cải Đan cũ", SONG_CONG),
        ("khu Cải Đan 5", SONG_CONG),
        ("rác ngập cổng, Cải Đan", SONG_CONG),
        ("tổ 8 phố cò cũ", SONG_CONG),
        ("ở Xuất Hoá", BAC_KAN),
        ("phường Nhớ Mãi ngày trước", BAC_KAN),
        ("ở Cao Thượng", "01906"),
        ("thị trấn Đu", PHU_LUONG),
        ("xã Phú Lương", PHU_LUONG),
        ("ở Tân Thịnh, TP Thái Nguyên", "05443"),
        ("phường Tân Thịnh", "05443"),
        ("xã Tân Thịnh", "05563"),
    ],
)
def test_a_place_is_known_by_its_name_of_today_or_an_old_one(text, code):
    assert PLACES.find(text).communes == {code}


@pytest.mark.parametrize("text", ["toi o cai dan", "to 8 pho co cu", "xa phu luong", "tt du"])
def test_also_without_diacritics(text):
    assert len(PLACES.find(text).communes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "nước thải đổ ra sông Công",
        "đường Hoàng Văn Thụ nhiều ổ gà",
        "hồ Ba Bể đẹp",
        "khu công nghiệp Sông Công",
        "ông Hoàng Văn Thụ không trả tiền",
        "nộp hồ sơ thành công",
        "bao thanh cong roi ma chua co",
        "tôi ở Thái Nguyên",
        "dân Bắc Kạn cũ",
        "tau hut cat song cau",
        "NỘP THÀNH CÔNG RỒI",
    ],
)
def test_streets_rivers_people_and_words_are_no_places(text):
    where = PLACES.find(text)

    assert not where.communes and not where.perhaps and not where.elsewhere


def test_a_name_of_several_units_may_mean_each_of_them():
    where = PLACES.find("tôi ở Tân Thịnh")

    assert not where.communes
    assert where.perhaps == {"05443", "05563"}


@pytest.mark.parametrize("text", ["tôi ở Bắc Ninh", "thuê trọ bên Hà Giang cũ", "toi o bac ninh"])
def test_another_province_is_elsewhere(text):
    assert PLACES.find(text).elsewhere


def test_one_wrong_mark_is_a_slip_after_a_unit_word():
    assert PLACES.find("phường Cải Đạn").communes == {SONG_CONG}
    assert not PLACES.find("nhà Cải Đạn").communes


def test_every_old_commune_of_the_province_is_found_by_its_full_name():
    for called in LEXICON.units.within({"19"}):
        if called.communes and called.word in ("phuong", "xa", "thi tran"):
            text = f"{called.word} {' '.join(map(fold, called.name))} cu"
            where = PLACES.find(text)

            assert called.communes & (where.communes | where.perhaps), text
