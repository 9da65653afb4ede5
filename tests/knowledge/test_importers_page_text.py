from decimal import Decimal
from typing import Any

import pytest

from knowledge.importers import page_text
from knowledge.importers.jsonl import JSONL
from knowledge.importers.page_text import FeeRow
from knowledge.importers.record import Record
from knowledge.model import Absent, Fee, FeeKind, Method, Reason


def row(amount: int, shown: str, note: str = "") -> FeeRow:
    return FeeRow(Decimal(amount), note, shown, currency="VND")


def method(**fields: Any) -> Method:
    line = {"code": "1", "name": "x", "methods": [{"channel": "direct"} | fields]}
    [made] = JSONL.parse(Record(line, "line 1")).methods
    return made


def test_what_the_page_prints_after_the_fees_is_the_description():
    fees, description = page_text.mended(
        [row(5000, "5,000 VNĐ", "mỗi thẻ")], "5,000 VNĐ(mỗi thẻ)Nộp tại quầy số 2"
    )

    assert fees == (Fee(Decimal(5000), note="mỗi thẻ"),)
    assert description == "Nộp tại quầy số 2"


def test_spaces_do_not_part_the_fees_from_their_text():
    _, description = page_text.mended([row(5000, "5,000 VNĐ", "mỗi  thẻ")], "5,000VNĐ( mỗi thẻ )X")

    assert description == "X"


def test_the_pages_words_for_no_fee_are_not_the_description():
    fees, description = page_text.mended([], "Không có thông tinNộp tại quầy")

    assert fees == Absent(Reason.NOT_PUBLISHED)
    assert description == "Nộp tại quầy"


@pytest.mark.parametrize(
    "page", [",000 VNĐ(20.000 đồng/tờ)Nộp ở quầy", "VNĐ(20.000 đồng/tờ)Nộp ở quầy"]
)
def test_an_amount_that_ran_into_the_time_is_lost_and_its_words_are_kept(page):
    fees, description = page_text.mended([], page)

    assert fees == (Fee(Absent(Reason.LOST_IN_COPY), note="20.000 đồng/tờ"),)
    assert description == "Nộp ở quầy"


def test_an_amount_that_ran_into_the_time_is_not_read_as_zero():
    fees, _ = page_text.mended([row(0, "000 VNĐ", "mỗi tờ")], ",000 VNĐ(mỗi tờ)")

    assert fees == (Fee(Absent(Reason.LOST_IN_COPY), note="mỗi tờ"),)


def test_an_amount_lost_without_a_word_leaves_nothing():
    assert page_text.mended([], "VNĐ") == (Absent(Reason.LOST_IN_COPY), "")


def test_a_bracket_inside_a_remark_does_not_make_a_second_fee():
    rows = [row(9000, "9,000 VNĐ"), row(0, "Miễn phí")]

    fees, _ = page_text.mended(rows, "9,000 VNĐ(đồng (Miễn phí đến hết tháng 6))")

    assert fees == (Fee(Decimal(9000), note="đồng (Miễn phí đến hết tháng 6"),)


def test_the_time_that_an_amount_ran_into_has_no_unit():
    made = method(time_value=120.0, time_unit="OTHER", fees=[], fee_text="VNĐ(20.000 đồng/tờ)")

    assert made.time == Absent(Reason.NO_UNIT)
    assert isinstance(made.fees, tuple)


def test_reads_fees_listed_one_a_line():
    fees = page_text.listed(
        "Phí : 2.000.000 Đồng (Trên đất liền)\nLệ phí : 0.5 USD (Dưới 16 tuổi)\n"
        "File đính kèm: bieu-phi.pdf"
    )

    assert fees == (
        Fee(Decimal(2000000), FeeKind.FEE, "VND", "Trên đất liền"),
        Fee(Decimal("0.5"), FeeKind.CHARGE, "USD", "Dưới 16 tuổi"),
    )


@pytest.mark.parametrize(
    ("line", "reason", "note"),
    [
        ("Phí : 0 Đồng", Reason.ZERO_UNEXPLAINED, ""),
        ("Phí : Không Đồng", Reason.NOT_A_NUMBER, "Không"),
        ("Lệ phí :  Đồng (Theo biểu phí)", Reason.NOT_A_NUMBER, "Theo biểu phí"),
        ("Lệ phí :   (Thông tư số 1)", Reason.NOT_A_NUMBER, "(Thông tư số 1)"),
        (
            "Phí : Bằng 50% mức thu Đồng (Thông tư 1)",
            Reason.NOT_A_NUMBER,
            "Bằng 50% mức thu Thông tư 1",
        ),
    ],
)
def test_words_in_place_of_an_amount_stay_words(line, reason, note):
    assert page_text.listed(line) == (
        Fee(
            Absent(reason),
            FeeKind.FEE if line.startswith("Phí") else FeeKind.CHARGE,
            note=note,
        ),
    )


def test_lines_that_are_no_fees_are_no_fees():
    assert page_text.listed("Xem biểu phí\n") == Absent(Reason.NOT_PUBLISHED)
    assert method(fees=None, fee_text="Phí : 0 Đồng").fees != Absent(Reason.NOT_PUBLISHED)
