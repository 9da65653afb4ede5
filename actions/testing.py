"""Stand-ins for the systems behind the actions."""

from collections.abc import Mapping
from datetime import date

from actions.dossier import DossierFate, DossierReport
from actions.drawer_http import DrawerShut, Handed
from actions.escalation import CaseReport, Fate, HandOver, Kind, Matter, Receipt, Refused, Routes
from knowledge.client import Choice
from vietnamese.text import fold

AGENCIES = (
    Choice("ubnd-tan-phu", "Ủy ban nhân dân xã Tân Phú"),
    Choice("so-tu-phap", "Sở Tư pháp"),
    Choice("cong-an-tinh", "Công an tỉnh"),
)
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
    """Proposes these agencies, takes everything once and numbers it; is down when told so."""

    takes = True

    def __init__(
        self, *agencies: Choice, kind: Kind = Kind.FEEDBACK, category: str = "behaviour"
    ) -> None:
        self.directory = agencies or AGENCIES
        self.kind = kind
        self.category = category
        self.down = False
        self.loses_replies = False  # It takes the case, and its reply does not arrive.
        self.asked: list[Matter] = []
        self.taken: dict[str, HandOver] = {}  # By submission.
        self.calls = 0
        self.duplicate_of = ""
        self.refuses: Refused | None = None
        self.cases: dict[str, CaseReport] = {}
        self.rated: list[tuple[str, int, str]] = []
        self.reopened: dict[str, tuple[str, str]] = {}  # By submission.
        self.written: dict[str, tuple[str, str]] = {}  # By submission.
        self.began: dict[str, tuple[str, ...]] = {}  # Codes by conversation.

    async def route(self, matter: Matter) -> Routes | None:
        self.asked.append(matter)
        return None if self.down else Routes(self.kind, self.category, tuple(self.directory))

    async def agencies(self, words: str) -> tuple[Choice, ...] | None:
        """Those whose name is said, or whose name has all these words."""
        said = fold(words)
        named = [one for one in self.directory if fold(one.title) in said]
        wanted = set(said.split())
        listed = [one for one in self.directory if wanted <= set(fold(one.title).split())]
        return None if self.down else tuple(named or listed)

    async def hand_over(self, request: HandOver) -> Receipt | Refused | None:
        self.calls += 1
        if self.refuses:
            return self.refuses
        if self.down:
            return None
        self.taken.setdefault(request.submission, request)
        if self.loses_replies:
            return None
        names = {one.code: one.title for one in self.directory}
        number = list(self.taken).index(request.submission) + 1
        return Receipt(
            f"PA-0000-{number:04}",
            names[request.agency],
            reply_due=date(2026, 12, 1),
            duplicate_of=self.duplicate_of,
        )

    async def case(self, code: str) -> CaseReport:
        if self.down:
            return CaseReport(Fate.DOWN)
        return self.cases.get(code, CaseReport(Fate.UNKNOWN))

    async def codes_of(self, conversation: str) -> tuple[str, ...] | None:
        return None if self.down else self.began.get(conversation, ())

    async def write(self, code: str, text: str, submission: str) -> Fate:
        case = await self.case(code)
        if case.fate is Fate.DONE:
            self.written[submission] = (code, text)
        return case.fate

    async def rate(self, code: str, score: int, words: str) -> Fate:
        case = await self.case(code)
        if case.fate is not Fate.DONE or not case.can_rate:
            return case.fate if case.fate is not Fate.DONE else Fate.REFUSED
        self.rated.append((code, score, words))
        return Fate.DONE

    async def reopen(self, code: str, reason: str, submission: str) -> Fate:
        case = await self.case(code)
        if case.fate is not Fate.DONE or not case.can_reopen:
            return case.fate if case.fate is not Fate.DONE else Fate.REFUSED
        self.reopened[submission] = (code, reason)
        return Fate.DONE


class FakeDrawer:
    """Has this for every conversation."""

    def __init__(self, handed: Handed | None = None) -> None:
        self.handed = handed or Handed()
        self.shut = False
        self.asked: list[str] = []

    async def contents(self, conversation: str) -> Handed:
        self.asked.append(conversation)
        if self.shut:
            raise DrawerShut("down")
        return self.handed
