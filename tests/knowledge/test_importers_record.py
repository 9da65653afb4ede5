from decimal import Decimal

import pytest

from knowledge.importers.record import Record, UnreadableRecord


def record(**fields: object) -> Record:
    return Record(fields, "a.json line 3")


def test_leftovers_are_named_without_their_index_and_empty_ones_are_none():
    root = record(a=[{"x": 1, "y": 2}, {"y": 3, "z": None}], b="", c=[], d={}, e=False, f="  ")
    for each in root.records("a"):
        each.number("x")

    assert sorted(root.leftovers(frozenset())) == ["a[].y", "a[].y", "e", "f"]
    assert sorted(root.leftovers(frozenset({"a[].y", "e"}))) == ["f"]


def test_a_field_nobody_asked_for_is_named_and_not_what_is_inside_it():
    assert list(record(a={"b": {"c": 1}}).leftovers(frozenset())) == ["a"]


def test_the_name_of_an_unknown_field_cannot_fill_a_report():
    [name] = Record({"x\n\x00" + "y" * 500: 1}, "line 1").leftovers(frozenset())

    assert len(name) == 60


def test_asking_twice_is_a_mistake_of_the_importer():
    root = record(a="x")
    root.text("a")

    with pytest.raises(LookupError, match="a is asked for twice"):
        root.optional_text("a")


def test_an_error_names_file_line_and_the_whole_path():
    [method] = record(methods=[{"fees": [{}, {"amount": True}]}]).records("methods")
    fee = method.records("fees")[1]

    with pytest.raises(UnreadableRecord) as caught:
        fee.number("amount")

    assert str(caught.value) == (
        "a.json line 3, field methods[0].fees[1].amount: holds true or false, not a number"
    )


def test_an_error_uses_the_label_that_people_see():
    row = Record({"amount": "x"}, "b.xlsx, row 4", {"amount": "Mức thu"})

    with pytest.raises(UnreadableRecord, match="row 4, field Mức thu: holds text"):
        row.number("amount")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**20, -(10**20)])
def test_a_number_no_field_can_hold_is_refused(value):
    with pytest.raises(UnreadableRecord, match="which no field here can be"):
        record(a=value).number("a")


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (3, Decimal(3)),
        (3.0, Decimal(3)),
        ("3", Decimal(3)),
        (" 7,5 ", Decimal("7.5")),
        ("3 ngày", "3 ngày"),
        ("", None),
        (None, None),
    ],
)
def test_plain_digits_are_a_number_and_other_words_are_words(value, given):
    assert record(a=value).number_or_text("a") == given


@pytest.mark.parametrize(
    ("taker", "value"),
    [
        ("integer", 1.5),
        ("boolean", "true"),
        ("texts", [1]),
        ("texts", "x"),
        ("record", []),
        ("records", [[]]),
        ("day", "2026-13-01"),
        ("optional_text", 5),
    ],
)
def test_a_wrong_type_is_never_turned_into_another(taker, value):
    with pytest.raises(UnreadableRecord):
        getattr(record(a=value), taker)("a")


def test_missing_null_and_empty_are_the_same():
    for root in (record(), record(a=None), record(a="")):
        assert root.optional_text("a") == ""
    for root in (record(), record(a=None), record(a=[])):
        assert root.texts("a") == []


def test_a_row_of_another_sheet_keeps_its_own_place():
    inner = Record({"y": 1, "z": 2}, "b.xlsx, row 9")
    [child] = record(parts=[inner]).records("parts")

    assert child.error("y", "is odd").place == "b.xlsx, row 9, field y"
    assert sorted(child.leftovers(frozenset())) == ["parts[].y", "parts[].z"]
