import pytest

from knowledge.cases import CaseReader
from knowledge.short_names import CUT, LONGEST, ShortNames

NAMES: ShortNames = CaseReader.load()._names


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("a) Trường hợp bị mất, hồ sơ gồm:", "bị mất"),
        ("* Trường hợp cấp lại khi bị hư hỏng", "cấp lại khi bị hư hỏng"),
        ("1.3.2. Hồ sơ đề nghị giao đất bao gồm:", "giao đất"),
        ("(ii) Đối với tổ chức kinh tế theo quy định tại Điều 5", "tổ chức kinh tế"),
        ("Trường hợp (1): Đề nghị cấp mới:", "Đề nghị cấp mới"),
        ("Trường hợp hoàn trả qua tài khoản", "hoàn trả qua tài khoản"),
        ("- Đối với trường hợp cấp đổi thì hồ sơ gồm các giấy tờ sau:", "cấp đổi"),
    ],
)
def test_leaves_out_what_every_name_has(name: str, core: str) -> None:
    assert NAMES.core(name) == core


def test_leaves_out_a_long_beginning_that_all_share() -> None:
    names = [
        "Trường hợp hỗ trợ người lao động phải về nước do bị tai nạn",
        "Trường hợp hỗ trợ người lao động phải về nước vì chủ phá sản",
    ]

    assert NAMES.of(names) == ["Do bị tai nạn", "Vì chủ phá sản"]


def test_keeps_a_short_beginning_that_may_belong_to_what_follows() -> None:
    assert NAMES.of(["Đối với cấp mới", "Đối với cấp lại"]) == ["Cấp mới", "Cấp lại"]


def test_does_not_tear_a_word_apart() -> None:
    tail = "có vốn đầu tư nước ngoài hoạt động ở nhiều tỉnh, thành phố khác nhau"
    names = [f"Đối với tổ chức {tail}", f"Đối với tổng công ty {tail}"]

    assert [each.split()[0] for each in NAMES.of(names)] == ["Tổ", "Tổng"]


def test_cuts_what_is_still_too_long_at_a_word() -> None:
    (name,) = NAMES.of(["Trường hợp " + "rất dài " * 20])

    assert len(name) <= LONGEST + len(CUT)
    assert set(name.removesuffix(CUT).lower().split()) == {"rất", "dài"}


def test_names_that_would_be_alike_are_numbered() -> None:
    long = "người nộp thuế có hoạt động sản xuất, kinh doanh trên nhiều địa bàn cấp tỉnh"

    first, second = NAMES.of([f"Trường hợp {long} một", f"Trường hợp {long} hai"])

    assert first != second
    assert second.endswith("(2)") or "hai" in second


def test_no_names_are_no_trouble() -> None:
    assert NAMES.of([]) == []
