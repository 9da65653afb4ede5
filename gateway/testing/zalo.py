"""A Zalo with one Official Account: phones, the API a gateway calls, the webhook it answers.

Behaves as the documentation says; what that leaves open is an attribute (zalo_state.py).
"""

import json
from datetime import datetime
from typing import Any

import httpx2
from starlette.applications import Starlette

from gateway.settings import ZaloSettings
from gateway.store import Clock, now
from gateway.testing import zalo_events as events
from gateway.testing.zalo_api import Wire, ZaloApi
from gateway.testing.zalo_hooks import Event, ZaloHooks
from gateway.testing.zalo_phone import SHOWN_PAYLOAD, Delivery, Shown
from gateway.testing.zalo_state import ZaloState, new_id
from gateway.testing.zalo_tokens import FIRST_ACCESS, FIRST_REFRESH, ZaloTokens

__all__ = ["FIRST_ACCESS", "FIRST_REFRESH", "Delivery", "FakeZalo", "Shown"]

WEBHOOK = "/webhooks/zalo"
ADMIN = "7700000000000000001"


class FakeZalo(ZaloState):
    """Every act returns after the webhook's first try; what fails is tried again beside."""

    def __init__(
        self,
        settings: ZaloSettings,
        *,
        webhook: httpx2.AsyncClient,
        clock: Clock = now,
        pace: float = 1.0,
        path: str = WEBHOOK,
    ) -> None:
        """`webhook` has the gateway's address; `pace` scales the waits between tries."""
        super().__init__(settings, clock=clock)
        self.tokens = ZaloTokens(self)
        self.hooks = ZaloHooks(self, webhook, pace=pace, path=path)
        self.app: Starlette = ZaloApi(self, self.tokens, self.hooks).app

    @property
    def deliveries(self) -> list[Delivery]:
        return self.hooks.deliveries

    def http(self) -> httpx2.AsyncClient:
        """For the gateway: the API, and the files that citizens sent, whatever the host."""
        return httpx2.AsyncClient(transport=Wire(self, self.app))

    def read_by(self, user: str) -> list[str]:
        """What the account said to them."""
        return [shown.text for shown in self.phones[user] if shown.by == "page"]

    # What citizens do. Each returns the id of the message, where there is one.

    async def write(self, user: str, text: str) -> str:
        self.show(user, Shown(text, self.clock(), "citizen"))
        return await self._send(user, events.wrote(self, user, "user_send_text", {"text": text}))

    async def press(self, user: str, title: str) -> str:
        """The newest button of that title. Raises LookupError."""
        payload, kind = self._button(user, title)
        if kind == SHOWN_PAYLOAD:
            self.show(user, Shown(payload, self.clock(), "citizen"))
        text = json.dumps({"content": payload}) if self.object_payloads else payload
        return await self._send(user, events.wrote(self, user, "user_send_text", {"text": text}))

    async def send_image(self, user: str, content: bytes = b"", *, text: str = "") -> str:
        url = self._keep("image.jpg", "image/jpeg", content)
        payload = {"thumbnail": url, "url": url}
        return await self._attach(user, "image", payload, text=text)

    async def send_file(
        self, user: str, name: str, content: bytes = b"", *, media_type: str = "application/pdf"
    ) -> str:
        url = self._keep(name, media_type, content)
        kind = name.rpartition(".")[2]
        payload = {"size": str(len(content)), "name": name, "type": kind, "url": url}
        return await self._attach(user, "file", payload)

    async def send_sticker(self, user: str) -> str:
        return await self._attach(user, "sticker", {"id": "50033", "url": f"{self.files_url}/s"})

    async def send_voice(self, user: str) -> str:
        return await self._attach(user, "audio", {"url": f"{self.files_url}/voice.amr"})

    async def send_video(self, user: str) -> str:
        url = f"{self.files_url}/film.mp4"
        return await self._attach(user, "video", {"url": url, "thumbnail": url, "description": ""})

    async def send_position(self, user: str, latitude: float, longitude: float) -> str:
        place = {"latitude": str(latitude), "longitude": str(longitude)}
        return await self._attach(user, "location", {"coordinates": place})

    async def follow(self, user: str) -> None:
        await self._act(user, events.followed(self, user, "follow"))

    async def click_chat(self, user: str) -> None:
        await self._act(user, events.clicked(self, user))

    async def submit_info(self, user: str, **info: Any) -> None:
        await self._act(user, events.submitted(self, user, info))

    async def unfollow(self, user: str) -> None:
        self.left.add(user)
        await self.hooks.deliver(events.followed(self, user, "unfollow"))

    async def withdraw(self, user: str) -> None:
        await self.hooks.deliver(events.withdrew(self, user))

    async def see(self, user: str, *message_ids: str) -> None:
        await self.hooks.deliver(events.seen(self, user, list(message_ids)))

    # What others do.

    async def staff_write(self, user: str, text: str) -> str:
        """In Zalo's own page for accounts."""
        message_id = new_id()
        self.show(user, Shown(text, self.clock(), "staff"))
        await self.hooks.deliver(events.said(self, user, text, message_id, admin_id=ADMIN))
        return message_id

    async def deliver(self, event: Event) -> None:
        """Any event, signed and tried as all others."""
        await self.hooks.deliver(event)

    async def settle(self) -> None:
        """Until all webhook calls are over, those tried again as well."""
        await self.hooks.release()
        await super().settle()

    def acted_at(self, user: str, moment: datetime) -> None:
        """As if they had last done something then."""
        self.acted[user] = moment

    def _button(self, user: str, title: str) -> tuple[str, str]:
        for shown in reversed(self.phones[user]):
            for button, kind in zip(shown.buttons, shown.kinds, strict=True):
                if button.title == title:
                    return button.payload, kind
        raise LookupError(f"no button {title!r} on this phone")

    def _keep(self, name: str, media_type: str, content: bytes) -> str:
        place = f"{new_id()}/{name}"
        self.files[place] = (media_type, content)
        return f"{self.files_url}/f/{place}"

    async def _attach(self, user: str, kind: str, payload: Event, *, text: str = "") -> str:
        self.show(user, Shown(text or f"[{kind}]", self.clock(), "citizen"))
        return await self._send(user, events.attached(self, user, kind, payload, text=text))

    async def _send(self, user: str, event: Event) -> str:
        await self._act(user, event)
        return str(event["message"]["msg_id"])

    async def _act(self, user: str, event: Event) -> None:
        self.act(user)
        await self.hooks.deliver(event)
