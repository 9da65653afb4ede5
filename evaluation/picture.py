"""The risk-coverage curve as an SVG picture: how much is answered against how much is wrong."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil

from evaluation.risk import Point

WIDTH, HEIGHT, MARGIN = 640, 400, 56
COLOURS = ("#1f5fa8", "#c2571a", "#3d7a3d", "#7a3d7a")
STEP = 0.1


def draw(curves: Mapping[str, Sequence[Point]], answer_at: float | None = None) -> str:
    """Draw a line per curve; `answer_at` marks where each stands at that confidence."""
    risks = [point.risk for points in curves.values() for point in points]
    top = max(STEP, ceil(max(risks, default=0) / STEP) * STEP)
    parts = [*_axes(top)]
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        parts += _curve(points, colour, top)
        mark = _mark(points, answer_at)
        if mark:
            x, y = _place(mark.coverage, mark.risk, top)
            parts.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>')
            name += f": from {answer_at} on {mark.coverage:.0%} answered, {mark.risk:.1%} wrong"
        parts.append(_text(MARGIN + 12, MARGIN + 18 * (number + 1), name, colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _place(coverage: float, risk: float, top: float) -> tuple[float, float]:
    x = MARGIN + coverage * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - risk / top * (HEIGHT - 2 * MARGIN)
    return round(x, 1), round(y, 1)


def _axes(top: float) -> list[str]:
    parts = []
    for number in range(11):
        x, y = _place(number / 10, 0, top)
        parts.append(_line((x, MARGIN), (x, y)))
        parts.append(_text(x, y + 18, f"{number * 10}%", anchor="middle"))
    for number in range(round(top / STEP) + 1):
        x, y = _place(0, number * STEP, top)
        parts.append(_line((x, y), (WIDTH - MARGIN, y)))
        parts.append(_text(x - 6, y + 4, f"{number * STEP:.0%}", anchor="end"))
    parts.append(_text(WIDTH / 2, HEIGHT - 14, "answered at once", anchor="middle"))
    parts.append(_text(MARGIN, MARGIN - 20, "wrong among the answered"))
    return parts


def _curve(points: Sequence[Point], colour: str, top: float) -> list[str]:
    places = (_place(point.coverage, point.risk, top) for point in points)
    path = " ".join(f"{x},{y}" for x, y in places)
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']


def _mark(points: Sequence[Point], answer_at: float | None) -> Point | None:
    """Where one stands who answers from this confidence on."""
    answered = [p for p in points if answer_at is not None and p.threshold >= answer_at]
    return answered[-1] if answered else None


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    (a, b), (c, d) = start, end
    return f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, colour: str = "#333", anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'
