"""What messaging providers call: verify, keep, answer; all else comes later (arrivals.py)."""

import time

import structlog
from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath

from gateway.bodies import read_body
from gateway.channels.base import Event, Kind, MalformedWebhook, RejectedWebhook
from gateway.inbox import Refused
from gateway.parts import Parts
from gateway.texts import Refusal

log = structlog.get_logger()


class WebhookApi:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def take(self, request: Request, channel: str = InPath(max_length=40)) -> Response:
        """200 once every event of the call is kept. Without a database 503: it comes again."""
        began = time.perf_counter()
        if channel not in self._parts.providers:
            raise Refused(Refusal.NOT_FOUND)
        body = await read_body(request, self._parts.settings.webhook_bytes)
        if body is None:
            self._count(channel, "too_large")
            return Response(status_code=413)
        try:
            events = self._parts.channels[channel].receive(body, dict(request.headers))
        except RejectedWebhook as error:
            log.warning("webhook.rejected", channel=channel, reason=str(error))
            self._count(channel, "rejected")
            return Response(status_code=403)
        except MalformedWebhook as error:
            # It would be as malformed when it came again.
            log.error("webhook.malformed", channel=channel, reason=str(error))
            self._count(channel, "malformed")
            return Response(status_code=200)
        await self._keep(channel, events)
        self._count(channel, "taken")
        self._parts.metrics.webhook_seconds.labels(channel).observe(time.perf_counter() - began)
        return Response(status_code=200)

    async def _keep(self, channel: str, events: list[Event]) -> None:
        kept = [event for event in events if event.kind is not Kind.RECEIPT]
        await self._parts.events.keep(channel, kept)
        if kept:
            self._parts.arrivals.wake()
        for event in events:
            self._parts.metrics.events.labels(channel, event.kind.value).inc()
            if event.kind is Kind.RECEIPT:
                kind = "seen" if event.seen else "got"
                self._parts.metrics.receipts.labels(channel, kind).inc()
        if events:
            self._parts.metrics.last_event.labels(channel).set_to_current_time()

    def _count(self, channel: str, outcome: str) -> None:
        self._parts.metrics.webhooks.labels(channel, outcome).inc()


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(prefix="/webhooks", tags=["providers"])
    router.post("/{channel}", response_class=Response)(WebhookApi(parts).take)
    return router
