"""A table as plain text for a terminal, as Markdown and as HTML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDEST = 120


@dataclass(frozen=True)
class Table:
    """The first column names the row; the others hold figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_text(table: Table) -> str:
    """Aligned columns; the names are cut where the table would be wider than a terminal."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    widths[0] = min(widths[0], WIDEST - sum(width + 2 for width in widths[1:]))

    def line(cells: Sequence[str]) -> str:
        name, *figures = cells
        aligned = (f"{cell:>{width}}" for cell, width in zip(figures, widths[1:], strict=True))
        return "  ".join((f"{name[: widths[0]]:{widths[0]}}", *aligned)).rstrip()

    return "\n".join((table.title, *map(line, (table.header, *table.rows))))


def as_markdown(table: Table) -> str:
    """
    >>> print(as_markdown(Table("Fruit", ("", "n"), (("apple | pear", "2"),))))
    ### Fruit
    <BLANKLINE>
    |  | n |
    | --- | ---: |
    | apple \\| pear | 2 |
    """
    rule = ("---", *["---:"] * (len(table.header) - 1))
    lines = [_line(each, plain) for each in (table.header, rule, *table.rows)]
    return "\n".join((f"### {table.title}", "", *lines))


def as_html(table: Table) -> str:
    rows = ["".join(f"<th>{escape(cell)}</th>" for cell in table.header)]
    rows += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in table.rows]
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<h3>{escape(table.title)}</h3>\n<table>\n{body}\n</table>"


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in text)


def _line(cells: Sequence[str], written: Callable[[str], str]) -> str:
    return f"| {' | '.join(written(cell) for cell in cells)} |"
