"""Histories of cases for tests of figures, by the clock in Vietnam."""

from datetime import datetime

from agencies.cases.model import EventKind
from agencies.reports.history import CaseHistory, Moment
from agencies.reports.week import Week
from tests.agencies.cases.conftest import vn

WEEK = Week(2026, 47)  # Monday 16 to Sunday 22 November.
AT_END = WEEK.end


def moment(
    kind: str, at: str, *, due: str = "", score: int | None = None, about: str = ""
) -> Moment:
    return Moment(vn(at), EventKind(kind), vn(due) if due else None, score, about)


def history(*moments: Moment, **facts: object) -> CaseHistory:
    values: dict[str, object] = {
        "id": 1,
        "code": "PA-0000-0001",
        "agency": 1,
        "field": "Hộ tịch",
        "wish": "feedback",
        "procedure_code": "1.001193",
        "procedure_title": "Đăng ký khai sinh",
        "received_at": vn("2026-11-16 09:00"),
        "reply_due": vn("2026-11-20 23:59"),
    }
    return CaseHistory(**values | facts, moments=moments)  # type: ignore[arg-type]


def answered(at: str, due: str = "2026-11-20 23:59") -> Moment:
    return moment("answered", at, due=due)


def received(at: str) -> dict[str, datetime]:
    return {"received_at": vn(at)}
