"""The paper: every Vietnamese letter is on it, nothing is cut off, forms can be clicked."""

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.messages import Checklist, ChecklistItem, FormLink
from gateway.sheet import SheetPrinter
from tests.gateway.samples import CHECKLIST

PRINTER = SheetPrinter()
AT = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # The 22nd in Hà Nội.
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = (
    "".join(unicodedata.normalize("NFC", letter + tone) for letter in VOWELS for tone in TONES)
    + "đbcdghklmnpqrstvxfjwz"
)


def read(checklist: Checklist) -> PdfReader:
    return PdfReader(io.BytesIO(PRINTER.print(checklist, at=AT)))


def words(checklist: Checklist) -> str:
    """All text of all pages, lines joined."""
    return " ".join(" ".join(page.extract_text().split()) for page in read(checklist).pages)


def links(reader: PdfReader) -> list[str]:
    annotations: list[Any] = [
        note.get_object() for page in reader.pages for note in page.get("/Annots", [])
    ]
    return [note["/A"]["/URI"] for note in annotations]


def test_every_vietnamese_letter_comes_back_from_the_paper() -> None:
    letters = ALPHABET + ALPHABET.upper()
    said = " ".join(letters[at : at + 10] for at in range(0, len(letters), 10))

    text = words(Checklist(title=said, code="", items=(ChecklistItem(said),)))

    assert text.count(said) == 2
    assert unicodedata.is_normalized("NFC", text)


def test_letters_in_pieces_are_put_together() -> None:
    title = unicodedata.normalize("NFD", "Đăng ký kết hôn")

    assert "Đăng ký kết hôn" in words(Checklist(title, "", (ChecklistItem("Tờ khai"),)))


def test_the_paper_says_what_for_whom_whence_and_when() -> None:
    text = words(CHECKLIST)

    for part in (
        "Đăng ký khai sinh",
        "Mã thủ tục: 1.001193",
        "Trường hợp: Con trong giá thú",
        "1. Tờ khai đăng ký khai sinh 1 bản chính",
        "Biểu mẫu: Tờ khai.docx",
        "2. Giấy chứng sinh 1 bản chính, 2 bản sao",
        "3. Giấy tờ tùy thân",
        "Lưu ý • Xuất trình bản chính để đối chiếu.",
        "Nguồn: 1.001193, Quyết định 163/QĐ-BTP",
        "Lập ngày 22/11/2026",
        "không phải là quyết định",
        "Trang 1/1",
    ):
        assert part in text


def test_a_form_is_a_link_and_one_without_an_address_is_words() -> None:
    items = (ChecklistItem("Tờ khai", forms=(FormLink("a", "https://x.gov.vn/a"), FormLink("b"))),)

    assert links(read(Checklist("x", "", items))) == ["https://x.gov.vn/a"]


def test_a_long_list_goes_on_over_numbered_pages_with_nothing_lost() -> None:
    name = "Giấy tờ chứng minh điều kiện hoạt động số {} " + "rất dài, " * 40 + "hết {}."
    items = tuple(ChecklistItem(name.format(number, number), 1) for number in range(30))
    reader = read(Checklist("Thủ tục nhiều giấy tờ", "", items))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"Trang {number}/{len(pages)}")
    for number in range(30):
        assert sum(f"hết {number}." in page for page in pages) == 1
    # An item stands on one page: where it begins it ends.
    for number in range(30):
        [page] = [page for page in pages if f"hết {number}." in page]
        assert f"số {number} rất" in page


@pytest.mark.parametrize("name", ["x" * 2000, "W" * 300, "không có chỗ ngắt" * 50, "…–“”²≥"])
def test_nothing_is_wider_than_the_paper(name: str) -> None:
    reader = read(Checklist(name, "1.0", (ChecklistItem(name),), case=name, notes=(name,)))
    right: list[float] = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size: right.append(tm[4]) if text else None
        )
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)

    assert max(right) < 595  # Points of A4.
    assert text.count("".join(name.split())) >= 1 or len(name) > 500


def test_letters_the_font_has_not_do_not_stop_the_printing() -> None:
    assert "Tờ khai" in words(Checklist("Tờ khai ☐ 表 👍", "", (ChecklistItem("→ №"),)))


def test_a_list_is_printed_once_for_all_who_are_told_it_that_day() -> None:
    first = PRINTER.print(CHECKLIST, at=AT)

    assert PRINTER.print(CHECKLIST, at=AT.replace(minute=45)) is first
    assert PRINTER.print(CHECKLIST, at=AT.replace(day=25)) is not first


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1.001193", "danh-sach-giay-to-1.001193.pdf"),
        ('1"\r\nX: y/../é', "danh-sach-giay-to-1-X-y.pdf"),
        ("", "danh-sach-giay-to.pdf"),
    ],
)
def test_the_file_is_named_for_the_procedure_and_safe_in_a_header(code: str, name: str) -> None:
    checklist = Checklist("x", code, (ChecklistItem("y"),))

    assert PRINTER.filename(checklist) == name
