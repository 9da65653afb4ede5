"""Complaints, denunciations and emergencies never become cases; feedback is not turned away."""

import pytest

from agencies.cases.kinds import Kind, Kinds
from vietnamese.text import fold

KINDS = Kinds.load()


@pytest.mark.parametrize(
    "text",
    [
        "Tôi khiếu nại quyết định thu hồi đất của UBND",
        "Tôi muốn tố cáo ông chủ tịch xã nhận tiền",
        "tôi làm đơn tố cáo cán bộ địa chính",
        "tôi sẽ khởi kiện ra tòa",
    ],
)
def test_a_complaint_is_one_with_and_without_diacritics(text):
    assert KINDS.of(text) is Kind.COMPLAINT
    assert KINDS.of(fold(text)) is Kind.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        "nhà bên cạnh đang cháy, gọi ai bây giờ",
        "có người bị đâm ở chợ",
        "bố tôi ngất xỉu rồi cần cấp cứu",
        "hai nhóm đang đánh nhau trước cổng",
    ],
)
def test_an_emergency_is_one_with_and_without_diacritics(text):
    assert KINDS.of(text) is Kind.EMERGENCY
    assert KINDS.of(fold(text)) is Kind.EMERGENCY


def test_somebody_in_danger_comes_before_a_complaint():
    assert KINDS.of("tôi tố cáo, họ đang đánh nhau") is Kind.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "nhà hàng xóm xây to cao che hết nắng",
        "nha hang xom xay to cao che het nang",
        "phòng cấp cứu của bệnh viện huyện thu tiền không hóa đơn",
        "đây không phải khiếu nại, tôi chỉ góp ý",
        "cán bộ thái độ kém, hẹn 3 lần",
        "chung cư chưa nghiệm thu phòng cháy",
        "cu tu tu tra loi toi cung duoc",
    ],
)
def test_feedback_is_feedback(text):
    assert KINDS.of(text) is Kind.FEEDBACK
