import pytest

from knowledge.ages import age_in, is_for, of_age
from knowledge.search import Ranked

TITLES = {
    "1": "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên",
    "2": "Cấp thẻ căn cước cho người dưới 14 tuổi",
    "3": "Cấp đổi thẻ căn cước",
}


def ranking(*shares: float) -> list[Ranked]:
    return [
        Ranked(code, "1", (), 0.0, share, {}) for code, share in zip(TITLES, shares, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("thế ở cho con tôi 10 tuổi?", 10),
        ("the o cho con toi 10 tuoi", 10),
        ("bé mới 8 tháng tuổi", 0),
        ("cháu 15tuổi", 15),
        ("hai cháu 10 tuổi và 15 tuổi", None),
        ("10 ngày làm việc", None),
        ("tuổi nào cũng được", None),
    ],
)
def test_reads_a_single_age(text: str, age: int | None) -> None:
    assert age_in(text) == age


@pytest.mark.parametrize(
    ("title", "age", "fits"),
    [
        (TITLES["1"], 14, True),
        (TITLES["1"], 13, False),
        (TITLES["2"], 13, True),
        (TITLES["2"], 14, False),
        ("Việc của người từ đủ 16 đến dưới 18 tuổi", 17, True),
        ("Việc của người chưa đủ 14 tuổi", 14, False),
        (TITLES["3"], 10, None),
    ],
)
def test_tells_for_whom_a_title_is(title: str, age: int, fits: bool | None) -> None:
    assert is_for(title, age) is fits


def test_what_is_for_another_age_is_left_out() -> None:
    left = of_age("cho con tôi 10 tuổi", ranking(0.8, 0.15, 0.05), TITLES.__getitem__)

    assert [(each.code, each.share) for each in left] == [
        ("2", pytest.approx(0.75)),
        ("3", pytest.approx(0.25)),
    ]


@pytest.mark.parametrize("text", ["cho con tôi", "con 10 tuổi và 15 tuổi"])
def test_nothing_is_left_out_when_no_age_decides(text: str) -> None:
    ranked = ranking(0.8, 0.15, 0.05)

    assert of_age(text, ranked, TITLES.__getitem__) == ranked


def test_nothing_is_left_out_when_no_title_is_for_that_age() -> None:
    ranked = ranking(0.8, 0.15, 0.05)

    assert of_age("ông 80 tuổi", ranked[1:], TITLES.__getitem__) == ranked[1:]
