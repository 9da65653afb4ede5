import pytest

from vietnamese.slips import CONFUSED_TONES, FINGER, mark_cost, marks, near


def cost(typed: str, meant: str) -> float:
    return mark_cost(marks(typed), marks(meant))


def test_marks_left_out_cost_less_than_wrong_ones_and_the_two_tones_of_the_south_least() -> None:
    assert cost("giấy", "giấy") == 0
    assert cost("nghĩ", "nghỉ") == CONFUSED_TONES
    assert cost("nghĩ", "nghỉ") < cost("giáy", "giấy") < cost("giậy", "giấy")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sih", "sinh"),  # dropped
        ("sinhh", "sinh"),  # doubled
        ("snih", "sinh"),  # swapped
        ("sing", "sinh"),  # the key beside
        ("xinh", "sinh"),  # as spoken
        ("chich", "trich"),
        ("jay", "giay"),
        ("fai", "phai"),
        ("wan", "quan"),
    ],
)
def test_one_slip_leads_to_what_was_meant(typed: str, meant: str) -> None:
    assert meant in dict(near(typed))


def test_a_doubled_letter_costs_less_and_a_short_word_more() -> None:
    assert dict(near("giayy"))["giay"] < FINGER < dict(near("xee"))["cee"]


def test_two_slips_are_too_many() -> None:
    assert "sinh" not in dict(near("sngi"))
