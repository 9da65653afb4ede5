"""Which one-stop office (bộ phận một cửa) of a commune is nearest to a place on the map."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from agencies.model import Agency, ContactState, Kind, Level, Location

EARTH_KILOMETRES = 6371.0088  # Its mean radius; the earth is no ball, by half a percent.


@dataclass(frozen=True)
class Nearest:
    office: Agency
    kilometres: float


def nearest(agencies: Iterable[Agency], to: Location, *, within: float) -> Nearest | None:
    """The nearest that is in use and says where it stands, at most `within` kilometres away."""
    away = (
        Nearest(office, kilometres(to, office.location))
        for office in agencies
        if office.location and _takes_citizens(office)
    )
    near = (found for found in away if found.kilometres <= within)
    return min(near, key=lambda found: (found.kilometres, found.office.code), default=None)


def kilometres(one: Location, other: Location) -> float:
    """Along a great circle.

    >>> round(kilometres(Location(21.028, 105.854), Location(10.777, 106.701)))  # Hà Nội, Sài Gòn
    1143
    """
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    north = math.sin((second - first) / 2) ** 2
    east = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    part = min(1.0, north + math.cos(first) * math.cos(second) * east)
    return 2 * EARTH_KILOMETRES * math.asin(math.sqrt(part))


def _takes_citizens(agency: Agency) -> bool:
    commune = agency.kind is Kind.ONE_STOP and agency.level is Level.COMMUNE
    return commune and agency.contact.state is not ContactState.INACTIVE
