import pytest

from gateway.identifiers import folded, is_card, is_identity


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("001099000001", True),  # Hà Nội, a man born in 1999.
        ("079 303 001234", True),  # Hồ Chí Minh city, a woman born in 2003.
        ("003099000001", False),  # No province has 003.
        ("001499000001", False),  # Of the 22nd century.
        ("00109900001", False),
    ],
)
def test_an_identity_number_begins_with_province_century_and_sex(
    number: str, expected: bool
) -> None:
    assert is_identity(number) is expected


def test_a_card_passes_luhns_check() -> None:
    assert is_card("5555 5555 5555 4444")
    assert not is_card("5555 5555 5555 4445")


@pytest.mark.parametrize("text", ["Số ĐIỆN thoại", "①②", "ﬁ½ǰ", "İ", "ß", "٠١٢", "한국"])
def test_folding_keeps_the_place_of_every_letter(text: str) -> None:
    assert len(folded(text)) == len(text)
