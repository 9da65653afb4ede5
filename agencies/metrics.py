"""What /metrics tells: how many requests of which kind, how long, and the state of contacts."""

import time
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from agencies.model import ContactState


class Metrics:
    """The figures of one app; each app has a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "agencies_requests_total",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "agencies_request_seconds",
            "Time until the answer was ready.",
            ["route"],
            registry=self._registry,
        )
        self._contacts = Gauge(
            "agencies_directory_contacts",
            "Agencies by the state of their contact.",
            ["state"],
            registry=self._registry,
        )

    async def measure(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Middleware that counts and times every request."""
        start = time.perf_counter()
        status = 500
        try:
            response = await call_next(request)
            status = response.status_code
        finally:
            # The route's pattern, not the path: what people type must not become a label.
            route = getattr(request.scope.get("route"), "path", "none")
            self._requests.labels(route, request.method, status).inc()
            self._seconds.labels(route).observe(time.perf_counter() - start)
        return response

    def page(self, contacts: Mapping[ContactState, int]) -> bytes:
        for state, number in contacts.items():
            self._contacts.labels(state.value).set(number)
        return generate_latest(self._registry)
