from datetime import time

import pytest

from agencies.model import Opening, Weekday
from agencies.opening_words import opening_words

WEEK = tuple(Weekday)[:5]
MORNING = (time(7, 30), time(11, 30))
AFTERNOON = (time(13, 30), time(17))


@pytest.mark.parametrize(
    ("openings", "words"),
    [
        ([], ""),
        ([Opening((Weekday.SAT,), *MORNING)], "Thứ Bảy: 07:30–11:30"),
        (
            [Opening(WEEK, *MORNING), Opening(WEEK, *AFTERNOON), Opening((Weekday.SAT,), *MORNING)],
            "Thứ Hai đến Thứ Sáu: 07:30–11:30, 13:30–17:00; Thứ Bảy: 07:30–11:30",
        ),
        (
            [Opening((Weekday.MON, Weekday.WED, Weekday.FRI), *MORNING)],
            "Thứ Hai, Thứ Tư, Thứ Sáu: 07:30–11:30",
        ),
        ([Opening((Weekday.SAT, Weekday.SUN), *MORNING)], "Thứ Bảy, Chủ Nhật: 07:30–11:30"),
    ],
)
def test_says_days_and_hours_as_people_do(openings, words):
    assert opening_words(openings) == words
