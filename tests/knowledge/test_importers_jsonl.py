import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.importers import UnreadableSource, import_file
from knowledge.importers.jsonl import JSONL
from knowledge.importers.record import Record, UnreadableRecord
from knowledge.importers.review import review
from knowledge.model import (
    Absent,
    Agency,
    Caveat,
    Channel,
    Document,
    DocumentCase,
    Duration,
    Fee,
    FeeKind,
    Form,
    Level,
    Method,
    Part,
    Procedure,
    Reason,
    Scope,
    Standing,
    Step,
    SubCase,
    TimeUnit,
)
from tests.knowledge.importer_contract import ImporterContract

FLAT = "documents_split_from_flat_text"


def procedure(**fields: Any) -> Procedure:
    """The procedure that a line with these fields becomes."""
    line = {"code": "1.999001", "name": "Cấp thẻ thư viện"} | fields
    return review(JSONL.parse(Record(line, "test line 1")))


def method(flags: tuple[str, ...] = (), **fields: Any) -> Method:
    [made] = procedure(methods=[{"channel": "direct"} | fields], quality_flags=list(flags)).methods
    return made


def documents(*items: dict[str, Any], flags: tuple[str, ...] = ()) -> DocumentCase:
    cases = [{"case": "", "items": list(items)}]
    [case] = procedure(document_cases=cases, quality_flags=list(flags)).document_cases
    return case


def item(name: str, originals: int | None, copies: int | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "original_qty": originals, "copy_qty": copies} | more


class TestJsonl(ImporterContract):
    source = "jsonl"

    def write(self, folder: Path, *records: Any) -> Path:
        path = folder / "catalogue.jsonl"
        path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        return path

    def record(self, code: str, title: str) -> Any:
        return {
            "code": code,
            "name": title,
            "executing_agencies": [{"name": "Thư viện tỉnh"}],
            "steps": [{"name": "", "text": "Nộp đơn tại quầy"}],
            "methods": [{"channel": "direct", "time_value": 2, "time_unit": "DAY"}],
            "document_cases": [{"case": "", "items": [item("Ảnh thẻ", 1, 0)]}],
            "conditions": "Không",
            "results": [{"name": "Thẻ thư viện"}],
            "legal_basis": [{"code": "1/2020/NĐ-CP", "name": "Nghị định về thư viện"}],
            "source": {"kind": "own_words", "captured": "2026-07-18"},
        }

    def broken(self) -> Any:
        return {"code": "1.999009", "name": 7}

    def with_unknown_field(self, code: str, title: str) -> tuple[Any, str]:
        record = self.record(code, title)
        record["methods"][0]["fees"] = [{"amount": 5000, "colour": "đỏ"}]
        return record, "methods[].fees[].colour"

    def damaged(self, folder: Path) -> Path:
        whole = self.write(folder, *(self.record(f"1.{n:06}", "Cấp thẻ") for n in range(99)))
        cut = folder / "cut.jsonl.gz"
        cut.write_bytes(gzip.compress(whole.read_bytes())[:-40])
        return cut

    def test_reads_gzip_by_its_content_whatever_its_name(self, tmp_path):
        plain = self.write(tmp_path, self.record("1.999001", "Cấp thẻ"))
        packed = tmp_path / "catalogue"
        packed.write_bytes(gzip.compress(plain.read_bytes()))

        report = import_file(packed, "jsonl")

        assert [each.code for each in report.procedures] == ["1.999001"]

    def test_a_file_cut_inside_a_line_gives_nothing(self, tmp_path):
        path = self.write(tmp_path, *(self.record(f"1.99900{n}", "Cấp thẻ") for n in range(3)))
        path.write_bytes(path.read_bytes()[:-30])

        with pytest.raises(UnreadableSource, match=r"catalogue\.jsonl line 3: the file ends"):
            import_file(path, "jsonl")

    def test_a_last_line_without_its_line_end_is_whole(self, tmp_path):
        path = self.write(tmp_path, self.record("1.999001", "Cấp thẻ"))
        path.write_bytes(path.read_bytes().rstrip())

        assert len(import_file(path, "jsonl").procedures) == 1

    def test_a_line_that_is_not_json_costs_only_itself(self, tmp_path):
        path = self.write(tmp_path, self.record("1.999001", "Cấp thẻ"))
        path.write_text("{oops\n[1]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

        report = import_file(path, "jsonl")

        assert len(report.procedures) == 1
        assert [each.place for each in report.rejects] == [
            "catalogue.jsonl line 1",
            "catalogue.jsonl line 2",
        ]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"code,name\n1.999001,The\n", "no line holds a JSON object"),
            (b"<html>\n</html>", "no line holds a JSON object"),
            (b'{"code": "1.99', "line 1: the file ends inside a record"),
            (b"\xff\xfe{\x00\n", "line 1: is not UTF-8 .byte 0xff at 0."),
            (b"", "holds no records"),
            (b"\n\n", "holds no records"),
            (b'{"name": "x"}\n', "none of its 1 records .* field code: is missing or empty"),
        ],
    )
    def test_what_is_no_catalogue_says_why(self, tmp_path, content, message):
        path = tmp_path / "odd.jsonl"
        path.write_bytes(content)

        with pytest.raises(UnreadableSource, match=f"odd.jsonl.*{message}"):
            import_file(path, "jsonl")

    def test_a_folder_is_refused(self, tmp_path):
        with pytest.raises(UnreadableSource, match="is a folder"):
            import_file(tmp_path, "jsonl")


def test_reads_the_facts_around_the_parts():
    made = procedure(
        promulgating_agency="Bộ Văn hóa",
        promulgating_agency_code="G10",
        decision_no="12/QĐ-BVH",
        scope_type="SPECIFIC",
        levels=["Cấp tỉnh", "Cấp xã"],
        life_event_groups=[{"name": "Học tập", "type": "CITIZEN"}],
        is_full_process_online=False,
        effective_from="2026-01-01",
        effective_to="2026-12-31",
        source={"kind": "own_words", "captured": "2026-07-17/18", "url": "https://example.vn/a"},
        source_url="https://example.vn/b",
    )

    assert (made.promulgating_agency, made.promulgating_agency_code) == ("Bộ Văn hóa", "G10")
    assert (made.decision, made.scope) == ("12/QĐ-BVH", Scope.LOCAL)
    assert made.levels == (Level.PROVINCE, Level.COMMUNE)
    assert made.life_events == ("Học tập",)
    assert made.full_online is False
    assert (made.effective_from, made.effective_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (made.source.captured, made.source.url) == ("2026-07-17", "https://example.vn/a")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2026-06/07", "2026-06"), ("2025-12 (old portal)", "2025-12"), ("hè 2026", ""), (None, "")],
)
def test_the_capture_is_an_iso_day_or_month_or_unknown(written, kept):
    assert procedure(source={"kind": "copy", "captured": written}).source.captured == kept


def test_a_page_that_is_no_web_address_is_no_link():
    record = Record(
        {"code": "1.999001", "name": "Cấp thẻ", "source_url": "javascript:alert(1)"}, "line 1"
    )

    assert JSONL.parse(record).source.url == ""
    assert record.doubts == ["source_url: is not a web address"]


def test_every_part_that_is_not_given_is_not_published():
    assert procedure().absent == {part: Absent(Reason.NOT_PUBLISHED) for part in Part}


def test_subjects_cut_at_their_commas_are_made_whole():
    cut = ["Công dân Việt Nam", "Tổ chức (không gồm doanh nghiệp", "HTX)", "Cán bộ", "viên chức"]

    assert procedure(subjects=cut).subjects == (
        "Công dân Việt Nam",
        "Tổ chức (không gồm doanh nghiệp, HTX)",
        "Cán bộ, viên chức",
    )


def test_agencies_cut_at_their_commas_are_made_whole_where_they_have_no_code():
    named = [
        {"code": None, "name": "Thư viện tỉnh"},
        {"code": None, "name": "thành phố"},
        {"code": "H1.2", "name": "phòng đọc"},
    ]

    assert procedure(executing_agencies=named).executing_agencies == (
        Agency("Thư viện tỉnh, thành phố"),
        Agency("phòng đọc", "H1.2"),
    )


def test_the_district_level_becomes_a_warning_and_an_unknown_one_is_reported():
    fields = {"code": "1", "name": "x", "levels": ["Cấp huyện", "Cấp xã", "Cấp vũ trụ"]}
    record = Record(fields, "line 1")

    made = JSONL.parse(record)

    assert made.levels == (Level.COMMUNE,)
    assert made.caveats == (Caveat.DISTRICT_LEVEL,)
    assert record.doubts == ["levels: level 'Cấp vũ trụ' is not known"]


# Time limits


@pytest.mark.parametrize(
    ("value", "unit", "limit"),
    [
        (7.0, "WORKING_DAY", Duration(Decimal(7), TimeUnit.WORKING_DAY)),
        (7.5, "WORKING_DAY", Duration(Decimal("7.5"), TimeUnit.WORKING_DAY)),
        ("15", "DAY", Duration(Decimal(15), TimeUnit.DAY)),
        (2, "MONTH", Duration(Decimal(2), TimeUnit.MONTH)),
    ],
)
def test_a_number_with_a_unit_is_a_time_limit(value, unit, limit):
    assert method(time_value=value, time_unit=unit).time == limit


@pytest.mark.parametrize(
    ("fields", "absent"),
    [
        ({"time_value": 5, "time_unit": "OTHER"}, Absent(Reason.NO_UNIT)),
        ({"time_value": "5", "time_unit": "OTHER"}, Absent(Reason.NO_UNIT)),
        ({"time_value": 5}, Absent(Reason.NO_UNIT)),
        ({"time_value": None, "time_unit": None}, Absent(Reason.NOT_PUBLISHED)),
        ({"time_value": 0, "time_unit": "DAY"}, Absent(Reason.ZERO_UNEXPLAINED)),
        (
            {"time_value": 0, "time_unit": "HOUR", "description": "Trả ngay"},
            Absent(Reason.ZERO_WITH_CONDITION),
        ),
        (
            {"time_value": "Không quá 3 ngày", "time_unit": "OTHER"},
            Absent(Reason.NOT_A_NUMBER, "Không quá 3 ngày"),
        ),
        ({"time_text": "Khi tàu rời cảng"}, Absent(Reason.NOT_A_NUMBER, "Khi tàu rời cảng")),
        (
            {"time_value": "Theo mô tả", "time_unit": "OTHER", "description": "Trong 4 ngày"},
            Absent(Reason.NOT_A_NUMBER, "Trong 4 ngày"),
        ),
        (
            {"time_value": "Theo mô tả", "time_unit": "OTHER", "description": "Nộp tại quầy"},
            Absent(Reason.NOT_A_NUMBER),
        ),
    ],
)
def test_what_cannot_be_counted_is_no_time_limit(fields, absent):
    assert method(**fields).time == absent


def test_a_time_whose_unit_the_copy_lost_is_lost():
    made = method(("time_unit_lost_in_copy",), time_value=30.0, time_unit=None)

    assert made.time == Absent(Reason.LOST_IN_COPY)


def test_a_time_with_its_unit_stands_in_a_copy_that_lost_others():
    made = method(("time_unit_lost_in_copy",), time_value=3.0, time_unit="WORKING_DAY")

    assert made.time == Duration(Decimal(3), TimeUnit.WORKING_DAY)


def test_sub_cases_keep_their_own_time_limits():
    made = procedure(
        sub_cases=[
            {"code": "1.999001.01", "name": "Cấp lại", "qty": 3, "unit": "WORKING_DAY"},
            {"code": "1.999001.02", "name": "Cấp đổi", "qty": 1, "unit": "OTHER"},
        ]
    )

    assert made.sub_cases == (
        SubCase("1.999001.01", "Cấp lại", Duration(Decimal(3), TimeUnit.WORKING_DAY)),
        SubCase("1.999001.02", "Cấp đổi", Absent(Reason.NO_UNIT)),
    )


# Fees


def test_reads_a_fee():
    made = method(
        fees=[{"type": "SERVICE_FEE", "amount": 5000.0, "currency": "VNĐ", "description": "/thẻ"}]
    )

    assert made.fees == (Fee(Decimal(5000), FeeKind.CHARGE, "VND", "/thẻ"),)


@pytest.mark.parametrize(
    ("fee", "reason"),
    [
        ({"amount": 0, "description": "Do tỉnh quy định"}, Reason.ZERO_WITH_CONDITION),
        ({"amount": 0}, Reason.ZERO_UNEXPLAINED),
        ({"amount": None, "description": "Miễn lệ phí"}, Reason.NOT_A_NUMBER),
        ({"amount": 135, "currency": "VNĐ", "description": "135.000 đồng/lần"}, Reason.NO_UNIT),
        ({"amount": 90, "currency": None}, Reason.NO_UNIT),
    ],
)
def test_a_fee_that_cannot_be_trusted_keeps_only_its_words(fee, reason):
    [made] = method(fees=[fee]).fees

    assert made.amount == Absent(reason)
    assert made.note == fee.get("description", "")


def test_a_small_fee_in_another_currency_is_believed():
    [fee] = method(fees=[{"amount": 10, "currency": "USD"}]).fees

    assert (fee.amount, fee.currency) == (Decimal(10), "USD")


def test_an_unknown_currency_is_not_taken_for_dong():
    [fee] = method(fees=[{"amount": 1500, "currency": "EUR"}]).fees

    assert fee.currency == "EUR"


@pytest.mark.parametrize("fees", [None, [], [{"amount": None, "description": ""}]])
def test_fees_that_say_nothing_are_not_published(fees):
    assert method(fees=fees).fees == Absent(Reason.NOT_PUBLISHED)


def test_fees_that_the_copy_lost_are_lost():
    assert method(("fees_missing_in_copy",), fees=None).fees == Absent(Reason.LOST_IN_COPY)


def test_a_fee_below_zero_costs_the_record():
    with pytest.raises(ValueError, match="a fee of -5000"):
        method(fees=[{"amount": -5000}])


# Documents


def test_remarks_stand_apart_from_the_documents():
    case = documents(item("Tờ khai", 1, 0, code="G1"), item("Bản sao phải rõ", 0, 0))

    assert case.documents == (Document("Tờ khai", 1, 0, "G1"),)
    assert case.notes == ("Bản sao phải rõ",)


def test_where_every_quantity_is_zero_nobody_filled_them_in():
    case = documents(item("Tờ khai", 0, 0), item("Ảnh", 0, 0))

    assert case.documents == (Document("Tờ khai"), Document("Ảnh"))


def test_a_row_of_zeros_with_a_form_is_a_document():
    case = documents(item("Ảnh", 1, 0), item("Đơn", 0, 0, forms=["Mẫu 1.docx"]))

    assert case.documents[1] == Document("Đơn", forms=(Form("Mẫu 1.docx"),))
    assert case.notes == ()


def test_forms_may_have_an_address():
    case = documents(item("Đơn", 1, 0, forms=[{"name": "Mẫu 1", "url": "https://example.vn/m"}]))

    assert case.documents[0].forms == (Form("Mẫu 1", "https://example.vn/m"),)


def test_quantities_not_given_are_not_made_up():
    assert documents({"name": "Ảnh"}).documents == (Document("Ảnh", None, None),)


def test_a_document_without_a_name_is_left_out_and_reported():
    cases = [{"case": "", "items": [item("", 1, 0), item("Ảnh", 1, 0)]}]
    record = Record({"code": "1", "name": "x", "document_cases": cases}, "line 1")

    [case] = JSONL.parse(record).document_cases

    assert [each.name for each in case.documents] == ["Ảnh"]
    assert record.doubts == ["document_cases[].items[].name: a document without a name"]


def test_digits_of_a_name_that_became_its_quantity_are_dropped():
    name = "Đơn theo Thông tư số 2/2026/TT-BVH ngày 01/01/"

    case = documents(item(name, 20261, 1), flags=(FLAT,))

    assert case.documents == (Document(name, None, None),)


def test_an_unnamed_case_has_no_name_and_an_empty_one_is_no_case():
    cases = [{"case": "--", "items": [item("Ảnh", 1, 0)]}, {"case": "", "items": []}]

    made = procedure(document_cases=cases)

    assert [case.name for case in made.document_cases] == [""]


def test_what_stands_after_a_case_is_a_remark_unless_it_names_a_case():
    cases = [
        {"case": "a", "items": [item("Ảnh", 1, 0)], "unparsed_tail_or_next_case": "b"},
        {"case": "b", "items": [item("Đơn", 1, 0)], "unparsed_tail_or_next_case": "Nộp một lần"},
    ]

    first, second = procedure(document_cases=cases).document_cases

    assert first.notes == ()
    assert second.notes == ("Nộp một lần",)


# The rest


def test_a_step_without_a_name_of_its_own_has_none():
    steps = [{"name": "Mặc định", "text": "Nộp đơn"}]

    assert procedure(steps=steps).steps == (Step("", "Nộp đơn"),)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Không", "Không"),
        ("Đủ 18 tuổi\nTừ khóa:", "Đủ 18 tuổi"),
        ("Không có thông tin", ""),
        ("Không có thông tinTừ khóaKhông có thông tinMô tả", ""),
    ],
)
def test_conditions_end_where_the_page_goes_on(text, kept):
    assert procedure(conditions=text).conditions == kept


def test_a_description_that_repeats_the_conditions_is_dropped():
    made = procedure(conditions="Đủ 18 tuổi", description="Đủ 18 tuổi")

    assert made.description == ""


@pytest.mark.parametrize("keywords", ["mượn sách; thẻ đọc", ["mượn sách", "thẻ đọc"]])
def test_keywords_are_a_list_or_a_text(keywords):
    assert procedure(keywords=keywords).keywords == ("mượn sách", "thẻ đọc")


def test_the_path_of_a_web_page_is_no_keyword():
    assert procedure(keywords="CSDL»Bộ Văn hóa»Thư viện").keywords == ()


def test_a_text_in_place_of_the_legal_basis_is_kept_as_text():
    made = procedure(legal_basis=None, legal_text="Luật Thư viện")

    assert made.legal_text == "Luật Thư viện"
    assert Part.LEGAL_BASIS not in made.absent


@pytest.mark.parametrize(
    "fields",
    [
        {"quality_flags": ["not_in_2026-07-18_index"]},
        {"in_national_index_2026_07_18": False},
        {"index_state": "REVOKED"},
        {"state": "REVOKED"},
    ],
)
def test_what_is_not_listed_is_not_answered_as_current(fields):
    assert procedure(**fields).standing is Standing.UNLISTED


def test_caveats_follow_from_what_is_known_of_the_copy():
    made = procedure(
        quality_flags=[FLAT, "mentions_abolished_district_level"],
        source={"kind": "copy", "methods_from": "another"},
    )

    assert set(made.caveats) == set(Caveat)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": ["x"]}, "field name: holds a list, not text"),
        ({"name": ""}, "field name: is missing or empty"),
        ({"fields": "Thư viện"}, "field fields: holds text ('Thư viện'), not a list"),
        ({"methods": [{"channel": "fax"}]}, "field methods[0].channel: holds 'fax', not one of"),
        (
            {"methods": [{"channel": "direct", "fees": [{}, {"amount": "5 đồng"}]}]},
            "field methods[0].fees[1].amount: holds text ('5 đồng'), not a number",
        ),
        ({"effective_from": "1/1/2026"}, "field effective_from: holds '1/1/2026', not a date"),
        ({"steps": ["Nộp"]}, "field steps[0]: holds text ('Nộp'), not an object"),
    ],
)
def test_a_wrong_type_names_line_and_field(fields, place):
    with pytest.raises(UnreadableRecord) as caught:
        procedure(**fields)

    assert f"test line 1, {place}" in str(caught.value)


def test_reads_channels():
    methods = [{"channel": channel} for channel in ("direct", "online", "postal")]

    made = procedure(methods=methods)

    assert [each.channel for each in made.methods] == list(Channel)
