import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from knowledge.importers.changes import SHORT, FieldChange, Named, compare
from knowledge.importers.report import SHOWN, ImportReport, Reject
from knowledge.model import (
    Absent,
    Channel,
    Duration,
    Method,
    Part,
    Procedure,
    Reason,
    Source,
    Standing,
    Step,
    TimeUnit,
)


def procedure(code: str = "1.999001", title: str = "Cấp thẻ") -> Procedure:
    return Procedure(code, title, Source("test", "2026-07-18"))


def method(days: int, channel: Channel = Channel.DIRECT) -> Method:
    limit = Duration(Decimal(days), TimeUnit.WORKING_DAY)
    return Method(channel, limit, Absent(Reason.NOT_PUBLISHED))


def report() -> ImportReport:
    return ImportReport("jsonl", "catalogue.jsonl", procedures=[procedure()])


# What changed


def test_tells_added_from_gone():
    changes = compare(
        [procedure("a", "A"), procedure("b", "B")], [procedure("b", "B"), procedure("c", "C")]
    )

    assert changes.added == (Named("c", "C"),)
    assert changes.gone == (Named("a", "A"),)
    assert changes.changed == ()


def test_names_each_changed_field_with_what_was_and_is():
    old = replace(procedure(), decision="1/QĐ", conditions="Không")
    new = replace(procedure(), decision="2/QĐ", conditions="Không", standing=Standing.UNLISTED)

    [changed] = compare([old], [new]).changed

    assert changed.procedure == Named("1.999001", "Cấp thẻ")
    assert changed.fields == (
        FieldChange("decision", "1/QĐ", "2/QĐ"),
        FieldChange("standing", "listed", "unlisted"),
    )


def test_of_a_list_only_what_differs_is_told():
    kept = method(3, Channel.ONLINE)
    old = replace(procedure(), methods=(method(20), kept))
    new = replace(procedure(), methods=(method(10), kept))

    [changed] = compare([old], [new]).changed

    assert changed.fields == (
        FieldChange(
            "methods", "direct 20 working_day not_published", "direct 10 working_day not_published"
        ),
    )


def test_a_new_order_is_a_change():
    old = replace(procedure(), steps=(Step("", "a"), Step("", "b")))
    new = replace(procedure(), steps=(Step("", "b"), Step("", "a")))

    [changed] = compare([old], [new]).changed

    assert changed.fields == (FieldChange("steps", "a; b", "b; a"),)


def test_a_new_day_of_capture_alone_is_no_change_but_a_new_page_is():
    old = procedure()
    later = replace(old, source=replace(old.source, captured="2026-11-01"))
    moved = replace(old, source=replace(old.source, url="https://example.vn/1"))

    assert compare([old], [later]).changed == ()
    assert [each.field for each in compare([old], [moved]).changed[0].fields] == ["source"]


def test_long_values_are_told_short():
    old, new = procedure(), replace(procedure(), conditions="dài " * 500)

    [change] = compare([old], [new]).changed[0].fields

    assert len(change.new) == SHORT
    assert change.new.endswith("…")


def test_missing_parts_are_compared_too():
    old = replace(procedure(), absent={Part.STEPS: Absent(Reason.NOT_PUBLISHED)})

    [change] = compare([old], [procedure()]).changed[0].fields

    assert change == FieldChange("absent", "steps not_published", "")


# The report


def test_the_text_names_every_kind_of_finding():
    made = report()
    made.rejects.append(Reject("catalogue.jsonl line 2, field name", "is missing or empty"))
    made.unknown.update({"methods[].colour": 3})
    made.doubts.update({"levels: level 'x' is not known": 1})
    made.compare_with([replace(procedure(), title="Cấp thẻ cũ"), procedure("1.999009", "Cũ")])

    text = str(made)

    assert "catalogue.jsonl (jsonl): records 2, procedures 1, rejected 1" in text
    assert "catalogue.jsonl line 2, field name: is missing or empty" in text
    assert "methods[].colour: 3" in text
    assert "levels: level 'x' is not known: 1" in text
    assert "gone: 1\n  1.999009 Cũ" in text
    assert "1.999001 title: Cấp thẻ cũ -> Cấp thẻ" in text


def test_the_text_says_nothing_of_what_did_not_happen():
    text = str(report())

    assert "\n" not in text


def test_a_terminal_shows_the_first_of_a_long_list_and_the_json_all():
    made = report()
    made.rejects.extend(Reject(f"line {number}", "is odd") for number in range(SHOWN + 5))

    text, kept = str(made), made.as_json()

    assert text.count("is odd") == SHOWN
    assert "... and 5 more" in text
    assert len(kept["rejects"]) == SHOWN + 5


def test_the_json_is_json_and_leaves_the_procedures_out():
    made = report()
    made.unknown = Counter({"x": 2})
    made.compare_with([])

    kept = json.loads(json.dumps(made.as_json()))

    assert kept["unknown"] == {"x": 2}
    assert kept["changes"]["added"] == [{"code": "1.999001", "title": "Cấp thẻ"}]
    assert "procedures" not in kept


def test_counts_what_the_procedures_lack():
    made = report()
    nothing = Absent(Reason.NOT_PUBLISHED)
    timeless = replace(method(1), time=nothing)
    made.procedures = [
        replace(procedure("a"), methods=(method(3), timeless), absent={Part.STEPS: nothing}),
        replace(procedure("b"), source=Source("test", ""), standing=Standing.UNLISTED),
    ]

    counts = made.counts()

    assert counts == {
        "records": 2,
        "procedures": 2,
        "rejected": 0,
        "without_date": 1,
        "not_current": 1,
        "times": 1,
        "times_absent": 1,
        "without_steps": 1,
    }
