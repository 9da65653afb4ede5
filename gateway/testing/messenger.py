"""A Messenger with one Page: phones of citizens, the API a gateway calls, the webhook it answers.

Behaves as the documentation says; what that leaves open is an attribute.
"""

import itertools
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2

from gateway.channels.messenger_events import GET_STARTED
from gateway.channels.messenger_signature import signed_request
from gateway.messages import Button
from gateway.settings import MessengerSettings
from gateway.store import now
from gateway.testing.messenger_graph import Graph, Refusal
from gateway.testing.messenger_items import Item, Items, referral
from gateway.testing.messenger_phone import By, Faults, Person, Shown
from gateway.testing.messenger_webhook import PATH, Delivery, Webhook

QUICK_REPLIES = 13
TITLE = 20
PAYLOAD = 1000
PAGE_INBOX = 263902037430900  # The app id of Meta's own inbox.
FILES = "https://scontent.fbcdn.net/files"


class FakeMessenger(Faults):
    """Every act returns after the webhook's first try; what fails is tried again beside."""

    def __init__(
        self,
        settings: MessengerSettings,
        *,
        webhook: httpx2.AsyncClient,
        clock: Callable[[], datetime] = now,
        pace: float = 1.0,
        files_url: str = FILES,
    ) -> None:
        """`webhook` has the gateway's address; `pace` scales the waits between tries."""
        super().__init__()
        self.settings = settings
        self.faults: Faults = self
        self.people: dict[str, Person] = {}
        self.profile: dict[str, Any] = {}
        self.subscribed_fields = ["messages", "messaging_postbacks", "message_echoes"]
        self.files: dict[str, tuple[bytes, str]] = {}
        self.grants_human_agent = settings.human_agent
        self.violations: list[str] = []  # What Meta allows and punishes later.
        self.webhook = Webhook(webhook, settings.page_id, settings.app_secret, self, pace=pace)
        self.graph = Graph(self)
        self.app = self.graph.app
        self._clock = clock
        self._items = Items(settings.page_id, clock)
        self._files_url = files_url
        self._numbers = itertools.count(1)

    # What citizens and staff see.

    @property
    def phones(self) -> Mapping[str, list[Shown]]:
        return defaultdict(list, {psid: one.phone for psid, one in self.people.items()})

    @property
    def deliveries(self) -> list[Delivery]:
        return self.webhook.deliveries

    def read_by(self, user: str) -> list[str]:
        """What the Page said to them."""
        return [shown.text for shown in self.person(user).phone if shown.by is By.PAGE]

    def http(self) -> httpx2.AsyncClient:
        """For the gateway: Graph, and the files that citizens sent."""
        return httpx2.AsyncClient(transport=self.graph.transport())

    def person(self, user: str) -> Person:
        return self.people.setdefault(user, Person(user, f"9{user}"))

    # What they do.

    async def write(self, user: str, text: str) -> str:
        return await self._message(user, {"text": text}, text)

    async def press(self, user: str, title: str) -> str:
        """A quick reply under the newest message. Raises LookupError."""
        button = self.person(user).button(title)
        said = {"text": button.title, "quick_reply": {"payload": button.payload}}
        return await self._message(user, said, button.title)

    async def get_started(self, user: str, *, ref: str = "") -> str:
        payload = self.profile.get("get_started", {}).get("payload", GET_STARTED)
        return await self._postback(user, "Bắt đầu", payload, **referral(ref))

    async def press_menu(self, user: str, title: str) -> str:
        [menu] = self.profile["persistent_menu"]
        [payload] = [one["payload"] for one in menu["call_to_actions"] if one["title"] == title]
        return await self._postback(user, title, payload)

    async def ask_first(self, user: str, question: str) -> str:
        """One of the questions that are shown before anything was said."""
        [breakers] = self.profile["ice_breakers"]
        questions = {one["question"]: one["payload"] for one in breakers["call_to_actions"]}
        return await self._postback(user, question, questions[question])

    async def come_by_link(self, user: str, ref: str) -> None:
        self.person(user).acts(self._clock())
        await self.webhook.tell(self._items.of(user, **referral(ref)))

    async def react(self, user: str, mid: str, *, emoji: str = "👍") -> None:
        reaction = {"reaction": "other", "emoji": emoji, "action": "react", "mid": mid}
        self.person(user).acts(self._clock())
        await self.webhook.tell(self._items.of(user, reaction=reaction))

    async def send_sticker(self, user: str, *, as_image: bool = False) -> str:
        """`as_image` is the form before 30 August 2026."""
        payload = {"url": f"{self._files_url}/sticker.png", "sticker_id": 369239263222822}
        kind = "image" if as_image else "sticker"
        return await self._attached(user, kind, payload, "[sticker]")

    async def send_position(self, user: str, latitude: float, longitude: float) -> str:
        payload = {"coordinates": {"lat": latitude, "long": longitude}}
        return await self._attached(user, "location", payload, "[location]")

    async def send_image(self, user: str, content: bytes = b"", *, name: str = "anh.jpg") -> str:
        return await self.send_file(user, name, content, kind="image", media_type="image/jpeg")

    async def send_file(
        self,
        user: str,
        name: str,
        content: bytes = b"",
        *,
        kind: str = "file",
        media_type: str = "application/pdf",
    ) -> str:
        place = f"{next(self._numbers)}/{name}"
        self.files[place] = (content, media_type)
        return await self._attached(
            user, kind, {"url": f"{self._files_url}/{place}"}, f"[{kind}: {name}]"
        )

    async def send_voice(self, user: str) -> str:
        return await self.send_file(user, "voice.mp4", kind="audio", media_type="audio/mp4")

    async def send_video(self, user: str) -> str:
        return await self.send_file(user, "film.mp4", kind="video", media_type="video/mp4")

    async def follow(self, user: str) -> None:
        """As on Zalo: they come without a word."""
        await self.get_started(user)

    async def withdraw(self, user: str) -> None:
        await self.request_deletion(user)

    async def staff_write(self, user: str, text: str) -> str:
        """Somebody answers in the Page's inbox."""
        person, mid = self.person(user), self._mid()
        person.phone.append(Shown(text, By.STAFF, self._clock(), mid=mid))
        app = {"app_id": PAGE_INBOX} if self.inbox_names_itself else {}
        await self.webhook.tell(self._items.echo(person.psid, {**app, "mid": mid, "text": text}))
        return mid

    async def request_deletion(self, user: str) -> httpx2.Response:
        """The citizen removes the app in Facebook's settings and asks for their data's deletion."""
        person = self.person(user)
        asked_at = int(self._clock().timestamp())
        said = {"algorithm": "HMAC-SHA256", "issued_at": asked_at, "user_id": person.app_scoped}
        form = {"signed_request": signed_request(said, self.settings.app_secret)}
        return await self.webhook.http.post(f"{PATH}/deletion", data=form)

    # What the platform does.

    async def subscribe(self) -> bool:
        """The handshake of the webhook's settings page."""
        parameters = {
            "hub.mode": "subscribe",
            "hub.verify_token": self.settings.verify_token,
            "hub.challenge": "1158201444",
        }
        answer = await self.webhook.http.get(PATH, params=parameters)
        self.webhook.is_subscribed = answer.is_success and answer.text == "1158201444"
        return self.webhook.is_subscribed

    @asynccontextmanager
    async def batched(self) -> AsyncIterator[None]:
        """What happens meanwhile comes to the webhook in one call."""
        async with self.webhook.batched():
            yield

    async def deliver(self, item: Item, *, listed: str = "messaging") -> None:
        """Any item, signed and tried as all others; `listed` "standby" is another app's."""
        await self.webhook.tell(item, listed=listed)

    def acted_at(self, user: str, moment: datetime) -> None:
        """As if they had last done something then."""
        self.person(user).acts(moment)

    async def settle(self) -> None:
        """Until every echo, receipt and repeated call is done."""
        await self.webhook.settle()

    async def close(self) -> None:
        await self.webhook.close()

    async def take(self, person: Person, body: Mapping[str, Any]) -> str:
        """A message of the Page's. Raises Refusal."""
        self._check_window(person, body)
        text, buttons = self._checked(body.get("message", {}))
        mid = self._mid()
        person.phone.append(Shown(text, By.PAGE, self._clock(), buttons, mid))
        metadata = body["message"].get("metadata")
        said = {"app_id": int(self.settings.app_id), "mid": mid, "text": text}
        echo = self._items.echo(
            person.psid, {**said, **({"metadata": metadata} if metadata else {})}
        )
        if self.echo_first:
            await self.webhook.tell(echo)
        elif not self.no_echo:
            self.webhook.tell_beside(echo)
        if self.receipts:
            self.webhook.tell_beside(*self._items.receipts(person.psid, mid))
        return mid

    def _check_window(self, person: Person, body: Mapping[str, Any]) -> None:
        moment, kind, tag = self._clock(), body.get("messaging_type"), body.get("tag")
        if kind not in ("RESPONSE", "UPDATE", "MESSAGE_TAG") or (tag and kind != "MESSAGE_TAG"):
            raise Refusal(100)
        if kind == "MESSAGE_TAG" and tag != "HUMAN_AGENT":  # The others ended on 27 April 2026.
            raise Refusal(100)
        if person.has_blocked:
            raise Refusal(551, 1545041)
        if tag and not self.grants_human_agent:
            raise Refusal(10)
        is_open = person.is_within(moment, hours=24)
        if tag and is_open:
            self.violations.append("HUMAN_AGENT inside the window")
        if not is_open and not (tag and person.is_within(moment, days=7)):
            raise Refusal(10, 2018278)

    def _checked(self, message: Mapping[str, Any]) -> tuple[str, tuple[Button, ...]]:
        """What a phone shows of a message. Raises Refusal."""
        text, replies = message.get("text", ""), message.get("quick_replies", [])
        if not 0 < len(text) <= self.longest_text or len(replies) > QUICK_REPLIES:
            raise Refusal(100)
        if any(len(one["payload"]) > PAYLOAD or one["content_type"] != "text" for one in replies):
            raise Refusal(100)
        return text, tuple(Button(one["title"][:TITLE], one["payload"]) for one in replies)

    async def _attached(self, user: str, kind: str, payload: Item, shown: str) -> str:
        attachment = {"type": kind, "payload": payload}
        return await self._message(user, {"attachments": [attachment]}, shown)

    async def _message(self, user: str, said: Item, shown: str) -> str:
        mid = self._show(user, shown)
        await self.webhook.tell(self._items.of(user, message={"mid": mid, **said}))
        return mid

    async def _postback(self, user: str, title: str, payload: str, **more: Any) -> str:
        mid = self._show(user, title)
        postback = {"mid": mid, "title": title, "payload": payload, **more}
        await self.webhook.tell(self._items.of(user, postback=postback))
        return mid

    def _show(self, user: str, text: str) -> str:
        person, mid = self.person(user), self._mid()
        person.acts(self._clock())
        person.phone.append(Shown(text, By.CITIZEN, self._clock(), mid=mid))
        return mid

    def _mid(self) -> str:
        """Never twice, whichever fake it was: a gateway keeps what it has seen."""
        return f"m_{secrets.token_urlsafe(24)}"
