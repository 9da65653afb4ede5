from datetime import time

import pytest

from agencies.model import Contact, ContactState, Location, Opening, Weekday
from tests.agencies.samples import agency


def test_a_confirmed_contact_can_be_reached():
    with pytest.raises(ValueError, match="e-mail address or a phone"):
        Contact(ContactState.CONFIRMED, address="Số 1")


def test_a_counter_closes_after_it_opens():
    with pytest.raises(ValueError, match="opens at 11:30 and closes at 07:30"):
        Opening((Weekday.MON,), time(11, 30), time(7, 30))


def test_an_agency_is_not_above_itself():
    with pytest.raises(ValueError, match="own parent"):
        agency("so-mau", parent="so-mau")


@pytest.mark.parametrize("degrees", [float("nan"), float("inf")])
def test_a_counter_stands_at_numbers_of_degrees(degrees):
    with pytest.raises(ValueError, match="latitude and longitude"):
        Location(21.5, degrees)
