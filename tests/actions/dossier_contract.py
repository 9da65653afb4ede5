"""What every way to look up a dossier must do. Subclass it and give it the fixtures."""

import pytest

from actions.dossier import DossierFate, DossierReport, DossierStatus

KNOWN = "H49.12.09-251120-0007"
UNKNOWN = "H49.12.09-251120-9999"
FACTS = (
    ("Tình trạng", "Đang giải quyết"),
    ("Cơ quan giải quyết", "UBND phường Sông Trong"),
    ("Ngày hẹn trả kết quả", "26/11/2026"),
)


class DossierContract:
    @pytest.fixture
    def dossiers(self) -> DossierStatus:
        """Knows FACTS of KNOWN and nothing else."""
        raise NotImplementedError

    @pytest.fixture
    def stopped(self) -> DossierStatus:
        """The same after its system has stopped."""
        raise NotImplementedError

    async def test_tells_the_facts_of_a_dossier(self, dossiers: DossierStatus) -> None:
        report = await dossiers.look_up(KNOWN)

        assert report == DossierReport(DossierFate.FOUND, FACTS)

    async def test_says_when_no_dossier_has_the_code(self, dossiers: DossierStatus) -> None:
        assert await dossiers.look_up(UNKNOWN) == DossierReport(DossierFate.UNKNOWN)

    async def test_says_when_the_system_is_down(self, stopped: DossierStatus) -> None:
        assert await stopped.look_up(KNOWN) == DossierReport(DossierFate.DOWN)

    @pytest.mark.parametrize("code", ["", "../admin", "a b?c#d", "{code}", "ký-tự"])
    async def test_takes_any_text_for_a_code(self, dossiers: DossierStatus, code: str) -> None:
        assert (await dossiers.look_up(code)).fate is DossierFate.UNKNOWN
