"""Stand-ins for tests of code that asks for agencies."""

from collections.abc import Iterable

from agencies.client import AgenciesUnavailable, PublicAgency, PublicContact
from agencies.rows import spaced, words


class FakeAgencies:
    """Holds the agencies it is given; `down` makes every question fail."""

    def __init__(self, agencies: Iterable[PublicAgency] = (), *, down: bool = False) -> None:
        self._agencies = tuple(agencies)
        self.down = down

    async def search(self, query: str = "") -> tuple[PublicAgency, ...]:
        self._fail_if_down()
        wanted = words(query)
        return tuple(agency for agency in self._agencies if _matches(agency, wanted))

    async def agency(self, code: str) -> PublicAgency | None:
        self._fail_if_down()
        return next((agency for agency in self._agencies if agency.code == code), None)

    def _fail_if_down(self) -> None:
        if self.down:
            raise AgenciesUnavailable("down")


def public_agency(code: str, name: str, *, fields: tuple[str, ...] = ()) -> PublicAgency:
    """An agency of which only the given facts matter."""
    return PublicAgency(
        code=code,
        name=name,
        kind="department",
        level="province",
        parent=None,
        other_names=(),
        fields=fields,
        area=(),
        contact=PublicContact("confirmed", f"{code}@example.invalid", "", "", fictional=True),
        opening_hours=(),
    )


def _matches(agency: PublicAgency, wanted: list[str]) -> bool:
    units = (unit.name for unit in agency.area)
    text = spaced((agency.name, *agency.other_names, *agency.fields, *units))
    return all(f" {word}" in text for word in wanted)
