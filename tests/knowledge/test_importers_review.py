from dataclasses import replace
from decimal import Decimal

import pytest

from knowledge.importers.review import review, texts
from knowledge.model import (
    Absent,
    Agency,
    Caveat,
    Channel,
    Duration,
    LegalBasis,
    Method,
    Part,
    Procedure,
    Reason,
    Source,
    Step,
    SubCase,
    TimeUnit,
)

CUT_OFF = "Trả trong ngày; nhận hồ sơ sau 15 giờ thì trả vào ngày làm việc tiếp theo."
PLAIN = Procedure("1.999001", "Cấp thẻ thư viện", Source("test", "2026-07-18"))


def hours(value: int) -> Duration:
    return Duration(Decimal(value), TimeUnit.HOUR)


def with_method(time: Duration, description: str) -> Procedure:
    nothing = Absent(Reason.NOT_PUBLISHED)
    return replace(PLAIN, methods=(Method(Channel.DIRECT, time, nothing, description),))


def test_a_clock_hour_typed_as_the_duration_gives_way_to_the_text():
    made = review(with_method(hours(15), f"Nộp tại quầy.\n{CUT_OFF}"))

    assert made.methods[0].time == Absent(Reason.NOT_A_NUMBER, CUT_OFF)


def test_the_clock_hour_may_stand_in_the_steps():
    made = review(replace(with_method(hours(15), "Tại quầy"), steps=(Step("", CUT_OFF),)))

    assert made.methods[0].time == Absent(Reason.NOT_A_NUMBER, CUT_OFF)


def test_sub_cases_with_the_same_clock_hour_follow():
    subs = (SubCase("a", "A", hours(15)), SubCase("b", "B", hours(2)))

    made = review(replace(with_method(hours(15), CUT_OFF), sub_cases=subs))

    assert [sub.time for sub in made.sub_cases] == [
        Absent(Reason.NOT_A_NUMBER, CUT_OFF),
        hours(2),
    ]


@pytest.mark.parametrize(
    ("time", "description"),
    [
        (hours(15), "Trong 15 giờ làm việc"),
        (hours(15), "Trả sau 15 giờ làm việc"),
        (hours(15), "Nhận hồ sơ sau 16 giờ thì trả hôm sau"),
        (hours(2), "Trả sau 2 giờ"),
        (hours(24), "Trả sau 24 giờ"),
        (Duration(Decimal(15), TimeUnit.DAY), CUT_OFF),
    ],
)
def test_a_duration_that_is_one_stays(time, description):
    assert review(with_method(time, description)).methods[0].time == time


@pytest.mark.parametrize(
    "text",
    [
        "Nộp tại cơ quan cấp huyện",
        "Ủy ban nhân dân các huyện xem xét",
        "UBND thị xã trả kết quả",
        "Công an quận tiếp nhận",
    ],
)
def test_a_text_that_names_the_district_tier_is_marked(text):
    assert review(replace(PLAIN, steps=(Step("", text),))).caveats == (Caveat.DISTRICT_LEVEL,)


@pytest.mark.parametrize("text", ["Số 6 phố Huế, quận Ba Đình", "đường huyện, đường xã"])
def test_an_address_or_a_road_is_not_the_district_tier(text):
    assert review(replace(PLAIN, receiving_address=text)).caveats == ()


def test_laws_keep_the_names_of_their_day():
    laws = (LegalBasis("1/2010", "Nghị định về Ủy ban nhân dân huyện"),)

    assert review(replace(PLAIN, legal_basis=laws)).caveats == ()


def test_parts_without_anything_are_not_published_unless_the_importer_knows_better():
    lost = {Part.STEPS: Absent(Reason.LOST_IN_COPY)}
    agencies = (Agency("Thư viện tỉnh"),)

    made = review(replace(PLAIN, absent=lost, competent_agencies=agencies))

    assert made.absent[Part.STEPS] == Absent(Reason.LOST_IN_COPY)
    assert made.absent[Part.METHODS] == Absent(Reason.NOT_PUBLISHED)
    assert Part.AGENCIES not in made.absent


def test_gives_every_text_of_a_procedure():
    made = replace(PLAIN, steps=(Step("Bước 1", "Nộp"),), executing_agencies=(Agency("Quầy"),))

    assert {"Bước 1", "Nộp", "Quầy", "Cấp thẻ thư viện"} <= set(texts(made))
