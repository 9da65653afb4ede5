import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.client import Aspect
from knowledge.importers import import_file
from knowledge.model import (
    Absent,
    Channel,
    Duration,
    Fee,
    Method,
    Procedure,
    Reason,
    TimeUnit,
)
from knowledge.render import Renderer
from tests.knowledge.faithfulness import unfaithful
from tests.knowledge.samples import ALL, BIRTH, BIRTH_AGAIN, MARRIAGE, TODAY

RENDERER = Renderer()
STARTER = Path("data/catalogue.jsonl")


def rendered(procedure: Procedure, aspect: Aspect) -> str:
    return RENDERER.section(procedure, aspect, TODAY).text


@pytest.mark.parametrize("procedure", ALL)
def test_says_nothing_beyond_the_record(procedure: Procedure) -> None:
    assert unfaithful(procedure, RENDERER, TODAY) == []


def test_says_nothing_beyond_the_record_in_the_whole_catalogue() -> None:
    """The starter catalogue; CATALOGUE=source:path names another one to prove."""
    source, _, path = os.environ.get("CATALOGUE", f"jsonl:{STARTER}").partition(":")
    procedures = import_file(Path(path), source).procedures

    found = [line for each in procedures for line in unfaithful(each, RENDERER, TODAY)]

    assert len(procedures) >= 80
    assert found == []


def test_the_proof_notices_an_invented_number_and_an_invented_word(tmp_path: Path) -> None:
    for template in Path("knowledge/templates").iterdir():
        (tmp_path / template.name).write_text(template.read_text(encoding="utf-8"), "utf-8")
    (tmp_path / "time.j2").write_text("{{ 7 * 3 }} {{ 'hai mươi mốt' }} ngày", "utf-8")

    found = unfaithful(BIRTH, Renderer(tmp_path), TODAY)

    assert any("number 21" in line for line in found)
    assert any("mươi" in line for line in found)


def test_a_zero_fee_is_never_called_free() -> None:
    text = rendered(BIRTH, Aspect.FEE)

    assert "Trực tuyến: Lệ phí: bản công bố ghi 0 đồng, không nói rõ" in text
    assert "miễn phí" not in text.lower()


def test_a_condition_is_shown_in_place_of_a_placeholder_amount() -> None:
    fee = Fee(Absent(Reason.ZERO_WITH_CONDITION), note="do Hội đồng nhân dân quyết định")
    procedure = replace(BIRTH, methods=(replace(BIRTH.methods[0], fees=(fee,)),))

    text = rendered(procedure, Aspect.FEE)

    assert "do Hội đồng nhân dân quyết định" in text
    assert "0" not in text


def test_an_expired_fee_is_marked() -> None:
    fee = Fee(Decimal(25000), valid_until=date(2025, 12, 31))
    procedure = replace(BIRTH, methods=(replace(BIRTH.methods[0], fees=(fee,)),))

    assert "đến hết 31/12/2025, nay đã quá hạn" in rendered(procedure, Aspect.FEE)


def test_a_number_without_a_unit_gives_way_to_the_sub_cases() -> None:
    text = rendered(BIRTH_AGAIN, Aspect.TIME)

    assert text.splitlines()[1] == "- Tại xã: 5 ngày"
    assert "không ghi đơn vị" not in text
    assert "Ngay trong ngày" in text


def test_cases_of_one_name_are_told_apart_by_their_code() -> None:
    first = BIRTH_AGAIN.sub_cases[0]
    second = replace(first, code="9.000002.02", time=Duration(Decimal(1), TimeUnit.DAY))
    procedure = replace(BIRTH_AGAIN, sub_cases=(first, second, replace(first, code="x")))

    lines = rendered(procedure, Aspect.TIME).splitlines()

    assert lines[1:3] == ["- Tại xã (9.000002.01): 5 ngày", "- Tại xã (9.000002.02): 1 ngày"]


def test_times_of_one_channel_are_told_apart_by_their_remarks() -> None:
    methods = tuple(
        Method(Channel.DIRECT, Duration(Decimal(days), TimeUnit.DAY), (), f"Khi thiếu {days} tờ")
        for days in (2, 7)
    )

    text = rendered(replace(BIRTH, methods=methods), Aspect.TIME)

    assert text.splitlines()[1:] == [
        "- Trực tiếp: 2 ngày – Khi thiếu 2 tờ",
        "- Trực tiếp: 7 ngày – Khi thiếu 7 tờ",
    ]


def test_a_number_without_a_unit_is_not_told() -> None:
    text = rendered(replace(BIRTH_AGAIN, sub_cases=()), Aspect.TIME)

    assert "- Trực tiếp: bản công bố có ghi số nhưng không ghi đơn vị thời gian" in text


def test_methods_that_agree_are_said_once() -> None:
    postal = replace(BIRTH.methods[0], channel=Channel.POSTAL)
    procedure = replace(BIRTH, methods=(BIRTH.methods[0], postal))

    text = rendered(procedure, Aspect.TIME)

    assert text.splitlines()[1:] == ["- Trực tiếp, qua bưu chính: 3 ngày làm việc"]


def test_a_part_lost_in_the_copy_is_not_called_unpublished() -> None:
    section = RENDERER.section(MARRIAGE, Aspect.DOCUMENTS, TODAY)

    assert section.lacks
    assert "không giữ được" in section.text
    assert "không giữ được" in rendered(BIRTH_AGAIN, Aspect.FEE)


def test_documents_stand_apart_from_notes() -> None:
    text = rendered(BIRTH, Aspect.DOCUMENTS)

    assert text.splitlines() == [
        "Giấy tờ cần chuẩn bị:",
        "Giấy tờ phải nộp",
        "- Tờ khai đăng ký khai sinh (bản chính: 1)",
        "- Giấy chứng sinh (bản chính: 1, bản sao: 2)",
        "",
        "Lưu ý:",
        "- Mang bản gốc để đối chiếu",
    ]


def test_pages_of_notes_are_cut_and_said_to_be() -> None:
    case = replace(BIRTH.document_cases[0], notes=("Ghi chú " * 60, "Hai " * 60, "Ba " * 200))
    procedure = replace(BIRTH, document_cases=(case,))

    text = rendered(procedure, Aspect.DOCUMENTS)

    assert "Hai" in text
    assert "Ba" not in text
    assert text.endswith("Bản công bố còn những lưu ý khác; vui lòng xem ở trang nguồn.")


def test_a_capture_known_to_the_month_is_not_called_a_day() -> None:
    monthly = replace(BIRTH, source=replace(BIRTH.source, captured="2026-07"))

    assert "dữ liệu ngày 18/07/2026" in RENDERER.source(BIRTH)
    assert "dữ liệu tháng 07/2026" in RENDERER.source(monthly)


def test_every_aspect_has_a_template_and_a_name() -> None:
    empty = replace(BIRTH, methods=(Method(Channel.DIRECT, *[Absent(Reason.NOT_PUBLISHED)] * 2),))

    for aspect in (each for each in Aspect if each is not Aspect.DUE):
        assert rendered(BIRTH, aspect)
        assert rendered(empty, aspect)


@pytest.mark.parametrize("conditions", ["Từ đủ 18 tuổi", ""])
def test_who_may_apply_is_said_with_the_conditions_and_without_any(conditions: str) -> None:
    procedure = replace(BIRTH, subjects=("Công dân Việt Nam",), conditions=conditions)

    text = rendered(procedure, Aspect.CONDITIONS)

    assert text.startswith("Đối tượng thực hiện: Công dân Việt Nam\n")
    assert (conditions or "Bản công bố không ghi") in text
