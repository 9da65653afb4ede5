from datetime import date
from decimal import Decimal

import pytest

from knowledge.importers import facts
from knowledge.model import Fee, FeeKind

END = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("amount", "note", "last"),
    [
        (25000, "Tại quầy: 50.000 đồng; trực tuyến: 25.000 đồng (đến hết ngày 31/12/2025).", END),
        (50000, "Tại quầy: 50.000 đồng; trực tuyến: 25.000 đồng (đến hết ngày 31/12/2025).", None),
        (50000, "- 50.000đ/tem. - 25.000đ/tem (áp dụng đến hết ngày 31/12/2025)", None),
        (25000, "- 50.000đ/tem. - 25.000đ/tem (áp dụng đến hết ngày 31/12/2025)", END),
        (50000, "Nộp trực tuyến (kể từ 01/01/2024 đến hết ngày 31/12/2025)", END),
        (50000, "áp dụng mức phí 25.000 đồng đến hết ngày 31/12/2025", None),
        (50000, "50.000đ/lần (Miễn kể từ ngày 07/4/2025 đến 31/12/2025)", None),
        (50000, "Từ ngày 1/7/2025 đến hết ngày 31/12/2025 mức phí bằng 50%", None),
        (50000, "Từ ngày 1/7/2025 đến hết ngày 31/12/2025 áp dụng theo quy định khác", None),
        (50000, "áp dụng đến hết ngày 31/02/2025", None),
        (50000, "mỗi thẻ", None),
    ],
)
def test_a_date_ends_only_the_amount_it_stands_beside(amount, note, last):
    assert facts.fee(Decimal(amount), note).valid_until == last


def test_a_fee_without_an_amount_has_no_last_day():
    assert facts.fee(Decimal(0), "áp dụng đến hết ngày 31/12/2025").valid_until is None


def test_the_same_fee_twice_is_one_fee():
    fee = facts.fee(Decimal(5000), kind=FeeKind.FEE)

    assert facts.fees([fee, fee]) == (Fee(Decimal(5000), FeeKind.FEE),)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50.000", 50000),
        ("1,500,000", 1500000),
        ("5000", 5000),
        ("1.5", Decimal("1.5")),
        ("07", 7),
        ("1.5000", None),
        ("năm mươi nghìn", None),
        ("", None),
    ],
)
def test_reads_amounts_as_agencies_write_them(text, amount):
    assert facts.amount_in(text) == amount


@pytest.mark.parametrize(
    ("text", "is_code"),
    [("1.001193", True), ("1.0133611", False), ("1.014955-Xoa", False), ("1.00119", False)],
)
def test_knows_a_procedure_code(text, is_code):
    assert facts.is_code(text) is is_code
