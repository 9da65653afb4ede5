"""A parcel about an invented case."""

from datetime import UTC, datetime
from typing import Any

from agencies.outbox.writing import Purpose
from agencies.senders.base import CaseFacts, Parcel

AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
CATEGORIES = {"behaviour": "Cán bộ, công chức chậm trễ, gây phiền hà"}
SECRETS = ("Nguyễn Thị Mẫu", "0000 000 009", "mau@example.invalid", "hẹn trả kết quả")


def case(**facts: Any) -> CaseFacts:
    values: dict[str, Any] = {
        "code": "PA-7K2M-9QXT",
        "wish": "feedback",
        "category": "behaviour",
        "text": "Cán bộ hẹn trả kết quả ba lần, đến nay vẫn chưa có.\nXin xem giúp.",
        "procedure_code": "9.000001",
        "procedure_title": "Đăng ký khai sinh",
        "field": "Hộ tịch",
        "place_name": "xã Đông",
        "dossier_code": "H99.1-261101-0001",
        "contact_name": "Nguyễn Thị Mẫu",
        "contact_phone": "0000 000 009",
        "contact_email": "mau@example.invalid",
        "contact_address": "Thôn Một, xã Đông",
        "agency_code": "so-tu-phap",
        "agency_name": "Sở Tư pháp tỉnh Mẫu",
        "handling": "own",
        "state": "received",
        "received_at": AT,
        "register_due": AT,
        "forward_due": AT,
        "reply_due": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    }
    return CaseFacts(**(values | facts))


def parcel(**facts: Any) -> Parcel:
    values: dict[str, Any] = {
        "key": KEY,
        "recipient": "tiepnhan@sotuphap.gov.vn",
        "purpose": Purpose.FORWARD,
        "payload": {},
        "written_at": AT,
        "case": case(),
    }
    return Parcel(**(values | facts))
