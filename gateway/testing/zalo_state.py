"""What the fake Zalo knows: phones, windows, its own rules, and the faults a test wants."""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from gateway.settings import ZaloSettings
from gateway.store import Clock
from gateway.testing.zalo_phone import Shown

WINDOW = timedelta(days=7)


class ZaloState:
    def __init__(self, settings: ZaloSettings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.phones: defaultdict[str, list[Shown]] = defaultdict(list)
        self.acted: dict[str, datetime] = {}  # By the citizens' ids.
        self.left: set[str] = set()  # Follow no more.
        self.calls: Counter[str] = Counter()  # By path; refused ones too.
        self.errors: Counter[int] = Counter()  # By code.
        # What Zalo documents, or what is said of it and not verified.
        self.most_buttons = 5  # Unverified.
        self.rate_limit = 4000  # Calls a minute.
        self.expired_code = -220  # -216 in older tables.
        self.dead_refresh_code = -14014  # Unverified.
        self.requires_proof = False
        self.templates: dict[str, tuple[str, ...]] = {}  # Approved, with their parameters.
        self.account: dict[str, Any] = {
            "oaid": settings.oa_id,
            "name": "Một Cửa",
            "is_verified": True,
            "oa_type": 4,
            "package_name": "Nâng cao",
            "package_valid_through_date": "31/12/2030",
            "linked_ZCA": "",
        }
        self.variant = "app-body"  # How webhook calls are signed.
        self.files: dict[str, tuple[str, bytes]] = {}  # Media type and content by name.
        self.files_url = "https://f6.photo.talk.zdn.vn"
        self.object_payloads = False  # A button's payload comes as {"content": ...}.
        self.receipts = True
        # Faults.
        self.fail_with: tuple[int, int] | None = None  # Code (or HTTP status), how many times,
        self.fail_after = 0  # after so many that go well.
        self.down = False
        self.slow = 0.0  # Seconds before an answer.
        self.echo_first = False  # The echo is there before the send call returns.
        self.no_echo = False
        self.lose_answer = 0  # So many messages are taken, but the connection breaks.
        self.lose_refresh = 0  # So many pairs are replaced, but the connection breaks.
        self.reorder = False  # Each second event overtakes the one before it.
        self.duplicate = 0  # So many more copies of each event.
        self._running: set[asyncio.Task[None]] = set()

    def act(self, user: str) -> None:
        """Something that lets the account write to them."""
        self.acted[user] = self.clock()
        self.left.discard(user)

    def window(self, user: str) -> int:
        """The error code of a message to them just now; 0 when they may be written to."""
        if user in self.left:
            return -213
        acted = self.acted.get(user)
        return -230 if acted is None or self.clock() - acted > WINDOW else 0

    def fault(self) -> int:
        """The code that this message fails with, as a test wants it; 0 when it does not."""
        if self.fail_with is None:
            return 0
        if self.fail_after:
            self.fail_after -= 1
            return 0
        code, times = self.fail_with
        self.fail_with = (code, times - 1) if times > 1 else None
        return code

    def show(self, user: str, shown: Shown) -> None:
        self.phones[user].append(shown)

    def milliseconds(self) -> str:
        """Now, as Zalo writes it."""
        return str(int(self.clock().timestamp() * 1000))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside what is going on now."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait for what runs beside: echoes, receipts, tries again."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        for task in (running := tuple(self._running)):
            task.cancel()
        if running:
            await asyncio.wait(running)


def new_id() -> str:
    return secrets.token_hex(10)
