"""The published schema and the importer say the same; the starter catalogue obeys both."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import knowledge.importers
from knowledge.importers import import_file
from knowledge.importers.jsonl import JSONL
from knowledge.importers.record import Record

STARTER = Path(__file__).parents[2] / "data" / "catalogue.jsonl"
SCHEMA = json.loads(
    Path(knowledge.importers.__file__).with_name("catalogue.schema.json").read_text("utf-8")
)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return SCHEMA["$defs"][reference.removeprefix("#/$defs/")] if reference else node


def leaves(node: dict[str, Any], path: str = "") -> Iterator[str]:
    """Name every field of the schema the way a record names it."""
    node = resolved(node)
    for name, inner in node.get("properties", {}).items():
        yield f"{path}.{name}".strip(".")
        yield from leaves(inner, f"{path}.{name}".strip("."))
    if "items" in node:
        yield from leaves(node["items"], f"{path}[]")
    for each in node.get("anyOf", []):
        yield from leaves(each, path)


def example(node: dict[str, Any]) -> Any:
    """Build a value with every field from the examples of the schema."""
    node = resolved(node)
    if "examples" in node:
        return node["examples"][0]
    if "anyOf" in node:
        return example(node["anyOf"][0])
    if "items" in node:
        return [example(node["items"])]
    return {name: example(inner) for name, inner in node["properties"].items()}


def errors(value: Any) -> list[str]:
    found = Draft202012Validator(SCHEMA).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_is_described():
    def undescribed(node: dict[str, Any], path: str) -> Iterator[str]:
        node = resolved(node)
        for name, inner in node.get("properties", {}).items():
            inner = resolved(inner)
            if "description" not in inner and inner.get("minLength") != 1:
                yield f"{path}.{name}"
            yield from undescribed(inner, f"{path}.{name}")
        if "items" in node:
            yield from undescribed(node["items"], f"{path}[]")

    assert list(undescribed(SCHEMA, "")) == []


def test_the_importer_reads_or_ignores_exactly_the_fields_of_the_schema():
    record = Record(example(SCHEMA), "example")

    JSONL.parse(record)

    handled = set(record.asked()) | JSONL.ignored
    assert handled == set(leaves(SCHEMA))


def test_an_example_with_every_field_leaves_nothing_over():
    line = example(SCHEMA)
    record = Record(line, "example")

    JSONL.parse(record)

    assert errors(line) == []
    assert list(record.leftovers(JSONL.ignored)) == []
    assert record.doubts == []


@pytest.mark.parametrize(
    "line",
    [
        {"name": "x"},
        {"code": "1", "name": "x", "fees": 5000},
        {"code": "1", "name": "x", "methods": [{"channel": "fax"}]},
        {"code": "1", "name": "x", "methods": [{"channel": "direct", "fees": [{"amount": "5"}]}]},
        {"code": "1", "name": "x", "document_cases": [{"items": [{"original_qty": -1}]}]},
        {"code": "1", "name": "x", "source_url": "javascript:x"},
    ],
)
def test_the_schema_refuses_what_is_wrong(line):
    assert errors(line)


def test_the_starter_catalogue_obeys_the_schema():
    lines = STARTER.read_text(encoding="utf-8").splitlines()

    wrong = {number: errors(json.loads(line)) for number, line in enumerate(lines, start=1)}

    assert lines
    assert {number: found for number, found in wrong.items() if found} == {}


def test_the_starter_catalogue_is_imported_whole_and_understood_whole():
    report = import_file(STARTER, "jsonl")

    lines = len(STARTER.read_text(encoding="utf-8").splitlines())
    assert (len(report.procedures), report.rejects) == (lines, [])
    assert (report.unknown, report.doubts) == ({}, {})
    assert all(each.source.captured and each.source.url for each in report.procedures)
