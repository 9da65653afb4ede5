import pytest

from agencies.rules import FILE, Rules, UnreadableRules


def test_the_file_of_the_project_holds_the_eight_contents_of_article_5():
    rules = Rules.load()

    assert [category.code for category in rules.categories] == [
        "behaviour",
        "unfit",
        "inconsistent",
        "unlawful",
        "treaty",
        "other",
        "solution",
        "initiative",
    ]


def test_every_number_of_the_law_stands_there_with_its_source():
    rules = Rules.load()

    assert rules.forward.days == 5
    assert "20/2008" in rules.forward.source
    assert (rules.reply.own, rules.reply.cross, rules.reply.special) == (5, 7, 10)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  days: 5\n", "  days: -5\n"),
        ("  days: 5\n", "  dais: 5\n"),
        ("  source: 20/2008/NĐ-CP, Điều 9\n", ""),
        ("what: [register, forward]", "what: [register, send]"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name(tmp_path, old, new):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.yml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(UnreadableRules, match=r"rules\.yml"):
        Rules.load(tmp_path / "rules.yml")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: [", b"", b"- a"])
def test_what_is_no_such_file_is_refused(tmp_path, content):
    (tmp_path / "rules.yml").write_bytes(content)

    with pytest.raises(UnreadableRules):
        Rules.load(tmp_path / "rules.yml")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableRules):
        Rules.load(tmp_path / "none.yml")


def test_same_day_rules_are_found_by_field():
    rules = Rules.load()

    assert rules.same_day_for("Đầu tư tại Việt nam", "", "feedback") == {"register", "forward"}
    assert rules.same_day_for("Hộ tịch", "behaviour", "feedback") == frozenset()
