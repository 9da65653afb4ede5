"""Invented agencies for tests."""

from dataclasses import replace
from datetime import time
from typing import Any

from agencies.directory import Directory, Reject
from agencies.model import Agency, Contact, ContactState, Kind, Level, Opening, Unit, Weekday

CONFIRMED = Contact(ContactState.CONFIRMED, email="a@example.invalid", phone="0000 000 001")
UNCONFIRMED = Contact(ContactState.UNCONFIRMED, email="b@example.invalid")
MORNINGS = Opening((Weekday.MON, Weekday.TUE, Weekday.WED), time(7, 30), time(11, 30))
MINIMAL = Agency(
    code="so-mau",
    name="Sở Mẫu",
    kind=Kind.DEPARTMENT,
    level=Level.PROVINCE,
    area=(Unit("99", "tỉnh Mẫu"),),
    contact=CONFIRMED,
)


def agency(code: str, name: str = "", **facts: Any) -> Agency:
    return replace(MINIMAL, code=code, name=name or code, **facts)


def directory_of(*agencies: Agency, rejects: tuple[Reject, ...] = ()) -> Directory:
    return Directory(agencies, rejects)


SMALL = (
    agency("ubnd-tinh", "Ủy ban nhân dân tỉnh Mẫu", kind=Kind.COMMITTEE),
    agency(
        "so-tu-phap",
        "Sở Tư pháp tỉnh Mẫu",
        parent="ubnd-tinh",
        other_names=("STP",),
        fields=("Hộ tịch", "Công chứng"),
        opening_hours=(MORNINGS,),
    ),
    agency("to-phan-loai", "Tổ phân loại", parent="ubnd-tinh", kind=Kind.TRIAGE),
    agency(
        "ubnd-xa-dong",
        "Ủy ban nhân dân xã Đông",
        kind=Kind.COMMITTEE,
        level=Level.COMMUNE,
        parent="ubnd-tinh",
        area=(Unit("99001", "xã Đông"),),
        fields=("Hộ tịch",),
        contact=UNCONFIRMED,
    ),
)
