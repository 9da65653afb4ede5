"""Where the nearest one-stop office (bộ phận một cửa) is, as agencies know it."""

from dataclasses import dataclass
from typing import Any

import httpx2
import structlog

from gateway.channels.base import Position

log = structlog.get_logger()


@dataclass(frozen=True)
class Office:
    """`area` is the commune and the province it is for; what is not known is ""."""

    area: str
    office: str
    address: str
    hours: str
    kilometres: float


class Nearby:
    def __init__(self, agencies: httpx2.AsyncClient | None) -> None:
        """Without agencies no office is known."""
        self._agencies = agencies

    async def office(self, position: Position) -> Office | None:
        """None when none is near, or nobody can say just now. The position is written nowhere."""
        if self._agencies is None:
            return None
        where = {"latitude": position.latitude, "longitude": position.longitude}
        try:
            response = await self._agencies.get("/offices/nearest", params=where)
            if response.status_code == httpx2.codes.NOT_FOUND:
                return None
            return _office(response.raise_for_status().json())
        except httpx2.HTTPStatusError as error:
            log.warning("office.unknown", status=error.response.status_code)
        except (httpx2.HTTPError, ValueError, LookupError, TypeError) as error:
            log.warning("office.unknown", error=type(error).__name__)
        return None


def _office(found: dict[str, Any]) -> Office:
    area, office = str(found["area"]).strip(), str(found["office"]).strip()
    if not (area and office):
        raise ValueError("an office without a name or an area")
    address, hours = (str(found.get(name) or "").strip(" .") for name in ("address", "hours"))
    return Office(area, office, address, hours, float(found["kilometres"]))
