"""Many invented cases, written at once: for the queue's measurement and its tests."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.codes import ALPHABET
from agencies.cases.model import OPEN, State
from agencies.cases.rows import findable
from agencies.cases.tables import case_
from agencies.database import writing

BATCH = 1000
SURNAMES = ("Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
NAMES = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Linh", "Mai", "Nam", "Oanh", "Phúc")
PROCEDURES = ("Đăng ký khai sinh", "Cấp bản sao trích lục", "Đăng ký kết hôn", "Cấp phép xây dựng")
_SAID = (
    "hồ sơ nộp một cửa cán bộ hẹn trả kết quả chậm trễ nhiều lần không giải thích lệ phí thu sai "
    "giấy tờ yêu cầu thêm trực tuyến lỗi hệ thống tài khoản xếp hàng lâu thái độ đất đai xây dựng "
    "khai sinh kết hôn hộ khẩu tạm trú chứng thực công chứng thuế đăng ký kinh doanh giấy phép"
)
WORDS = _SAID.split()
CATEGORIES = ("behaviour", "unfit", "inconsistent", "unlawful", "other", "solution", "")
# Most of what a province has received in a few years is done.
STATES = (State.CLOSED,) * 70 + (State.ANSWERED,) * 9 + (State.DECLINED,) * 3
STATES += (State.RECEIVED,) * 5 + (State.REGISTERED,) * 10 + (State.WAITING,) * 3


async def fill(
    engine: AsyncEngine, agencies: Sequence[int], *, count: int, now: datetime, seed: int = 5
) -> None:
    """Write so many cases about these agencies, most of them closed, the newest open."""
    chance = random.Random(seed)  # noqa: S311
    async with writing(engine).begin() as connection:
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            rows = [_row(chance, number, agencies, now) for number in numbers]
            await connection.execute(case_.insert(), rows)
    async with engine.connect() as connection:
        await connection.execute(sa.text("ANALYZE"))


def _row(
    chance: random.Random, number: int, agencies: Sequence[int], now: datetime
) -> dict[str, Any]:
    state = chance.choice(STATES)
    age = chance.uniform(0, 12) if state in OPEN else chance.uniform(5, 1000)
    received = now - timedelta(days=age)
    values = _said(chance) | {
        "code": "PA-" + _signs(number, 4) + "-" + _signs(chance.randrange(1024), 4),
        "submission": f"crowd:{number}",
        "channel": "portal",
        "conversation": f"portal:{number}",
        "agency_id": chance.choice(agencies),
        "state": state,
        "wish": chance.choice(("feedback", "feedback", "question", "person")),
        "category": chance.choice(CATEGORIES),
        "received_at": received,
        "register_due": received + timedelta(days=1),
        "forward_due": received + timedelta(days=5),
        "reply_due": received + timedelta(days=7),
        "counted_from": received,
        "forwarded_at": received + timedelta(hours=1),
        "waiting_since": now if state is State.WAITING else None,
        "assignee_id": None,
    }
    return _REST | values | {"search_text": findable(values)}


def _said(chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(SURNAMES)} {chance.choice(NAMES)} {chance.choice(NAMES)}"
    return {
        "text": " ".join(chance.choices(WORDS, k=chance.randint(20, 90))),
        "procedure_code": f"1.{chance.randrange(10**6):06}",
        "procedure_title": chance.choice(PROCEDURES),
        "field": "Hộ tịch",
        "place_code": "99001",
        "place_name": "xã Đông",
        "dossier_code": f"000.00.01.H99-261122-{chance.randrange(10**4):04}",
        "contact_name": name,
        "contact_phone": f"09{chance.randrange(10**8):08}",
        "contact_email": "",
        "contact_address": f"{chance.randrange(1, 300)} đường {chance.choice(NAMES)}",
    }


_REST: dict[str, Any] = {
    "consent_version": "2026-11",
    "consent_at": None,
    "routing": {},
    "handling": "own",
    "register_year": None,
    "register_number": None,
    "registered_at": None,
    "answered_at": None,
    "closed_at": None,
    "calendar_version": "test",
    "warned": 0,
    "overdue_told": None,
    "draft": "",
    "draft_by": None,
    "answer": "",
    "answered_by": None,
    "rating": None,
    "rating_words": "",
    "rated_at": None,
    "reopened": 0,
    "erased_at": None,
    "version": 1,
    "look_at": None,
}


def _signs(number: int, length: int) -> str:
    return "".join(ALPHABET[number // 32**place % 32] for place in range(length))


def agency_ids(count: int) -> Iterator[int]:
    return iter(range(1, count + 1))
