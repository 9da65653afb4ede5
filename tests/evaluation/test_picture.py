from xml.etree import ElementTree

from evaluation.picture import HEIGHT, WIDTH, draw
from evaluation.risk import Point

SVG = "{http://www.w3.org/2000/svg}"
CURVES = {
    "as <written>": [Point(0.9, 0.25, 0.0), Point(0.4, 1.0, 0.25)],
    "bare": [Point(0.8, 0.5, 0.1)],
}


def test_draws_a_line_per_curve_inside_the_picture() -> None:
    root = ElementTree.fromstring(draw(CURVES))  # noqa: S314

    lines = [line.attrib["points"].split() for line in root.iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [2, 1]
    for place in (place for line in lines for place in line):
        x, y = map(float, place.split(","))
        assert 0 < x < WIDTH
        assert 0 < y < HEIGHT
    assert "as <written>" in [text.text for text in root.iter(f"{SVG}text")]


def test_marks_where_the_threshold_stands() -> None:
    root = ElementTree.fromstring(draw(CURVES, answer_at=0.85))  # noqa: S314

    assert len(list(root.iter(f"{SVG}circle"))) == 1
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "as <written>: from 0.85 on 25% answered, 0.0% wrong" in texts
    assert "bare" in texts


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert "<svg" in draw({"bare": []}, answer_at=0.5)
