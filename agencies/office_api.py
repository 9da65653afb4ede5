"""Where to go, for the processes that talk with citizens. With a token, and nothing of it is kept:
where a citizen is stands in no log, and only a route's pattern in the figures."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query

from agencies.model import Location
from agencies.offices import Nearest, nearest
from agencies.opening_words import opening_words
from agencies.store import AgencyStore
from agencies.token import shown
from agencies.units import Units

Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]


def install(app: FastAPI, agencies: AgencyStore, *, token: str, within: float) -> None:
    """Add /offices/nearest."""
    router = APIRouter(dependencies=[Depends(shown(token))])
    units = Units.load()

    @router.get("/offices/nearest", responses={404: {"description": "None is near."}})
    async def nearest_office(latitude: Latitude, longitude: Longitude) -> dict[str, Any]:
        """The one-stop office of a commune that is nearest, if one is near enough."""
        here = Location(latitude, longitude)
        found = nearest(await agencies.agencies(), here, within=within)
        if found is None:
            raise HTTPException(404, "no office is near")
        return _wire(found, units)

    app.include_router(router)


def _wire(found: Nearest, units: Units) -> dict[str, Any]:
    office = found.office
    [unit, *_] = office.area
    return {
        "area": units.full_name(unit.code) or unit.name,
        "office": office.name,
        "address": office.contact.address,
        "hours": opening_words(office.opening_hours),
        "kilometres": round(found.kilometres, 1),
    }
