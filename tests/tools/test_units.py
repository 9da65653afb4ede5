from tools.places import COMMUNES, PROVINCES
from tools.places import OUT as PLACES
from tools.units import OUT, units


def test_the_units_are_those_that_places_are_read_by():
    written = OUT.read_text(encoding="utf-8")

    assert written == units(PLACES.read_text(encoding="utf-8"))


def test_every_unit_of_today_is_there():
    kinds = [line.split("\t")[0] for line in OUT.read_text(encoding="utf-8").splitlines()]

    assert kinds.count("province") == PROVINCES
    assert kinds.count("commune") == COMMUNES
