"""Facebook Messenger: one Page. Texts with quick replies, echoes by which a person is noticed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx2

from gateway.channels.base import (
    Event,
    Finding,
    Held,
    Later,
    MalformedWebhook,
    NotConfigured,
    Outcome,
    Part,
    RejectedWebhook,
    Sent,
    Way,
)
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.messenger_check import findings
from gateway.channels.messenger_client import (
    Access,
    MessengerClient,
    Problem,
)
from gateway.channels.messenger_errors import outcome, read_faults
from gateway.channels.messenger_events import Account, items_of, read_item
from gateway.channels.messenger_signature import HEADER, is_signed
from gateway.channels.shapes import strict_json
from gateway.channels.showing import Limits, Screen, Words, choices, screens
from gateway.messages import Button, Reply
from gateway.settings import MessengerSettings

QUICK_REPLIES = 13
TITLE = 20  # Characters; Meta cuts what is longer.
PAYLOAD = 1000


class MessengerChannel:
    name: ClassVar[str] = "messenger"
    echoes: ClassVar[bool] = True

    def __init__(
        self,
        settings: MessengerSettings,
        words: Words,
        *,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self.settings = settings
        self.rate = settings.rate
        self.file_hosts = tuple(host for host in settings.file_hosts.split(",") if host)
        self.client = client_of(settings, http)
        self._words = words
        self._limits = Limits(settings.text_length, QUICK_REPLIES, TITLE, PAYLOAD)
        self._account = Account(settings.page_id, settings.app_id)
        self._faults = read_faults()

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        if not is_signed(body, headers.get(HEADER, ""), self.settings.app_secret):
            raise RejectedWebhook("messenger: bad signature")
        try:
            items = list(items_of(strict_json(body)))
        except (ValueError, RecursionError) as error:
            raise MalformedWebhook("messenger: not the documented shape") from error
        return [self.read(item) for item in items]

    def read(self, raw: dict[str, Any]) -> Event:
        return read_item(raw, account=self._account, now=datetime.now(UTC))

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        return tuple(map(_part, screens(reply, self._limits, self._words)))

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        return choices(reply, self._limits)

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        """The tag is for what a person wrote, and only where nothing else may go out."""
        settings = self.settings
        if since_act is None:
            return Way.HOLD
        if since_act <= timedelta(hours=settings.window_hours):
            return Way.DIRECT
        granted = by_person and settings.human_agent
        in_time = since_act <= timedelta(days=settings.person_days)
        return Way.PERSON if granted and in_time else Way.HOLD

    def notice(self, reply: Reply) -> Part | None:
        """Meta has no template that would go to a Page's citizens for this."""
        return None

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        if way is not Way.DIRECT and not (way is Way.PERSON and self.settings.human_agent):
            return Held(f"way_{way.value}")
        kind = _PERSON if way is Way.PERSON else _DIRECT
        message = {**(part.body or {"text": part.text}), "metadata": mark}
        try:
            mid = await self.client.send({"recipient": {"id": user}, **kind, "message": message})
        except Unreachable as error:
            return Later(str(error))
        except NoAnswer as error:
            return Later(str(error), in_doubt=True)
        except Problem as problem:
            return outcome(problem, self._faults)
        return Sent(mid)

    async def check(self) -> tuple[Finding, ...]:
        return await findings(self.client, self.settings)

    async def close(self) -> None:
        await self.client.close()


_DIRECT = {"messaging_type": "RESPONSE"}
_PERSON = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def open_messenger(
    settings: MessengerSettings, words: Words, http: httpx2.AsyncClient | None = None
) -> MessengerChannel:
    """Raises NotConfigured."""
    if settings.missing:
        raise NotConfigured(f"MESSENGER_PAGE_ID is set, but not {', '.join(settings.missing)}")
    return MessengerChannel(settings, words, http=http)


def client_of(
    settings: MessengerSettings, http: httpx2.AsyncClient | None = None
) -> MessengerClient:
    access = Access(
        graph_url=settings.graph_url,
        version=settings.version,
        page_id=settings.page_id,
        app_id=settings.app_id,
        app_secret=settings.app_secret,
        page_token=settings.page_token,
    )
    client = http or httpx2.AsyncClient(timeout=settings.seconds)
    return MessengerClient(client, access, seconds=settings.seconds)


def _part(screen: Screen) -> Part:
    body: dict[str, Any] = {"text": screen.text}
    if screen.buttons:
        body["quick_replies"] = [
            {"content_type": "text", "title": button.title, "payload": button.payload}
            for button in screen.buttons
        ]
    return Part(screen.text, body)
