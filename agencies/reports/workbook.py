"""The report as a workbook: a sheet for each table, numbers as numbers, words never as formulas."""

import io

import xlsxwriter

from agencies.reports.tables import Cell, Table, heading, notes, tables, warning, words
from agencies.reports.weekly import Report

# What staff or the catalogue wrote must not become a formula or a link.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDE, NARROW = 40, 14


def workbook(report: Report) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    # Of the week, not of the click: the same report gives the same file.
    book.set_properties(
        {"title": heading(report)[0], "created": report.week.end.replace(tzinfo=None)}
    )
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    found = tables(report)
    for table in found:
        sheet = book.add_worksheet(words()["sheets"][table.key])
        above = heading(report) if table is found[0] else ()
        _write(sheet, table, above, bold)
        if table is found[0]:
            below = [*filter(None, (warning(report),)), *notes(report)]
            for number, line in enumerate(below, start=len(above) + len(table.rows) + 3):
                sheet.write_string(number, 0, line, wrapped)
    book.close()
    return target.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    table: Table,
    above: tuple[str, ...],
    bold: xlsxwriter.format.Format,
) -> None:
    for number, line in enumerate(above):
        sheet.write_string(number, 0, line)
    top = len(above) + 1 if above else 0
    for column, label in enumerate(table.columns):
        sheet.write_string(top, column, label, bold)
        sheet.set_column(column, column, NARROW if table.compares(column) else WIDE)
    for number, row in enumerate(table.rows, start=top + 1):
        for column, cell in enumerate(row):
            _cell(sheet, number, column, cell)
    if not above:
        sheet.freeze_panes(1, 0)


def _cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if cell.value is None:
        sheet.write_string(row, column, cell.text)
    else:
        sheet.write_number(row, column, cell.value)
