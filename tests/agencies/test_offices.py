import pytest

from agencies.model import Contact, ContactState, Kind, Level, Location
from agencies.offices import Nearest, kilometres, nearest
from tests.agencies.samples import agency

HERE = Location(21.594, 105.848)
CLOSED = Contact(ContactState.INACTIVE)


def office(code, location, **facts):
    values = {"kind": Kind.ONE_STOP, "level": Level.COMMUNE, "location": location}
    return agency(code, **values | facts)


def north(kilometres_away):
    """A degree of latitude is 111.2 km."""
    return Location(HERE.latitude + kilometres_away / 111.195, HERE.longitude)


NEAR, FAR = office("near", north(3)), office("far", north(12))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (HERE, 0.0),
        (Location(21.028, 105.854), 62.9),  # Hà Nội.
        (Location(10.777, 106.701), 1206.0),  # Thành phố Hồ Chí Minh.
        (Location(-21.594, -74.152), 20015.1),  # The other side of the earth.
    ],
)
def test_measures_along_a_great_circle(other, expected):
    assert kilometres(HERE, other) == pytest.approx(expected, rel=0.002)
    assert kilometres(other, HERE) == kilometres(HERE, other)


def test_finds_the_nearest_office_and_how_far_it_is():
    found = nearest([FAR, NEAR], HERE, within=30)

    assert found == Nearest(NEAR, pytest.approx(3, abs=0.01))


@pytest.mark.parametrize("within", [2.9, 0.001])
def test_an_office_too_far_away_is_none(within):
    assert nearest([FAR, NEAR], HERE, within=within) is None


@pytest.mark.parametrize(
    "other",
    [
        office("police", HERE, kind=Kind.SECTOR),
        office("of-the-province", HERE, level=Level.PROVINCE),
        office("closed", HERE, contact=CLOSED),
        office("nobody-knows-where", None),
    ],
)
def test_only_an_office_of_a_commune_that_is_in_use_is_named(other):
    found = nearest([other, NEAR], HERE, within=30)

    assert found is not None
    assert found.office is NEAR


def test_of_two_as_near_it_is_always_the_same_one():
    twins = [office("b", north(3)), office("a", north(3))]

    chosen = {
        found.office.code
        for pair in (twins, twins[::-1])
        if (found := nearest(pair, HERE, within=9))
    }

    assert chosen == {"a"}
