import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.importers import UnreadableSource, import_file
from knowledge.importers.report import ImportReport
from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Document,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Level,
    Procedure,
    Reason,
    Standing,
    Step,
    TimeUnit,
)
from tests.knowledge.importer_contract import TITLE, ImporterContract

LOCAL = "1.999001.000.00.00.H49"


def paper(name: str, originals: str, copies: str, **fields: str) -> dict[str, str]:
    return {
        "MAGIAYTO": "G1",
        "TENGIAYTO": name,
        "SOBANCHINH": originals,
        "SOBANSAO": copies,
        "TENMAUDON": "",
        "URL": "",
        "MA_KQ_THAYTHE": "",
    } | fields


def fee(amount: str, **fields: str) -> dict[str, str]:
    return {"DONVI": "Đồng", "MAPHILEPHI": "2'", "SOTIEN": amount, "MOTA": ""} | fields


def way(channel: str = "1", *fees: Any, **fields: str) -> dict[str, Any]:
    limit = {"THOIGIANGIAIQUYET": "2", "DONVITINH": "Ngày làm việc", "MOTA": ""} | fields
    return {"KENH": channel, "THOIGIAN": [limit | {"PHILEPHI": list(fees)}]}


def result(code: str = LOCAL, title: str = TITLE, **fields: Any) -> dict[str, Any]:
    return {
        "ID": "1",
        "MATTHC": code,
        "TENTTHC": title,
        "MACOQUANCONGBO": "H49",
        "LOAITTHC": "2",
        "TRANGTHAI": "1",
        "YEUCAU": "Không",
        "COQUANTHUCHIEN": [{"MADONVI": "000.00.UB.003", "TENDONVI": "Ủy ban nhân dân cấp xã"}],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "Cấp mới", "TRINHTU": [{"TENTRINHTU": "Nộp đơn"}]}],
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": "2", "TENCAP": "Cấp Xã"}],
        "LINHVUCTHUCHIEN": [{"MALINHVUC": "G1", "TENLINHVUC": "Thư viện"}],
        "CACHTHUCTHUCHIEN": [way()],
        "DOITUONGTHUCHIEN": [{"MADOITUONG": "1", "TENDOITUONG": "Công dân Việt Nam"}],
        "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": [paper("Ảnh thẻ", "1", "0")]}],
        "KETQUATHUCHIEN": [{"MAKETQUA": "K", "TENKETQUA": "Thẻ", "TENTEP": "", "URL": ""}],
        "CANCUPHAPLY": [
            {
                "SOVANBAN": "1/2020/NĐ-CP",
                "TENVANBAN": "Nghị định 1/2020/NĐ-CP",
                "DIACHITRUYCAP": "http://example.vn/1",
                "NGAYBANHANH": "2020-01-01",
            }
        ],
        "TTHCLIENQUAN": [],
    } | fields


def answer(*results: Any, error: str = "0") -> dict[str, Any]:
    return {"result": list(results), "error_code": error}


def imported(folder: Path, *answers: Any) -> ImportReport:
    path = folder / "answers.json"
    path.write_text(json.dumps(answers[0] if len(answers) == 1 else answers), encoding="utf-8")
    return import_file(path, "sync")


def procedure(folder: Path, **fields: Any) -> Procedure:
    [made] = imported(folder, answer(result(**fields))).procedures
    return made


class TestSync(ImporterContract):
    source = "sync"

    def write(self, folder: Path, *records: Any) -> Path:
        path = folder / "answers.jsonl"
        path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        return path

    def record(self, code: str, title: str) -> Any:
        return answer(result(f"{code}.000.00.00.H49", title))

    def broken(self) -> Any:
        return answer(result(TENTTHC=["x"]))

    def with_unknown_field(self, code: str, title: str) -> tuple[Any, str]:
        colourful = fee("5.000", MAU="đỏ")
        record = result(code, title, CACHTHUCTHUCHIEN=[way("1", colourful)])
        return answer(record), "result[].CACHTHUCTHUCHIEN[].THOIGIAN[].PHILEPHI[].MAU"

    def damaged(self, folder: Path) -> Path:
        path = self.write(folder, self.record("1.999001", TITLE))
        path.write_bytes(path.read_bytes()[:-9])
        return path


def test_reads_an_answer(tmp_path):
    made = procedure(
        tmp_path, CACHTHUCTHUCHIEN=[way("3", fee("50.000", MOTA="mỗi thẻ"), THOIGIANGIAIQUYET="07")]
    )

    [method] = made.methods
    assert method.channel is Channel.POSTAL
    assert method.time == Duration(Decimal(7), TimeUnit.WORKING_DAY)
    assert method.fees == (Fee(Decimal(50000), FeeKind.CHARGE, "VND", "mỗi thẻ"),)
    assert made.levels == (Level.COMMUNE,)
    assert made.steps == (Step("Cấp mới", "Nộp đơn"),)
    assert made.results == ("Thẻ",)
    assert made.legal_basis == (
        LegalBasis("1/2020/NĐ-CP", "Nghị định 1/2020/NĐ-CP", "http://example.vn/1"),
    )
    assert made.standing is Standing.LISTED


@pytest.mark.parametrize(
    ("local", "publisher"),
    [
        ("1.999001", ""),
        ("1.999001.H38", "H38"),
        ("1.999001.000.00.00.H49", "H49"),
        ("1.999001.000.00.00.G15", "G15"),
    ],
)
def test_a_local_code_is_the_national_one_and_its_publisher(tmp_path, local, publisher):
    made = procedure(tmp_path, code=local, MACOQUANCONGBO="")

    assert (made.code, made.promulgating_agency_code) == ("1.999001", publisher)


@pytest.mark.parametrize(
    ("number", "channel"), [("1", Channel.DIRECT), ("2", Channel.ONLINE), ("3", Channel.POSTAL)]
)
def test_channels_are_numbered(tmp_path, number, channel):
    [method] = procedure(tmp_path, CACHTHUCTHUCHIEN=[way(number)]).methods

    assert method.channel is channel


def test_a_way_with_two_time_limits_is_two_methods(tmp_path):
    slow, fast = way("1"), way("1", THOIGIANGIAIQUYET="1")
    both = {"KENH": "1", "THOIGIAN": slow["THOIGIAN"] + fast["THOIGIAN"]}

    made = procedure(tmp_path, CACHTHUCTHUCHIEN=[both, {"KENH": "2", "THOIGIAN": []}])

    times = [
        each.time.value if isinstance(each.time, Duration) else each.time for each in made.methods
    ]
    assert times == [2, 1, Absent(Reason.NOT_PUBLISHED)]


def test_the_cut_off_hour_typed_as_the_duration_gives_way_to_the_text(tmp_path):
    words = "Trả ngay; nhận hồ sơ sau 15 giờ thì trả vào hôm sau."
    ways = [way("1", THOIGIANGIAIQUYET="15", DONVITINH="Giờ", MOTA=words)]

    [method] = procedure(tmp_path, CACHTHUCTHUCHIEN=ways).methods

    assert method.time == Absent(Reason.NOT_A_NUMBER, words)


@pytest.mark.parametrize(
    ("value", "unit", "time"),
    [
        ("", "Ngày", Absent(Reason.NOT_PUBLISHED)),
        ("Trong ngày", "Ngày", Absent(Reason.NOT_A_NUMBER, "Trong ngày")),
        ("5", "Khác", Absent(Reason.NO_UNIT)),
        ("5", "", Absent(Reason.NO_UNIT)),
        ("0", "Ngày", Absent(Reason.ZERO_UNEXPLAINED)),
    ],
)
def test_what_cannot_be_counted_is_no_time_limit(tmp_path, value, unit, time):
    ways = [way("1", THOIGIANGIAIQUYET=value, DONVITINH=unit)]

    assert procedure(tmp_path, CACHTHUCTHUCHIEN=ways).methods[0].time == time


def test_an_unknown_unit_is_reported(tmp_path):
    report = imported(tmp_path, answer(result(CACHTHUCTHUCHIEN=[way("1", DONVITINH="Tuần trăng")])))

    assert report.procedures[0].methods[0].time == Absent(Reason.NO_UNIT)
    [doubt] = report.doubts
    assert "unit 'Tuần trăng' is not known" in doubt


def test_a_fee_that_has_expired_says_until_when(tmp_path):
    words = "Tại quầy: 50.000 đồng; trực tuyến: 25.000 đồng (áp dụng đến hết ngày 31/12/2025)."
    ways = [way("2", fee("50.000", MOTA=words), fee("25.000", MOTA=words))]

    [method] = procedure(tmp_path, CACHTHUCTHUCHIEN=ways).methods

    assert isinstance(method.fees, tuple)
    assert [each.valid_until for each in method.fees] == [None, date(2025, 12, 31)]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (fee("0", MOTA="Do tỉnh quy định"), Absent(Reason.ZERO_WITH_CONDITION)),
        (fee("0"), Absent(Reason.ZERO_UNEXPLAINED)),
        (fee("Theo biểu phí"), Absent(Reason.NOT_A_NUMBER)),
        (fee("20"), Absent(Reason.NO_UNIT)),
    ],
)
def test_a_fee_that_cannot_be_trusted_keeps_only_its_words(tmp_path, given, made):
    [method] = procedure(tmp_path, CACHTHUCTHUCHIEN=[way("1", given)]).methods

    assert isinstance(method.fees, tuple)
    assert method.fees[0].amount == made


def test_words_in_place_of_an_amount_are_kept(tmp_path):
    ways = [way("1", fee("Theo biểu phí", MOTA="của tỉnh"))]

    [method] = procedure(tmp_path, CACHTHUCTHUCHIEN=ways).methods

    assert isinstance(method.fees, tuple)
    assert method.fees[0].note == "Theo biểu phí\ncủa tỉnh"


def test_documents_remarks_and_forms(tmp_path):
    form = {"TENMAUDON": "Mẫu 1.doc", "URL": "https://example.vn/m"}
    papers = [paper("Đơn", "1", "2", **form), paper("Mang bản gốc", "0", "0")]

    [case] = procedure(
        tmp_path, THANHPHANHOSO=[{"TRUONGHOP": "Cấp mới", "GIAYTO": papers}]
    ).document_cases

    assert case.name == "Cấp mới"
    assert case.documents == (
        Document("Đơn", 1, 2, "G1", (Form("Mẫu 1.doc", "https://example.vn/m"),)),
    )
    assert case.notes == ("Mang bản gốc",)


def test_a_quantity_in_words_is_not_made_up(tmp_path):
    papers = [paper("Đơn", "một", "1")]

    report = imported(tmp_path, answer(result(THANHPHANHOSO=[{"TRUONGHOP": "", "GIAYTO": papers}])))

    assert report.procedures[0].document_cases[0].documents[0].originals is None
    assert len(report.doubts) == 1


def test_the_code_of_another_provinces_agency_is_dropped_and_reported(tmp_path):
    agencies = [
        {"MADONVI": "H26.16", "TENDONVI": "Sở Tư pháp"},
        {"MADONVI": "H49.02", "TENDONVI": "Sở Xây dựng"},
        {"MADONVI": "G01", "TENDONVI": "Bộ Công an"},
    ]

    report = imported(tmp_path, answer(result(COQUANTHUCHIEN=agencies)))

    assert report.procedures[0].executing_agencies == (
        Agency("Sở Tư pháp"),
        Agency("Sở Xây dựng", "H49.02"),
        Agency("Bộ Công an", "G01"),
    )
    assert len(report.doubts) == 1


def test_words_stand_in_for_a_list_of_agencies(tmp_path):
    made = procedure(tmp_path, COQUANTHUCHIEN=[], MOTACOQUANTHUCHIEN="Nơi cư trú")

    assert made.executing_agencies == (Agency("Nơi cư trú"),)


@pytest.mark.parametrize("state", ["0", "2"])
def test_what_the_database_does_not_show_is_not_current(tmp_path, state):
    assert procedure(tmp_path, TRANGTHAI=state).standing is Standing.UNLISTED


def test_several_results_and_several_answers_are_read_one_by_one(tmp_path):
    report = imported(
        tmp_path,
        answer(result("1.999001.H49"), result("x"), result("1.999002.H49")),
        answer(result("1.999003.H49")),
    )

    assert [each.code for each in report.procedures] == ["1.999001", "1.999002", "1.999003"]
    [reject] = report.rejects
    assert reject.place == "answers.json item 1 result 2, field result[0].MATTHC"


def test_a_procedure_without_its_envelope_is_read(tmp_path):
    assert imported(tmp_path, result()).procedures[0].code == "1.999001"


@pytest.mark.parametrize("bad", [answer(error="5"), answer(), {"message": "x"}])
def test_an_answer_that_is_an_error_is_reported(tmp_path, bad):
    report = imported(tmp_path, answer(result()), bad)

    assert len(report.procedures) == 1
    assert "and no procedure" in report.rejects[0].reason


def test_reads_a_folder_and_loses_only_its_damaged_file(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(answer(result())), encoding="utf-8")
    (tmp_path / "b.json").write_text('{"result": [', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")

    report = import_file(tmp_path, "sync")

    assert len(report.procedures) == 1
    assert [each.place for each in report.rejects] == ["b.json"]


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(UnreadableSource, match="holds no records"):
        import_file(tmp_path, "sync")
