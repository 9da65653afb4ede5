"""Zalo Official Account: signed webhooks, consultation messages with buttons, changing tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import structlog

from gateway.channels import zalo_errors
from gateway.channels.base import (
    Broken,
    Event,
    Finding,
    Held,
    Later,
    MalformedWebhook,
    Outcome,
    Part,
    RejectedWebhook,
    Sent,
    Way,
)
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.shapes import strict_json
from gateway.channels.showing import Limits, Screen, Words, choices, screens
from gateway.channels.zalo_check import findings
from gateway.channels.zalo_client import Answer, Unavailable, ZaloClient
from gateway.channels.zalo_events import read_event, without_personal_data
from gateway.channels.zalo_signature import Signature
from gateway.messages import Button, Reply
from gateway.metrics import Metrics
from gateway.settings import ZaloSettings
from gateway.store import Clock, now
from gateway.tokens import NoToken, TokenLater, Tokens

log = structlog.get_logger()

TEXT_LENGTH = 2000  # Characters, composed (NFC).
TITLE_LENGTH = 100
BUSY_SECONDS = 30.0  # After an answer that names no time.
PHONE_SERVER = "x-zevent-server"  # Only receipts of what went to a phone number have it.


@dataclass(frozen=True)
class _Call:
    """What is sent, until an answer is had."""

    user: str
    part: Part
    way: Way


class ZaloChannel:
    name: ClassVar[str] = "zalo"
    echoes: ClassVar[bool] = True

    def __init__(
        self,
        settings: ZaloSettings,
        client: ZaloClient,
        tokens: Tokens,
        metrics: Metrics,
        *,
        words: Words,
        portal_url: str = "",
        clock: Clock = now,
    ) -> None:
        """`portal_url` is where the notice of an answer sends a citizen."""
        self._settings = settings
        self._client = client
        self._metrics = metrics
        self._words = words
        self._portal_url = portal_url
        self._clock = clock
        self._limits = Limits(TEXT_LENGTH, settings.buttons, TITLE_LENGTH)
        self._faults = zalo_errors.read_faults()
        self._signature = Signature(
            app_id=settings.app_id,
            oa_id=settings.oa_id,
            secret=settings.oa_secret,
            variant=settings.signature,
        )
        self.tokens = tokens
        self.rate = settings.rate
        self.file_hosts = tuple(host for host in settings.file_hosts.split(",") if host)

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        variant = self._signature.matching(body, headers)
        if variant is None:
            raise RejectedWebhook("zalo: not signed with the account's secret")
        self._metrics.signatures.labels(self.name, variant).inc()
        self.tokens.signature = variant
        raw = _parsed(body)
        return [self.read(without_personal_data(raw, by_phone=PHONE_SERVER in headers))]

    def read(self, raw: dict[str, Any]) -> Event:
        return read_event(raw, oa_id=self._settings.oa_id, now=self._clock())

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        return tuple(map(_part, screens(reply, self._limits, self._words)))

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        return choices(reply, self._limits)

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        """An account may not write first, so who never acted is not written to."""
        if since_act is None:
            return Way.HOLD
        if since_act <= timedelta(days=self._settings.window_days):
            return Way.DIRECT
        return Way.NOTICE if by_person and self._settings.template_id else Way.HOLD

    def notice(self, reply: Reply) -> Part | None:
        """The parameters of the approved template; its words are with Zalo."""
        if not (self._settings.template_id and reply.case):
            return None
        known = {
            self._settings.template_case: reply.case,
            self._settings.template_link: self._portal_url,
        }
        return Part("", {name: value for name, value in known.items() if name and value})

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        """Zalo has no place for a mark: its echo is known by conversation and text."""
        call = _Call(user, part, way)
        try:
            return await self._send(call)
        except NoToken as error:
            return Broken(f"token_{error}")
        except TokenLater as error:
            return Later(f"token_{error}", BUSY_SECONDS, all_of_them=True)
        except Unreachable:
            return Later("unreachable")
        except NoAnswer as error:
            return Later(str(error), in_doubt=True)
        except Unavailable as error:
            wait = BUSY_SECONDS if error.status == 429 else None
            return Later(str(error), wait, all_of_them=error.status == 429)

    async def check(self) -> tuple[Finding, ...]:
        return await findings(self._settings, self._client, self.tokens, now=self._clock())

    async def close(self) -> None:
        await self.tokens.close()
        await self._client.close()

    async def _send(self, call: _Call) -> Outcome:
        token = await self.tokens.access()
        answer = await self._ask(token, call)
        if self._is_of_token(answer):
            answer = await self._ask(await self.tokens.renewed(token), call)
        return self._outcome(answer, call.way)

    async def _ask(self, token: str, call: _Call) -> Answer:
        if call.way is Way.NOTICE:
            template = self._settings.template_id
            return await self._client.send_template(token, call.user, template, call.part.body)
        return await self._client.send(token, call.user, call.part.body)

    def _is_of_token(self, answer: Answer) -> bool:
        fault = self._faults.get(answer.code)
        return fault is not None and fault.outcome == "token"

    def _outcome(self, answer: Answer, way: Way) -> Outcome:
        if answer.code == 0:
            return Sent(str(answer.data.get("message_id") or ""))
        fault = self._faults.get(answer.code, zalo_errors.UNLISTED)
        self._metrics.provider_errors.labels(self.name, str(answer.code)).inc()
        tell = log.error if fault.alarm else log.warning
        tell("zalo.refused", code=answer.code, why=fault.why, way=way.value)
        if way is Way.NOTICE and (fault.outcome == "refused" or fault.alarm):
            return Held(str(answer.code))  # The answer itself can still be read when they come.
        return zalo_errors.outcome(answer.code, fault, now=self._clock())


def _part(screen: Screen) -> Part:
    """Buttons have no template_type. What they say was written to be read, so it is shown."""
    body: dict[str, Any] = {"text": screen.text}
    if screen.buttons:
        buttons = [
            {"title": one.title, "type": "oa.query.show", "payload": one.payload}
            for one in screen.buttons
        ]
        body["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return Part(screen.text, body)


def _parsed(body: bytes) -> dict[str, Any]:
    """Raises MalformedWebhook."""
    try:
        raw = strict_json(body)
    except (ValueError, RecursionError) as error:
        raise MalformedWebhook("zalo: no JSON") from error
    if not isinstance(raw, dict):
        raise MalformedWebhook("zalo: no object")
    return raw
