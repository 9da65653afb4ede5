"""The action server: rasa-sdk's, with a health check, metrics and an apology for our own bugs."""

import logging
from collections.abc import Iterable
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from rasa_sdk import Action
from rasa_sdk.endpoint import create_app as create_sdk_app
from rasa_sdk.executor import ActionExecutor, ActionExecutorRunResult
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
)
from sanic import HTTPResponse, Request, Sanic
from sanic import json as json_response
from sanic import text as text_response

logger = logging.getLogger(__name__)

# Answers of the protocol with Rasa, which it knows what to do with.
PROTOCOL = (ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException)


class Metrics:
    """Counts and times actions, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.runs = Counter(
            "actions_runs",
            "Actions run, by how they ended.",
            ["action", "outcome"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "actions_seconds",
            "Time of one action, the knowledge service included.",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        )


class ApologisingExecutor(ActionExecutor):
    """An action that fails apologises; the tracker stays as it was.

    This is the one catch-all of this process. rasa-sdk's own would answer 500 with the request in
    it, which Rasa writes to its log: the citizen's words.
    """

    def __init__(self, actions: Iterable[Action], metrics: Metrics, *, hotline: str) -> None:
        super().__init__()
        self._metrics = metrics
        self._hotline = hotline
        for action in actions:
            self.register_action(action)

    async def run(
        self, action_call: dict[str, Any], *args: Any, **kwargs: Any
    ) -> ActionExecutorRunResult | None:
        name, start = action_call.get("next_action"), perf_counter()
        try:
            result = await super().run(action_call, *args, **kwargs)
        except PROTOCOL:
            raise
        except Exception:
            logger.exception("%s failed", name)
            self._metrics.runs.labels(name, "failed").inc()
            apology = {"response": "utter_error_search", "hotline": self._hotline}
            return ActionExecutorRunResult(events=[], responses=[apology])
        self._metrics.runs.labels(name, "ok").inc()
        self._metrics.seconds.observe(perf_counter() - start)
        return result


def create_app(actions: Iterable[Action], *, hotline: str) -> Sanic[Any, Any]:
    """Build the server around these actions."""
    metrics = Metrics()
    executor = ApologisingExecutor(actions, metrics, hotline=hotline)
    app: Sanic[Any, Any] = create_sdk_app(executor)

    @app.get("/healthz")
    async def healthz(_: Request) -> HTTPResponse:
        return json_response({"status": "ok", "actions": sorted(executor.actions)})

    @app.get("/metrics")
    async def show_metrics(_: Request) -> HTTPResponse:
        page = generate_latest(metrics.registry).decode()
        return text_response(page, content_type=CONTENT_TYPE_LATEST)

    return app
