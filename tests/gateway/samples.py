"""Messages, turns and replies to test with."""

from itertools import count

from gateway.conversation import Turn
from gateway.database import Database
from gateway.messages import Button, Checklist, ChecklistItem, FormLink, Incoming, Link, Reply
from gateway.staff import StaffDesk
from gateway.store import Clock, Store

_numbers = count(1)
CHECKLIST = Checklist(
    title="Đăng ký khai sinh",
    code="1.001193",
    case="Con trong giá thú",
    items=(
        ChecklistItem(
            "Tờ khai đăng ký khai sinh", 1, None, (FormLink("Tờ khai.docx", "https://x.gov.vn/a"),)
        ),
        ChecklistItem("Giấy chứng sinh", 1, 2),
        ChecklistItem("Giấy tờ tùy thân"),
    ),
    notes=("Xuất trình bản chính để đối chiếu.",),
    source="1.001193, Quyết định 163/QĐ-BTP",
)
FULL = Reply(
    "Cần:\n- Tờ khai",
    (Button("Lệ phí", "Lệ phí bao nhiêu?"),),
    Link("1.001193", "https://example.gov.vn/1.001193"),
    status="answered",
    code="1.001193",
    checklist=CHECKLIST,
    rateable=True,
)


def a_message(text: str = "xin chào", *, user: str = "an", message_id: str = "") -> Incoming:
    return Incoming("portal", user, text, message_id or f"m{next(_numbers)}")


async def asked(store: Store, text: str = "xin chào", *, user: str = "an") -> Turn:
    """A message that has been taken and claimed."""
    await store.accept(a_message(text, user=user))
    turn = await store.claim_turn()
    assert turn is not None
    return turn


async def taken_over(database: Database, clock: Clock, *, case: str = "PA-1") -> None:
    """Staff have the conversation, who say so when they come."""
    desk = StaffDesk(database, clock=clock)
    await desk.take_over("portal:an", "Bà Hoa", Reply("Bà Hoa đã vào."), case=case)


async def texts(store: Store, name: str = "portal:an", after: int = 0) -> list[str]:
    thread = await store.read_thread(name, after)
    return [item.reply.text for item in thread.items]
