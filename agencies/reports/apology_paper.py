"""The letter of apology as a PDF, laid out as official letters are, for a signature by hand."""

import unicodedata
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from fpdf import FPDF

from agencies.reports.apology import Letter, dated, title_of, words

FONTS = Path(__file__).parent.parent.parent / "data" / "fonts"
FAMILY = "BeVietnamPro"
LEFT, RIGHT, TOP = 30.0, 20.0, 20.0  # Millimetres, as office rules have them.
LINE = 6.2


def paper(letter: Letter) -> bytes:
    sheet = _Sheet(letter)
    sheet.head()
    sheet.body()
    sheet.foot()
    return bytes(sheet.output())


class _Sheet(FPDF):
    def __init__(self, letter: Letter) -> None:
        super().__init__(format="A4")
        self._letter = letter
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, margin=TOP)
        self.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "BeVietnamPro-Bold.ttf")
        self.set_lang("vi")
        self.set_creation_date(datetime.combine(letter.day, time(), UTC))
        self.set_title(_nfc(title_of(letter.dossier)["title"]))
        self.add_page()

    def head(self) -> None:
        """Who writes on the left, the nation on the right."""
        dossier, said = self._letter.dossier, words()
        half = self.epw / 2
        top = self.get_y()
        if dossier.superior:
            self._centred(dossier.superior.upper(), half, size=10)
        self._centred(dossier.agency.upper(), half, size=10, bold=True)
        self._centred(said["number"].format(sign=said["sign"]), half, size=10)
        under = self.get_y()
        self.set_y(top)
        self._centred(said["nation"].upper(), half, left=half, size=10, bold=True)
        self._centred(said["motto"], half, left=half, size=10, bold=True)
        self.ln(2)
        self._centred(dated(self._letter), half, left=half, size=10)
        self.set_y(max(under, self.get_y()) + 8)
        form = title_of(dossier)
        self._centred(form["title"].upper(), self.epw, size=13, bold=True)
        self.ln(4)
        self._centred(said["addressee"].format(applicant=dossier.applicant), self.epw, size=11.5)
        self.ln(4)

    def body(self) -> None:
        self.set_font(FAMILY, "", 11.5)
        for paragraph in self._letter.body.split("\n"):
            if paragraph.strip():
                self.set_x(LEFT)
                drawn: dict[str, Any] = {"new_x": "LMARGIN", "new_y": "NEXT", "align": "J"}
                self.multi_cell(self.epw, LINE, _nfc(paragraph.strip()), **drawn)
                self.ln(2)

    def foot(self) -> None:
        """Room for a signature, never alone on the next page without its title."""
        said, form = words(), title_of(self._letter.dossier)
        if self.get_y() + 55 > self.page_break_trigger:
            self.add_page()
        self.ln(6)
        half = self.epw / 2
        self._centred(said["signer"].upper(), half, left=half, size=10.5, bold=True)
        self._centred(said["signing"], half, left=half, size=9.5)
        if form["form"]:
            self.set_y(-TOP - 8)
            self.set_font(FAMILY, "", 8)
            note = said["form"].format(form=form["form"], source=form["source"])
            self.cell(self.epw, 4, _nfc(note))

    def _centred(
        self, text: str, width: float, *, left: float = 0, size: float = 11, bold: bool = False
    ) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_x(LEFT + left)
        drawn: dict[str, Any] = {"new_x": "LMARGIN", "new_y": "NEXT", "align": "C"}
        self.multi_cell(width, size / 1.9, _nfc(text), **drawn)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
