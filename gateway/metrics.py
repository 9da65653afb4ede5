"""What this process counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

WEBHOOK_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5)
SECONDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20)


class Metrics:
    """One registry per app, so that two in one test do not share numbers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turns = Counter(
            "gateway_turns",
            "Messages of citizens that were worked, by how they ended.",
            ["outcome"],
            registry=self._registry,
        )
        self.apologies = Counter(
            "gateway_apologies",
            "Turns that ended in an apology, by cause.",
            ["cause"],
            registry=self._registry,
        )
        self.turn_seconds = Histogram(
            "gateway_turn_seconds",
            "From the citizen's message to the written replies.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self.rasa_seconds = Histogram(
            "gateway_rasa_seconds",
            "Of that, waiting for Rasa.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self.refusals = Counter(
            "gateway_refusals",
            "Messages not accepted, by reason.",
            ["reason"],
            registry=self._registry,
        )
        self.deliveries = Counter(
            "gateway_deliveries",
            "Replies handed to a channel, by how it ended.",
            ["outcome", "channel"],
            registry=self._registry,
        )
        self.paused = Gauge(
            "gateway_channel_paused",
            "1 while nothing is sent to a channel, or nobody knows yet that it works again.",
            ["channel", "reason"],
            registry=self._registry,
        )
        self.unsent = Gauge(
            "gateway_outbox_replies",
            "Replies that citizens do not have, by state.",
            ["channel", "state"],
            registry=self._registry,
        )
        self.oldest = Gauge(
            "gateway_outbox_oldest_seconds",
            "Age of the oldest reply that is on its way.",
            ["channel"],
            registry=self._registry,
        )
        self.errands = Counter(
            "gateway_errands",
            "What agencies had to be told, by how the try ended.",
            ["outcome"],
            registry=self._registry,
        )
        self.signatures = Counter(
            "gateway_signatures",
            "Webhook calls that proved genuine, by what was hashed.",
            ["channel", "variant"],
            registry=self._registry,
        )
        self.provider_errors = Counter(
            "gateway_provider_errors",
            "Calls that a provider refused, by its code.",
            ["channel", "code"],
            registry=self._registry,
        )
        self.token_refreshes = Counter(
            "gateway_token_refreshes",
            "Tokens of providers that were to be replaced, by how it ended.",
            ["channel", "outcome"],
            registry=self._registry,
        )
        self.token_age = Gauge(
            "gateway_token_age_seconds",
            "How old a provider's token is.",
            ["channel"],
            registry=self._registry,
        )
        self.token_fault = Gauge(
            "gateway_token_fault",
            "1 when a provider's token can be replaced only by a person.",
            ["channel"],
            registry=self._registry,
        )
        self.webhooks = Counter(
            "gateway_webhook_calls",
            "Calls of providers, by how they ended.",
            ["channel", "outcome"],
            registry=self._registry,
        )
        self.webhook_seconds = Histogram(
            "gateway_webhook_seconds",
            "From a provider's call to its 200.",
            ["channel"],
            buckets=WEBHOOK_SECONDS,
            registry=self._registry,
        )
        self.events = Counter(
            "gateway_events",
            "What providers' calls held, by kind; each as often as it came.",
            ["channel", "kind"],
            registry=self._registry,
        )
        self.receipts = Counter(
            "gateway_receipts",
            "Of them those that say what became of a message.",
            ["channel", "kind"],
            registry=self._registry,
        )
        self.last_event = Gauge(
            "gateway_last_event_timestamp_seconds",
            "When a provider last called with something.",
            ["channel"],
            registry=self._registry,
        )
        self.worked = Counter(
            "gateway_events_worked",
            "Events that were worked, by how that ended.",
            ["channel", "outcome"],
            registry=self._registry,
        )
        self.streams = Gauge(
            "gateway_open_streams",
            "Pages that listen for replies.",
            registry=self._registry,
        )

    def text(self) -> bytes:
        """In the format Prometheus reads."""
        return generate_latest(self._registry)
