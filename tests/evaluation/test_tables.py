from evaluation.tables import WIDEST, Table, as_html, as_markdown, as_text

TABLE = Table("Finding | it", ("slice", "n"), (("<all>", "100"), ("a_b", "7")))


def test_aligns_figures_to_the_right() -> None:
    assert as_text(TABLE).splitlines() == [
        "Finding | it",
        "slice    n",
        "<all>  100",
        "a_b      7",
    ]


def test_cuts_names_that_do_not_fit_a_terminal() -> None:
    wide = Table("", ("slice", *"abcde"), (("x" * 100, *["100.0 (98-100)"] * 5),))

    lines = as_text(wide).splitlines()

    assert max(map(len, lines)) == WIDEST
    assert lines[-1].endswith("100.0 (98-100)")


def test_shows_what_markup_would_swallow() -> None:
    assert r"| a\_b | 7 |" in as_markdown(TABLE)
    assert r"| \<all\> | 100 |" in as_markdown(TABLE)
    assert "<td>&lt;all&gt;</td>" in as_html(TABLE)
