"""A number pasted into the chat, followed to every place where it could stay."""

from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.client import GatewayClient
from gateway.database import open_database
from gateway.inbox import Inbox
from gateway.masking import Masking
from gateway.messages import Incoming
from gateway.settings import Settings
from gateway.signals import Signals
from gateway.store import Along, Store
from gateway.tables import metadata
from gateway.testing import FakeRasa

SECRETS = ("001099000001", "0912.345.678", "an.nguyen@gmail.com", "7912345678")
TYPED = (
    "Tôi là An, CCCD 001099000001, sđt 0912.345.678, mail an.nguyen@gmail.com, BHXH 7912345678, "
    "hồ sơ H49.12.09-251120-0007 đến đâu rồi?"
)
SHOWN = (
    "Tôi là An, CCCD [số đã che], sđt [số đã che], mail [email đã che], BHXH [số đã che], "
    "hồ sơ H49.12.09-251120-0007 đến đâu rồi?"
)


async def test_nothing_of_it_stays_anywhere(
    citizen: GatewayClient, rasa: FakeRasa, settings: Settings, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        await citizen.ask(TYPED)
    thread = await citizen.thread()
    database = open_database(settings.database_url)
    rows = await database.read(
        lambda connection: [
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(table.select())
        ]
    )
    await database.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert thread[0].text == SHOWN
    for secret in SECRETS:
        assert secret not in str(rasa.asked)
        assert secret not in str(rows)
        assert secret not in str(logs)
        assert secret not in str(thread)
        assert secret.encode() not in files
    assert "H49.12.09-251120-0007" in rasa.texts[0]


async def test_rasa_reads_the_question_without_the_marks(
    citizen: GatewayClient, rasa: FakeRasa
) -> None:
    await citizen.ask("căn cước 001099000001 bị mất làm lại ở đâu")

    assert rasa.texts == ["căn cước bị mất làm lại ở đâu"]


async def test_the_citizen_is_told_once_per_message_and_still_answered(
    citizen: GatewayClient,
) -> None:
    notice, answer = await citizen.ask(TYPED)

    assert "đừng gửi số căn cước" in notice.text
    assert answer.text.startswith("Bạn hỏi:")
    [usual] = await citizen.ask("lệ phí bao nhiêu")
    assert usual.text == "Bạn hỏi: lệ phí bao nhiêu"


@pytest.mark.parametrize("text", ["0912345678", "sđt của em là 0912 345 678 ạ"])
async def test_a_message_that_is_only_a_number_gets_only_the_notice(
    citizen: GatewayClient, rasa: FakeRasa, text: str
) -> None:
    [notice] = await citizen.ask(text)

    assert "thủ tục gì" in notice.text
    assert rasa.asked == []


async def test_a_message_posted_twice_is_masked_and_told_of_once(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    for _ in range(2):
        await citizen.post(TYPED, client_id="same")
    await citizen.ask("hai")

    notices = [one for one in await citizen.thread() if "đừng gửi" in one.text]
    assert len(notices) == 1


class Noting(Store):
    """Keeps what it is given, as it is given it."""

    def __init__(self) -> None:
        self.accepted: list[Incoming] = []

    async def accept(
        self,
        message: Incoming,
        *,
        begin: bool = True,
        sealed: Incoming | None = None,
        along: Along | None = None,
    ) -> int:
        self.accepted.append(message)
        return 1


async def test_the_providers_own_event_is_masked_too() -> None:
    store = Noting()
    inbox = Inbox(
        store, Signals(), lambda: None, masking=Masking(), sealed_text="[…]", length_limit=2000
    )
    event = {"sender": {"id": "1234567890123"}, "message": {"text": "sđt 0912345678"}}

    await inbox.take(Incoming("zalo", "1234567890123", "sđt 0912345678", "m1", event))

    [message] = store.accepted
    assert message.raw == {
        "sender": {"id": "1234567890123"},
        "message": {"text": "sđt [số đã che]"},
    }
    assert message.masked
