import json
from pathlib import Path

import pytest

from evaluation.asking import Writing
from evaluation.figures import Figures, figures
from evaluation.report import Run, describe, write_report
from tests.evaluation.samples import asked

RUN = Run({"date": "2026-11-22", "command": "python -m evaluation retrieval <x>"}, answer_at=0.3)


@pytest.fixture
def found() -> Figures:
    return figures(
        [
            asked("1", bare=["2", "1"], id_="only-bare"),
            asked("2", "1", id_="both"),
            asked(gold=(), id_="outside"),
        ]
    )


def test_the_report_in_markdown_has_tables_failures_and_the_picture_beside_it(
    found: Figures, tmp_path: Path
) -> None:
    file = tmp_path / "report.md"

    write_report(file, RUN, found)

    text = file.read_text()
    assert "* date: 2026-11-22" in text
    assert "![Answering at once: confidence against mistakes](report.md.svg)" in text
    assert (tmp_path / "report.md.svg").read_text().startswith("<svg")
    assert "### hit@1, as written" in text
    written, bare = text.split("## Not first only without diacritics: 1")
    assert "## The right one is not first: 1" in written
    assert "both (all), rank 2" in written
    assert "only-bare (all), rank 2" in bare
    assert "outside" not in bare


def test_the_report_in_html_holds_the_picture(found: Figures, tmp_path: Path) -> None:
    file = tmp_path / "report.html"

    write_report(file, RUN, found)

    text = file.read_text()
    assert "<svg" in text
    assert "retrieval &lt;x&gt;" in text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report.html", "report.html.json"]


def test_machines_get_all_figures(found: Figures, tmp_path: Path) -> None:
    file = tmp_path / "report.md"

    write_report(file, RUN, found)

    content = json.loads((tmp_path / "report.md.json").read_text())
    assert content["run"]["facts"]["date"] == "2026-11-22"
    assert content["figures"].keys() == Figures.__dataclass_fields__.keys()
    hit1 = content["figures"]["scores"]["as written"]["hit@1"]["all"]["reranked"]
    assert (hit1["value"], hit1["count"]) == (0.5, 2)
    assert content["figures"]["failures"]["as written"][0]["above"][0]["hit"]["code"] == "2"


def test_a_failure_is_told_in_a_few_lines(found: Figures) -> None:
    (failure,) = found.failures[Writing.AS_WRITTEN]

    assert describe(failure) == [
        "both (all), rank 2, 45% sure: đâu?",
        "  above: 2 2.00 (50%) Title of 2 [likeness +0.20, elsewhere +0.01]",
        "  right: 1 1.79 (25%) Title of 1",
    ]
