import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.importers import UnreadableSource, import_file
from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Document,
    Duration,
    Fee,
    FeeKind,
    Form,
    Level,
    Part,
    Procedure,
    Reason,
    Scope,
    Standing,
    SubCase,
    TimeUnit,
)
from tests.knowledge.importer_contract import TITLE, ImporterContract

CODE = "1.999001"


def detail(code: str = CODE, title: str = TITLE, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"id-{code}",
        "code": code,
        "codeNotation": code,
        "name": title,
        "state": "ACTIVE",
        "type": "STANDARD",
        "executionSteps": [{"name": "Mặc định", "description": "Nộp đơn"}],
        "executionMethods": [
            {
                "submissionMethod": "ONLINE",
                "processingTime": 2,
                "processingTimeUnit": "WORKING_DAY",
                "description": "",
                "fees": [
                    {
                        "type": "SERVICE_FEE",
                        "value": 5000,
                        "description": "mỗi thẻ",
                        "currencyId": "c",
                        "currencyName": "Việt Nam Đồng",
                        "attachment": {"fileId": "f"},
                    }
                ],
            }
        ],
        "executionCases": [
            {
                "name": "",
                "profileComponents": [
                    {
                        "profileComponentId": "p",
                        "name": "Đơn",
                        "code": "G1",
                        "originalQty": 1,
                        "copyQty": 0,
                        "required": False,
                        "attachments": [{"id": "f", "fileName": "Mẫu 1.docx", "bucketName": "b"}],
                    }
                ],
            }
        ],
        "departmentsExecuting": [{"id": "d", "name": "Thư viện tỉnh", "code": "H24.9"}],
        "requirementsAndConditions": "Không",
        "legalBasisesDetails": [{"id": "l", "code": "1/2020/NĐ-CP", "name": "Nghị định"}],
        "resultsDetails": [{"id": "r", "code": "KQ1", "name": "Thẻ"}],
    } | fields


def row(code: str, title: str = TITLE, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"id-{code}",
        "code": code,
        "codeNotation": code,
        "name": title,
        "categories": ["Thư viện"],
        "categoryIds": ["c"],
        "departments": ["Thư viện tỉnh"],
        "departmentPromulgate": "Bộ Văn hóa",
        "formalityTargetType": ["Công dân Việt Nam"],
        "state": "UPDATED",
        "type": "STANDARD",
    } | fields


def write_details(folder: Path, *records: Any) -> Path:
    (folder / "details").mkdir(parents=True)
    for number, record in enumerate(records):
        name = f"{number}-{record.get('code', 'x')}"
        _write(folder / "details" / f"{name}.json", record)
    return folder


def write_index(folder: Path, *rows: Any) -> Path:
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
    (folder / "index.jsonl").write_text(lines, encoding="utf-8")
    return folder


def _write(path: Path, data: Any) -> Path:
    envelope = {"code": "OK", "data": data, "message": "OK"}
    path.write_text(json.dumps(envelope, ensure_ascii=False), encoding="utf-8")
    return path


def parsed(folder: Path, **fields: Any) -> Procedure:
    [procedure] = import_file(_write(folder / "one.json", detail(**fields)), "portal").procedures
    return procedure


class TestPortal(ImporterContract):
    source = "portal"

    def write(self, folder: Path, *records: Any) -> Path:
        return write_details(folder, *records)

    def record(self, code: str, title: str) -> Any:
        return detail(code, title)

    def broken(self) -> Any:
        return detail("1.999009", executionMethods=[{"submissionMethod": "PIGEON"}])

    def with_unknown_field(self, code: str, title: str) -> tuple[Any, str]:
        record = detail(code, title)
        record["executionMethods"][0]["fees"][0]["colour"] = "đỏ"
        return record, "detail.data.executionMethods[].fees[].colour"

    def damaged(self, folder: Path) -> Path:
        path = _write(folder / "cut.json", detail())
        path.write_bytes(path.read_bytes()[:-50])
        return path


def test_reads_a_detail(tmp_path):
    made = parsed(
        tmp_path,
        departmentPromulgateName="UBND tỉnh A",
        departmentPromulgateCode="H24",
        procedureProposal={"proposalNumber": "12/QĐ-UBND", "decisionDate": 1},
        decisionNo="",
        type="SPECIFIC",
        isWard=True,
        isProvince=False,
        isFullProcess=True,
        updatedAt=1784307600000,
        subjectTypesDetails=[{"id": "s", "name": "Tổ chức (không gồm doanh nghiệp, HTX)"}],
    )

    assert made.methods[0].channel is Channel.ONLINE
    assert made.methods[0].time == Duration(Decimal(2), TimeUnit.WORKING_DAY)
    assert made.methods[0].fees == (Fee(Decimal(5000), FeeKind.CHARGE, "VND", "mỗi thẻ"),)
    [case] = made.document_cases
    assert case.documents == (Document("Đơn", 1, 0, "G1", (Form("Mẫu 1.docx"),)),)
    assert made.steps[0].name == ""
    assert made.executing_agencies == (Agency("Thư viện tỉnh", "H24.9"),)
    assert (made.promulgating_agency, made.promulgating_agency_code) == ("UBND tỉnh A", "H24")
    assert (made.decision, made.scope, made.levels) == (
        "12/QĐ-UBND",
        Scope.LOCAL,
        (Level.COMMUNE,),
    )
    assert made.full_online is True
    assert made.subjects == ("Tổ chức (không gồm doanh nghiệp, HTX)",)
    assert made.source.url.endswith("/thu-tuc-hanh-chinh/id-1.999001")


def test_a_record_is_as_old_as_its_last_change_by_vietnamese_time(tmp_path):
    # 17 July 2026, 17:00 UTC.
    assert parsed(tmp_path, updatedAt=1784307600000).source.captured == "2026-07-18"


def test_the_operator_knows_the_day_of_capture_better(tmp_path):
    path = _write(tmp_path / "one.json", detail(updatedAt=1784307600000))

    [made] = import_file(path, "portal", captured="2026-11-01").procedures

    assert made.source.captured == "2026-11-01"


def test_unit_groups_follow_the_departments(tmp_path):
    made = parsed(tmp_path, unitGroupsExecuting=[{"id": "u", "name": "Ủy ban nhân dân cấp xã"}])

    assert made.executing_agencies[1] == Agency("Ủy ban nhân dân cấp xã")


def test_sub_cases_tell_the_time_where_the_method_has_no_unit(tmp_path):
    made = parsed(
        tmp_path,
        executionMethods=[
            {"submissionMethod": "DIRECT", "processingTime": 5, "processingTimeUnit": "OTHER"}
        ],
        cases=[
            {
                "id": "c",
                "code": "1.999001.01",
                "name": "Cấp lại",
                "processingDay": {"qty": 3, "type": "WORKING_DAY"},
                "profileComponents": [],
            }
        ],
    )

    assert made.methods[0].time == Absent(Reason.NO_UNIT)
    assert made.methods[0].fees == Absent(Reason.NOT_PUBLISHED)
    limit = Duration(Decimal(3), TimeUnit.WORKING_DAY)
    assert made.sub_cases == (SubCase("1.999001.01", "Cấp lại", limit),)


def test_a_description_that_repeats_the_conditions_leaves_the_note(tmp_path):
    made = parsed(
        tmp_path,
        requirementsAndConditions="Đủ 18 tuổi",
        description="Đủ 18 tuổi",
        note="Mang theo thẻ cũ",
    )

    assert (made.conditions, made.description) == ("Đủ 18 tuổi", "Mang theo thẻ cũ")


def test_an_internal_procedure_is_marked(tmp_path):
    assert parsed(tmp_path, isInternal=True).scope is Scope.INTERNAL


def test_an_unknown_state_is_not_answered_as_current(tmp_path):
    report = import_file(_write(tmp_path / "one.json", detail(state="RECALLED")), "portal")

    assert report.procedures[0].standing is Standing.UNLISTED
    assert dict(report.doubts) == {
        "detail.data.state: 'RECALLED' is not known, so not taken as in force": 1
    }


def test_an_answer_that_is_an_error_is_rejected(tmp_path):
    write_details(tmp_path, detail())
    error = {"code": "NOT_FOUND", "data": None, "message": "x"}
    (tmp_path / "details" / "z.json").write_text(json.dumps(error), encoding="utf-8")

    report = import_file(tmp_path, "portal")

    assert len(report.procedures) == 1
    [reject] = report.rejects
    assert reject.place == "z.json, field code"
    assert "answered 'NOT_FOUND'" in reject.reason


def test_a_damaged_detail_of_many_costs_only_itself(tmp_path):
    write_details(tmp_path, detail())
    (tmp_path / "details" / "z.json").write_text('{"code": "OK", "da', encoding="utf-8")

    report = import_file(tmp_path, "portal")

    assert len(report.procedures) == 1
    assert [each.place for each in report.rejects] == ["z.json"]


# The index


def test_a_row_without_a_detail_lost_its_parts_in_the_copy(tmp_path):
    [made] = import_file(write_index(tmp_path, row(CODE)), "portal").procedures

    assert (made.code, made.title, made.promulgating_agency) == (CODE, TITLE, "Bộ Văn hóa")
    assert made.fields == ("Thư viện",)
    assert made.subjects == ("Công dân Việt Nam",)
    assert made.executing_agencies == (Agency("Thư viện tỉnh"),)
    lost = dict.fromkeys(set(Part) - {Part.AGENCIES}, Absent(Reason.LOST_IN_COPY))
    assert made.absent == lost


@pytest.mark.parametrize("departments", [[""], []])
def test_an_empty_name_is_no_agency(tmp_path, departments):
    write_index(tmp_path, row(CODE, departments=departments))

    [made] = import_file(tmp_path, "portal").procedures

    assert made.executing_agencies == ()
    assert made.absent[Part.AGENCIES] == Absent(Reason.LOST_IN_COPY)


def test_a_detail_stands_in_for_its_row(tmp_path):
    (tmp_path / "details").mkdir()
    _write(tmp_path / "details" / f"{CODE}.json", detail())
    write_index(tmp_path, row(CODE), row("1.999002"))

    report = import_file(tmp_path, "portal")

    assert [(each.code, bool(each.methods)) for each in report.procedures] == [
        (CODE, True),
        ("1.999002", False),
    ]
    assert (report.rejects, report.unknown) == ([], {})


def test_a_detail_that_the_index_does_not_list_is_not_current(tmp_path):
    write_index(write_details(tmp_path, detail()), row("1.999002"))

    report = import_file(tmp_path, "portal")

    standing = {each.code: each.standing for each in report.procedures}
    assert standing == {CODE: Standing.UNLISTED, "1.999002": Standing.LISTED}


def test_without_an_index_details_are_current(tmp_path):
    [made] = import_file(write_details(tmp_path, detail()), "portal").procedures

    assert made.standing is Standing.LISTED


def test_a_leading_space_is_no_part_of_a_code(tmp_path):
    [made] = import_file(write_index(tmp_path, row(f" {CODE}")), "portal").procedures

    assert made.code == CODE


def test_an_odd_code_does_not_take_the_place_of_the_proper_one(tmp_path):
    write_index(tmp_path, row(f" {CODE}", "Cấp thẻ cũ"), row(CODE, TITLE))

    report = import_file(tmp_path, "portal")

    assert [each.title for each in report.procedures] == [TITLE]
    [reject] = report.rejects
    assert reject.place == "index.jsonl line 1"
    assert f"code {CODE} was already read at index.jsonl line 2" in reject.reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("1.014955-Xoa", "is marked as deleted by its publisher"),
        ("1.0133611", "is not the code of a procedure"),
        ("2.009182739", "is not the code of a procedure"),
    ],
)
def test_odd_codes_are_reported(tmp_path, code, reason):
    write_index(tmp_path, row(code), row(CODE))

    report = import_file(tmp_path, "portal")

    assert [each.code for each in report.procedures] == [CODE]
    assert reason in report.rejects[0].reason


def test_a_damaged_index_gives_nothing(tmp_path):
    write_index(tmp_path, row(CODE), row("1.999002"))
    index = tmp_path / "index.jsonl"
    index.write_bytes(index.read_bytes()[:-20])

    with pytest.raises(UnreadableSource, match=r"index\.jsonl line 2: the file ends"):
        import_file(tmp_path, "portal")


def test_the_index_alone_is_a_source(tmp_path):
    write_index(tmp_path, row(CODE))

    assert len(import_file(tmp_path / "index.jsonl", "portal").procedures) == 1


def test_a_folder_without_portal_records_says_so(tmp_path):
    with pytest.raises(UnreadableSource, match=r"holds neither index\.jsonl nor details"):
        import_file(tmp_path, "portal")
