import pytest

from knowledge.places.gazetteer import Commune, Province
from knowledge.places.reading import Places
from knowledge.question import QuestionReader
from knowledge.whereabouts import locate, without_small_places

PLACES = Places.load()
READER = QuestionReader.load()


def test_names_the_unit_of_today_for_an_old_one() -> None:
    where = locate(PLACES, "tôi ở phường Bến Nghé, quận 1")

    assert isinstance(where.unit, Commune)
    assert where.unit.title == "Phường Sài Gòn, Thành phố Hồ Chí Minh"
    assert where.reading and where.reading.old


def test_keeps_the_ward_when_only_its_province_is_said_again() -> None:
    ward = locate(PLACES, "tôi ở phường Bến Nghé, quận 1").unit
    assert ward

    assert locate(PLACES, "ở thành phố Hồ Chí Minh", ward.code).unit == ward
    other = locate(PLACES, "tôi ở Cà Mau", ward.code).unit
    assert isinstance(other, Province)


def test_without_a_place_the_one_before_counts() -> None:
    ward = locate(PLACES, "tôi ở phường Bến Nghé, quận 1").unit
    assert ward

    assert locate(PLACES, "lệ phí bao nhiêu", ward.code).unit == ward
    assert locate(PLACES, "lệ phí bao nhiêu").unit is None


def test_several_units_are_a_choice_until_one_is_chosen() -> None:
    text = next(
        text
        for text in ("tôi ở xã Tân Lập", "tôi ở phường Tân Lập", "tôi ở xã Tân Thành")
        if locate(PLACES, text).open
    )
    where = locate(PLACES, text)
    assert where.unit is None

    chosen = locate(PLACES, text, where.open[1].code)

    assert chosen.unit and chosen.unit.code == where.open[1].code
    assert chosen.open == ()


def test_a_name_of_too_many_units_is_said_so_until_its_province_is_told() -> None:
    where = locate(PLACES, "tôi ở xã Tân Lập")
    told = locate(PLACES, "tôi ở xã Tân Lập, Tây Ninh")

    assert where.namesakes == "xã Tân Lập"
    assert (where.unit, where.open) == (None, ())
    assert told.open and not told.namesakes
    assert not locate(PLACES, "tôi ở phường Bến Nghé, quận 1").namesakes


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Em ở xã Vĩnh Lộc A, Bình Chánh. Khai sinh cho con", "em ở khai sinh cho con"),
        ("khai sinh cho con ở phường Bến Nghé", "khai sinh cho con ở"),
        ("khai sinh cho con ở Yên Bái", "khai sinh cho con ở yên bái"),
        ("khai sinh cho con", "khai sinh cho con"),
    ],
)
def test_a_search_does_not_look_for_wards_and_keeps_provinces(text: str, subject: str) -> None:
    assert without_small_places(PLACES, READER.read(text)).subject == subject
