import json
from pathlib import Path

import pytest

from knowledge.importers import IMPORTERS, import_file
from tests.knowledge import (
    test_importers_jsonl,
    test_importers_portal,
    test_importers_sync,
    test_importers_xlsx,
)
from tests.knowledge.importer_contract import ImporterContract

CONTRACTS: list[type[ImporterContract]] = [
    test_importers_jsonl.TestJsonl,
    test_importers_portal.TestPortal,
    test_importers_sync.TestSync,
    test_importers_xlsx.TestXlsx,
]
GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-source.md"


def write(folder: Path, *lines: dict[str, str]) -> Path:
    path = folder / "catalogue.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_every_importer_passes_the_contract():
    assert sorted(contract.source for contract in CONTRACTS) == sorted(IMPORTERS)


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_is_in_the_guide_and_says_what_it_reads(name):
    assert f"`{name}`" in GUIDE.read_text(encoding="utf-8")
    assert IMPORTERS[name].about


def test_progress_sees_every_record_and_may_end_nothing(tmp_path):
    seen = []

    def watch(records):
        for record in records:
            seen.append(record.place)
            yield record

    path = write(tmp_path, {"code": "a", "name": "A"}, {"code": "b"}, {"code": "c", "name": "C"})
    report = import_file(path, "jsonl", progress=watch)

    assert seen == ["catalogue.jsonl line 1", "catalogue.jsonl line 2", "catalogue.jsonl line 3"]
    assert [each.code for each in report.procedures] == ["a", "c"]


def test_facts_that_cannot_all_be_true_cost_the_record(tmp_path):
    backwards = {"effective_from": "2026-02-01", "effective_to": "2026-01-01"}
    path = write(tmp_path, {"code": "a", "name": "A"} | backwards, {"code": "b", "name": "B"})

    report = import_file(path, "jsonl")

    [reject] = report.rejects
    assert (reject.place, reject.reason) == ("catalogue.jsonl line 1", "a ends before it begins")


def test_the_importer_says_nothing_itself(tmp_path, capfd):
    import_file(write(tmp_path, {"code": "a", "name": "A"}, {"code": "b"}), "jsonl")

    assert capfd.readouterr() == ("", "")


def test_a_day_of_capture_given_by_the_operator_holds_for_all(tmp_path):
    path = write(tmp_path, {"code": "a", "name": "A"})

    [procedure] = import_file(path, "jsonl", captured="2026-11-20").procedures

    assert procedure.source.captured == "2026-11-20"
