import pytest

from knowledge.families import Families

TITLES = {
    "1": "đăng ký khai sinh",
    "2": "đăng ký lại khai sinh",
    "3": "đăng ký khai sinh có yếu tố nước ngoài",
    "4": "đăng ký khai sinh lưu động",
    "5": "tách thửa đất",
}


def test_titles_that_differ_by_a_qualifier_are_siblings_the_plain_one_first() -> None:
    family = Families(TITLES).of("4")

    assert [each.code for each in family] == ["1", "2", "4", "3"]
    assert family[0].qualifiers == ()


@pytest.mark.parametrize(
    ("code", "qualifiers"),
    [("2", ("lại",)), ("3", ("có yếu tố nước ngoài",)), ("1", ()), ("5", ())],
)
def test_a_qualifier_is_what_the_title_adds_to_the_plain_one(
    code: str, qualifiers: tuple[str, ...]
) -> None:
    assert Families(TITLES).qualifiers(code) == qualifiers


def test_a_procedure_without_siblings_is_a_family_of_its_own() -> None:
    assert [each.code for each in Families(TITLES).of("5")] == ["5"]


def test_the_same_title_of_several_provinces_is_one_family() -> None:
    families = Families({"1": "tách thửa đất", "2": "tách thửa đất"})

    assert [each.code for each in families.of("2")] == ["1", "2"]
    assert families.qualifiers("2") == ()


def test_a_part_that_often_makes_the_difference_relates_titles_without_a_plain_one() -> None:
    things = ["hội an bình", "quỹ từ thiện", "trường mầm non", "trạm thú y"]
    titles = {f"p{n}": f"cấp phép {thing}" for n, thing in enumerate(things)}
    titles |= {f"t{n}": f"cấp phép {thing} tạm thời" for n, thing in enumerate(things)}
    titles |= {"x": "gia hạn giấy phép tàu cá", "y": "gia hạn tạm thời giấy phép tàu cá"}

    families = Families(titles)

    assert [each.code for each in families.of("y")] == ["x", "y"]


def test_a_short_remainder_is_no_accident_only_where_the_part_is_common() -> None:
    families = Families({"1": "cấp giấy phép", "2": "cấp giấy phép nhập khẩu thuốc"})

    assert [each.code for each in families.of("1")] == ["1"]
