"""What the running gateway and its database know of a channel: calls, pauses, what waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from gateway.channels.base import Finding
from gateway.outbox_counts import Count
from gateway.tables import Told

SIGNATURES, CALLS = "gateway_signatures_total", "gateway_webhook_calls_total"


@dataclass(frozen=True)
class Running:
    """What /healthz and /metrics of a gateway say; `counted` is by metric, channel and label."""

    health: Mapping[str, Any]
    counted: Mapping[tuple[str, str, str], float]

    @property
    def word(self) -> str:
        return str(self.health.get("status", "unknown"))

    @property
    def healthy(self) -> bool:
        return self.word == "ok"

    def paused(self, channel: str) -> str:
        """Why nothing is sent just now; "" while it is."""
        state = str(self.health.get(channel, "ok"))
        return "" if state == "ok" else state

    def by(self, metric: str, channel: str) -> dict[str, int]:
        """How often, by the other label of a counter."""
        return {
            label: int(value)
            for (name, of, label), value in self.counted.items()
            if (name, of) == (metric, channel) and value
        }


async def read_running(http: httpx2.AsyncClient) -> Running | None:
    """None when no gateway answers there. Its own words of trouble come with a 503."""
    try:
        health = (await http.get("/healthz")).json()
        metrics = (await http.get("/metrics")).raise_for_status().text
        counted = _counted(metrics)
    except (httpx2.HTTPError, ValueError):
        return None
    return Running(health, counted) if isinstance(health, dict) else None


def _counted(metrics: str) -> dict[tuple[str, str, str], float]:
    found = {}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            labels = dict(sample.labels)
            channel = labels.pop("channel", "")
            if sample.name in (SIGNATURES, CALLS) and channel and len(labels) == 1:
                [label] = labels.values()
                found[sample.name, channel, label] = sample.value
    return found


def webhook_findings(
    name: str, last: datetime | None, running: Running | None, moment: datetime
) -> Iterator[Finding]:
    if last is None:
        yield Finding("last event", "warning", "none has ever come")
    else:
        yield Finding("last event", "ok", f"{_ago(moment, last)} ago")
    if running is None:
        return
    yield _calls(running.by(CALLS, name), running.by(SIGNATURES, name))
    paused = running.paused(name)
    yield Finding("sending", "fault" if paused else "ok", paused or "not paused")


def _calls(calls: Mapping[str, int], variants: Mapping[str, int]) -> Finding:
    """Since that process was started."""
    if not calls:
        return Finding("webhook calls", "ok", "none since the gateway was started")
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(calls.items()))
    if variants:
        told += "; signed " + ", ".join(f"{how}: {n}" for how, n in sorted(variants.items()))
    if calls.get("rejected") and not calls.get("taken"):
        return Finding("webhook calls", "fault", f"{told}; is the secret the right one?")
    odd = any(outcome != "taken" for outcome in calls)
    return Finding("webhook calls", "warning" if odd else "ok", told)


def outbox_findings(unsent: Sequence[Count]) -> Iterator[Finding]:
    """What a person has to look at, or knows to be waiting."""
    for one in unsent:
        if one.state in (Told.HELD, Told.DEAD):
            why = f" ({one.reason})" if one.reason else ""
            state = "warning" if one.state is Told.DEAD else "ok"
            yield Finding("replies", state, f"{one.replies} {one.state}{why}")


def _ago(moment: datetime, then: datetime) -> str:
    """In the largest unit that says enough.

    >>> from datetime import UTC, timedelta
    >>> at = datetime(2026, 11, 22, tzinfo=UTC)
    >>> _ago(at, at - timedelta(minutes=150)), _ago(at, at - timedelta(days=3))
    ('2 hours', '3 days')
    """
    seconds = max(0, int((moment - then).total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
