from evaluation.asking import Writing
from evaluation.classes import Labelled, confusions, exact, macro, scores, table
from evaluation.tables import as_text


def one(meant: str, given: str, *, sure: bool = True) -> Labelled:
    return Labelled(f"{meant} as {given}", (meant,), (given,), sure)


MIXED = [
    one("greet", "greet"),
    one("greet", "thank", sure=False),
    one("thank", "thank"),
    one("deny", "thank"),
]


def test_scores_every_label_that_was_meant_or_given() -> None:
    found = {score.label: score for score in scores(MIXED)}

    assert found.keys() == {"deny", "greet", "thank"}
    assert (found["greet"].precision, found["greet"].recall) == (1.0, 0.5)
    assert found["thank"].f1 == 2 / 4
    assert found["deny"].f1 == 0.0
    assert found["greet"].unsure == 1


def test_every_label_counts_as_much_as_the_others() -> None:
    assert macro(scores(MIXED)) == (0 + 2 / 3 + 1 / 2) / 3


def test_several_labels_of_one_message_are_scored_one_by_one() -> None:
    asked = [Labelled("x", ("time", "fee"), ("fee", "form"))]

    found = {score.label: score.f1 for score in scores(asked)}

    assert found == {"fee": 1.0, "form": 0.0, "time": 0.0}


def test_the_order_counts_for_a_message_as_a_whole() -> None:
    asked = [Labelled("x", ("time", "fee"), ("fee", "time")), Labelled("y", ("fee",), ("fee",))]

    assert exact(asked) == 0.5


def test_lists_what_is_mixed_up_the_most_frequent_first() -> None:
    messages = [*MIXED, one("deny", "thank"), Labelled("z", ("fee", "time"), ())]

    assert [(meant, given, len(texts)) for meant, given, texts in confusions(messages)] == [
        ("deny", "thank", 2),
        ("fee, time", "nothing", 1),
        ("greet", "thank", 1),
    ]


def test_a_table_shows_both_writings_side_by_side() -> None:
    read = {Writing.AS_WRITTEN: MIXED, Writing.BARE: [one("greet", "greet")]}

    lines = as_text(table("intents", read)).splitlines()

    assert lines[0] == "intents"
    assert [line.split()[0] for line in lines[1:]] == ["label", "deny", "greet", "thank", "macro"]
    assert " ".join(lines[3].split()[1:]) == "2 1.000 0.500 0.667 1 1 1.000 1.000 1.000"
    assert lines[-1].split()[1:] == ["0.389", "1.000"]
