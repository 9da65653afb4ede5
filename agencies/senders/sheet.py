"""A case as a PDF, attached to the letter by which it is forwarded."""

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fpdf import FPDF

from agencies.senders.base import Added, CaseFacts
from agencies.senders.letters import Letters, moment

FONTS = Path(__file__).parent.parent.parent / "data" / "fonts"
FAMILY = "BeVietnamPro"
MARGIN, LABEL, ROW = 18.0, 52.0, 16.0  # Millimetres.
INK, QUIET, BRAND = (34, 28, 24), (95, 85, 76), (142, 27, 30)
PAGES = "{nb}"  # Replaced by their number when they are counted.


class SheetPrinter:
    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    def filename(self, case: CaseFacts) -> str:
        return f"{self._letters.words['sheet']['filename']}-{case.code}.pdf"

    def print(
        self, case: CaseFacts, added: Sequence[Added] = (), *, with_contact: bool = True
    ) -> bytes:
        """The same facts give the same bytes: a letter sent again is the same letter."""
        words = self._letters.words["sheet"]
        sheet = _Sheet(words, case)
        sheet.head(case)
        for label, value in self._rows(words, case):
            sheet.row(label, value)
        if with_contact:
            sheet.row(words["contact"], _contact(case) or words["anonymous"])
        sheet.words(words["text"], case.text)
        for one in added:
            if one.text:
                heading = words[one.kind].format(at=moment(one.at))
                sheet.words(heading, one.text)
        if files := sum(one.files for one in added):
            sheet.words(words["files"].format(files=files), "")
        sheet.note()
        return bytes(sheet.output())

    def _rows(self, words: dict[str, str], case: CaseFacts) -> Iterator[tuple[str, str]]:
        procedure = " – ".join(filter(None, (case.procedure_code, case.procedure_title)))
        yield from (
            (words[label], value)
            for label, value in (
                ("agency", case.agency_name),
                ("wish", self._letters.words["wishes"].get(case.wish, "")),
                ("category", self._letters.categories.get(case.category, "")),
                ("procedure", procedure),
                ("field", case.field),
                ("place", case.place_name),
                ("dossier", case.dossier_code),
                ("received", moment(case.received_at)),
                ("reply_due", moment(case.reply_due)),
            )
            if value
        )


def _contact(case: CaseFacts) -> str:
    lines = case.contact_name, case.contact_phone, case.contact_email, case.contact_address
    return "\n".join(filter(None, lines))


class _Sheet(FPDF):
    def __init__(self, words: dict[str, str], case: CaseFacts) -> None:
        super().__init__(format="A4")
        self._words = words
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        self.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "BeVietnamPro-Bold.ttf")
        self.set_lang("vi")
        self.set_creation_date(case.received_at)
        self.alias_nb_pages(PAGES)

    def head(self, case: CaseFacts) -> None:
        self.set_title(case.code)
        self.add_page()
        self._write(self._words["heading"].upper(), size=14, bold=True, colour=BRAND)
        self._write(self._words["code"].format(code=case.code), size=12, bold=True)
        self.ln(4)

    def row(self, label: str, value: str) -> None:
        if self.get_y() + ROW > self.page_break_trigger:
            self.add_page()
        top, page = self.get_y(), self.page
        self._write(label, size=10, colour=QUIET, width=LABEL)
        under = self.get_y()
        self.set_y(top)
        self._write(value, indent=LABEL + 2)
        if self.page == page:
            self.set_y(max(self.get_y(), under))
        self.ln(1.2)

    def words(self, heading: str, text: str) -> None:
        self.ln(3)
        self._write(heading, bold=True)
        if text:
            self._write(text)

    def note(self) -> None:
        self.ln(5)
        self._write(self._words["note"], size=9, colour=QUIET)

    def footer(self) -> None:
        """Called by the library at the end of every page."""
        self.set_y(-MARGIN)
        words = self._words["page"].format(page=self.page_no(), pages=PAGES)
        self._write(words, size=9, colour=QUIET, align="R")

    def _write(
        self,
        text: str,
        *,
        size: float = 11,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        indent: float = 0,
        width: float = 0,
        align: str = "L",
    ) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_x(MARGIN + indent)
        drawn: dict[str, Any] = {"new_x": "LMARGIN", "new_y": "NEXT", "align": align}
        wide = width or self.w - 2 * MARGIN - indent
        self.multi_cell(wide, size / 2, unicodedata.normalize("NFC", text), **drawn)
