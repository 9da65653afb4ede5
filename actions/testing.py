"""Stand-ins for the systems behind the actions."""

from collections.abc import Mapping

from actions.dossier import DossierFate, DossierReport
from actions.escalation import HandOver, Receipt

Facts = tuple[tuple[str, str], ...]


class FakeDossierStatus:
    """Knows these dossiers; remembers the codes it was asked for."""

    def __init__(self, dossiers: Mapping[str, Facts] | None = None, *, down: bool = False) -> None:
        self._dossiers = dict(dossiers or {})
        self._down = down
        self.asked: list[str] = []

    async def look_up(self, code: str) -> DossierReport:
        self.asked.append(code)
        if self._down:
            return DossierReport(DossierFate.DOWN)
        if code not in self._dossiers:
            return DossierReport(DossierFate.UNKNOWN)
        return DossierReport(DossierFate.FOUND, self._dossiers[code])


class FakeEscalation:
    """Takes everything and numbers it."""

    def __init__(self) -> None:
        self.taken: list[HandOver] = []

    async def hand_over(self, request: HandOver) -> Receipt | None:
        self.taken.append(request)
        return Receipt(f"PA-{len(self.taken):04}")
