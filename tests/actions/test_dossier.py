import pytest

from actions.dossier import DossierCodes, DossierStatus
from actions.testing import FakeDossierStatus
from tests.actions.dossier_contract import FACTS, KNOWN, DossierContract

CODES = DossierCodes.load()


class TestFakeDossierStatus(DossierContract):
    @pytest.fixture
    def dossiers(self) -> DossierStatus:
        return FakeDossierStatus({KNOWN: FACTS})

    @pytest.fixture
    def stopped(self) -> DossierStatus:
        return FakeDossierStatus({KNOWN: FACTS}, down=True)


@pytest.mark.parametrize(
    "text",
    [
        "H49.12.09-251120-0007",
        "h49.12.09-251120-0007",
        "000.00.12.H49-200101-0001",
        "000.12.34.H49-200101-00012",
        "G01-251120-0007",
        "H49.12-251120-0007",
    ],
)
def test_knows_the_codes_that_are_in_use(text: str) -> None:
    assert CODES.find(text) == text.upper()
    assert CODES.find(f"Hồ sơ {text}, xong chưa ạ?") == text.upper()
    assert CODES.find(f"({text}).") == text.upper()


@pytest.mark.parametrize(
    "text",
    [
        "1.001193",
        "2.000635.000.00.00.H49",
        "163/QĐ-BTP",
        "0912345678",
        "20/11/2026",
        "",
        "H49",
        "?",
    ],
)
def test_takes_nothing_else_for_a_code(text: str) -> None:
    assert CODES.find(text) == ""


@pytest.mark.parametrize("text", ["H49-251120", "mã là 251120-0007", "H49.12.09", "25112000"])
def test_notices_half_a_code(text: str) -> None:
    assert CODES.resembles(text)


@pytest.mark.parametrize("text", ["khai sinh năm 2024", "số 2", "", "đất 120m2 ở phường 3"])
def test_takes_few_digits_for_something_else(text: str) -> None:
    assert not CODES.resembles(text)


def test_a_province_can_have_codes_of_its_own() -> None:
    codes = DossierCodes.load(r"HS\d{6}")

    assert codes.find("hs123456 của tôi") == "HS123456"
    assert codes.find("H49.12.09-251120-0007") == ""
