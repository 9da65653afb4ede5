"""The report as a PDF: tables and bars on A4 across, in the vendored font."""

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.drawing_primitives import DeviceRGB
from fpdf.fonts import FontFace

from agencies.reports.tables import Chart, Table, charts, heading, notes, tables, warning, words
from agencies.reports.weekly import Report

FONTS = Path(__file__).parent.parent.parent / "data" / "fonts"
FAMILY = "BeVietnamPro"
MARGIN, BAR, LABEL, LINE = 14.0, 110.0, 95.0, 5.5  # Millimetres.
INK, QUIET, BRAND, FILL = (34, 28, 24), (95, 85, 76), (142, 27, 30), (233, 226, 214)
PAGES = "{nb}"  # Replaced by their number when they are counted.
# How wide columns are, relative to each other.
WIDTHS = {
    "summary": (40, 30, 30, 20),
    "agencies": (9, 48, 17, 17, 17, 28, 17, 19, 26, 14),
    "fields": (9, 48, 17, 17, 17, 28, 17, 19, 26, 14),
    "agency_fields": (9, 40, 32, 16, 16, 16, 27, 16, 18, 25, 13),
    "questions": (22, 100, 16, 16),
    "feedback": (22, 100, 16, 16),
    "uncatalogued": (20, 20),
    "erased": (30, 35, 60, 20, 30),
}


def paper(report: Report) -> bytes:
    sheet = _Sheet(report.as_of)
    title, *below = heading(report)
    sheet.set_title(title)
    sheet.add_page()
    sheet.write_line(title, size=16, bold=True, colour=BRAND)
    for line in below:
        sheet.write_line(line, size=10)
    if alarm := warning(report):
        sheet.write_line(alarm, size=10, bold=True, colour=BRAND)
    if report.total.empty and report.total_before.empty:
        sheet.write_line(words()["empty"], bold=True)
    found = tables(report)
    for table in found[:1]:
        sheet.table_of(table)
    for chart in charts(report):
        sheet.chart(chart)
    for table in found[1:]:
        sheet.table_of(table)
    sheet.ln(4)
    for line in notes(report):
        sheet.write_line(line, size=8.5, colour=QUIET)
    return bytes(sheet.output())


class _Sheet(FPDF):
    def __init__(self, made: datetime) -> None:
        super().__init__(format="A4", orientation="landscape")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 4)
        self.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "BeVietnamPro-Bold.ttf")
        self.set_lang("vi")
        self.set_creation_date(made)
        self.alias_nb_pages(PAGES)

    def footer(self) -> None:
        """Called by the library at the end of every page."""
        self.set_y(-MARGIN)
        line = words()["page"].format(page=self.page_no(), pages=PAGES)
        self.write_line(line, size=8.5, colour=QUIET, align="R")

    def table_of(self, table: Table) -> None:
        self._title(table.title)
        self.set_font(FAMILY, "", 8.5)
        self.set_text_color(*INK)
        head = FontFace(emphasis="BOLD", fill_color=FILL, color=INK)
        aligns = ["R" if table.compares(column) else "L" for column in range(len(table.columns))]
        with self.table(
            col_widths=WIDTHS[table.key],
            headings_style=head,
            text_align=tuple(aligns),
            line_height=LINE,
            borders_layout="HORIZONTAL_LINES",
            width=self.epw if len(table.columns) > 3 else self.epw / 3,
            align="L",
        ) as drawn:
            drawn.row([_nfc(label) for label in table.columns])
            for row in table.rows:
                drawn.row([_nfc(cell.text) for cell in row])

    def chart(self, chart: Chart) -> None:
        self._title(chart.title)
        for bar in chart.bars:
            if self.get_y() + 2 * LINE > self.page_break_trigger:
                self.add_page()
            top = self.get_y()
            self.write_line(bar.label, size=9, width=LABEL)
            under = self.get_y()
            length = max(BAR * bar.share, 0.3)
            with self.local_context(fill_color=DeviceRGB(*(part / 255 for part in BRAND))):
                self.rect(MARGIN + LABEL + 2, top + 1, length, LINE - 2, style="F")
            self.set_xy(MARGIN + LABEL + 4 + BAR * bar.share, top)
            self.set_font(FAMILY, "", 9)
            self.cell(50, LINE, _nfc(bar.text))
            self.set_y(max(under, top + LINE))

    def write_line(
        self,
        text: str,
        *,
        size: float = 11,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        width: float = 0,
        align: str = "L",
    ) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)
        drawn: dict[str, Any] = {"new_x": "LMARGIN", "new_y": "NEXT", "align": align}
        self.multi_cell(width or self.epw, size / 1.9, _nfc(text), **drawn)

    def _title(self, text: str) -> None:
        self.ln(4)
        if self.get_y() + 4 * LINE > self.page_break_trigger:
            self.add_page()
        self.write_line(text, size=12, bold=True)
        self.ln(1)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
