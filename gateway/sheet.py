"""A checklist as a PDF to print and take along, right in Vietnamese."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from fpdf import FPDF

from gateway.messages import Checklist, ChecklistItem

FILE = Path(__file__).with_name("sheet.yml")
FONTS = Path(__file__).parent.parent / "data" / "fonts"  # The agencies print with them, too.
FAMILY = "BeVietnamPro"
HANOI = timezone(timedelta(hours=7))  # It has no summer time.
MARGIN, BOX, INDENT = 18.0, 4.6, 8.5  # Millimetres.
INK, QUIET, LINK, BRAND = (34, 28, 24), (95, 85, 76), (29, 78, 137), (142, 27, 30)
KEPT = 128  # Printed lists, about 30 kB each.
PAGES = "{nb}"  # Replaced by their number when they are counted.


class SheetPrinter:
    """The words of sheet.yml, read once."""

    def __init__(self) -> None:
        self._words: dict[str, str] = yaml.load(
            FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        # A list holds nothing of the citizen's, and printing one takes a fifth of a second.
        self._printed = lru_cache(maxsize=KEPT)(self._print)

    def print(self, checklist: Checklist, *, at: datetime) -> bytes:
        """`at` is when the citizen was told it."""
        return self._printed(checklist, at.astimezone(HANOI).date())

    def _print(self, checklist: Checklist, day: date) -> bytes:
        sheet = _Sheet(self._words, day)
        sheet.head(checklist)
        for number, item in enumerate(checklist.items, start=1):
            sheet.item(number, item)
        sheet.tail(checklist)
        return bytes(sheet.output())

    def filename(self, checklist: Checklist) -> str:
        """In ASCII: not every browser reads anything else in a header."""
        code = re.sub(r"[^A-Za-z0-9.]+", "-", checklist.code).strip("-.")
        return "-".join(filter(None, (self._words["filename"], code))) + ".pdf"


class _Sheet(FPDF):
    def __init__(self, words: dict[str, str], day: date) -> None:
        super().__init__(format="A4")
        self._words = words
        self._day = day
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        self.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "BeVietnamPro-Bold.ttf")
        self.set_lang("vi")
        self.set_creation_date(datetime.combine(day, time(), UTC))
        self.alias_nb_pages(PAGES)

    def head(self, checklist: Checklist) -> None:
        self.set_title(_nfc(checklist.title))
        self.add_page()
        self._write(self._words["heading"].upper(), size=10, bold=True, colour=BRAND)
        self._write(checklist.title, size=16, bold=True, line=8)
        self.ln(1)
        if checklist.case:
            self._write(self._say("case", case=checklist.case), bold=True)
        if checklist.code:
            self._write(self._say("code", code=checklist.code), size=10, colour=QUIET)
        self.ln(4)

    def item(self, number: int, item: ChecklistItem) -> None:
        """Never cut by the end of a page, unless it is longer than one."""
        if self._height(number, item) > self.page_break_trigger - self.get_y():
            self.add_page()
        self.set_draw_color(*INK)
        self.set_line_width(0.35)
        self.rect(MARGIN, self.get_y() + 0.7, BOX, BOX)
        self._write(f"{number}. {item.name}", indent=INDENT)
        counts = self._counts(item)
        if counts:
            self._write(counts, size=10, colour=QUIET, indent=INDENT)
        for form in item.forms:
            colour = LINK if form.url else QUIET
            words = self._say("form", name=form.name)
            self._write(words, size=10, colour=colour, indent=INDENT, link=form.url)
        self.ln(2.5)

    def tail(self, checklist: Checklist) -> None:
        if checklist.notes:
            self.ln(2)
            self._write(self._words["notes"], bold=True)
            for note in checklist.notes:
                self._write(f"• {note}", size=10)
        self.ln(3)
        if checklist.source:
            self._write(self._say("source", source=checklist.source), size=9, colour=QUIET)
        self._write(self._say("made", date=f"{self._day:%d/%m/%Y}"), size=9, colour=QUIET)
        self._write(self._words["guidance"], size=9, colour=QUIET)

    def footer(self) -> None:
        """Called by the library at the end of every page."""
        self.set_y(-MARGIN)
        words = self._say("page", page=self.page_no(), pages=PAGES)
        self._write(words, size=9, colour=QUIET, align="R")

    def _say(self, key: str, /, **known: Any) -> str:
        return self._words[key].format(**known)

    def _counts(self, item: ChecklistItem) -> str:
        counts = {"originals": item.originals, "copies": item.copies}
        return ", ".join(self._say(key, count=count) for key, count in counts.items() if count)

    def _height(self, number: int, item: ChecklistItem) -> float:
        lines = [(f"{number}. {item.name}", 11.0)]
        lines += [(self._counts(item), 10.0)] if self._counts(item) else []
        lines += [(self._say("form", name=form.name), 10.0) for form in item.forms]
        return sum(self._written_height(text, size) for text, size in lines)

    def _written_height(self, text: str, size: float) -> float:
        self.set_font(FAMILY, "", size)
        width = self.w - 2 * MARGIN - INDENT
        height = self.multi_cell(
            width, size / 2, _nfc(text), align="L", dry_run=True, output="HEIGHT"
        )
        return float(height)  # type: ignore[arg-type]

    def _write(
        self,
        text: str,
        *,
        size: float = 11,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        indent: float = 0,
        line: float = 0,
        align: str = "L",
        link: str = "",
    ) -> None:
        """A paragraph from the left margin on, broken into lines."""
        self.set_font(FAMILY, ("B" if bold else "") + ("U" if link else ""), size)
        self.set_text_color(*colour)
        self.set_x(MARGIN + indent)
        self.multi_cell(
            self.w - 2 * MARGIN - indent,
            line or size / 2,
            _nfc(text),
            align=align,
            link=link or None,
            new_x="LMARGIN",
            new_y="NEXT",
        )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
