import pytest

from knowledge.provinces import Provinces


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("làm sổ đỏ ở Lào Cai", {"Lào Cai"}),
        ("lam so do o yen bai", {"Lào Cai"}),
        ("UBND Thành phố Hồ Chí Minh", {"Hồ Chí Minh"}),
        ("nhà ở Bà Rịa - Vũng Tàu", {"Hồ Chí Minh"}),
        ("từ Hà Giang chuyển về Huế", {"Tuyên Quang", "Huế"}),
        ("hoa hue trong vuon", set()),
        ("", set()),
    ],
)
def test_provinces_are_known_by_the_names_of_today_and_of_before(
    text: str, provinces: set[str]
) -> None:
    assert Provinces.load().named(text) == provinces
