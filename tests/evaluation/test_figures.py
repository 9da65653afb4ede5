import pytest

from evaluation.asking import STAGES, Asked, Writing
from evaluation.figures import figures, tables
from evaluation.tables import WIDEST, as_text
from tests.evaluation.samples import asked


@pytest.fixture
def replies() -> list[Asked]:
    return [
        asked("1", bare=["2", "1"], id_="a", slice_="colloquial"),
        asked("2", "1", id_="b", slice_="business"),
        asked("2", gold=(), id_="c", slice_="not_in_catalogue"),
        asked(gold=(), id_="d", slice_="not_in_catalogue"),
    ]


def test_there_is_a_table_for_each_topic(replies: list[Asked]) -> None:
    shown = {table.title: table for table in tables(figures(replies))}

    written = shown["hit@1, as written: % (95 % interval)"]
    assert written.header == ("slice", "n", *STAGES)
    assert [row[:3] for row in written.rows] == [
        ("all", "2", "50.0 (9-91)"),
        ("business", "1", "0.0 (0-79)"),
        ("colloquial", "1", "100.0 (21-100)"),
    ]
    bare = shown["hit@1, without diacritics: % (95 % interval)"]
    assert bare.rows[0][2] == "0.0 (0-66)"


def test_outcomes_include_what_the_catalogue_does_not_have(replies: list[Asked]) -> None:
    (table, _) = (each for each in tables(figures(replies)) if "What citizens got" in each.title)

    rows = {row[0]: dict(zip(table.header[1:], row[1:], strict=True)) for row in table.rows}
    assert rows["not_in_catalogue"]["wrong"] == rows["not_in_catalogue"]["rightly nothing"] == "1"
    assert rows["share of all"]["wrong"] == "50.0%"
    assert "failed" not in rows["all"]


def test_every_table_fits_a_terminal(replies: list[Asked]) -> None:
    for table in tables(figures(replies)):
        assert max(map(len, as_text(table).splitlines())) <= WIDEST, table.title


def test_a_set_of_which_the_catalogue_has_nothing_has_outcomes_only() -> None:
    found = figures([asked("2", gold=())])

    assert found.scores[Writing.AS_WRITTEN]["hit@1"] == {}
    assert all(as_text(table) for table in tables(found))
