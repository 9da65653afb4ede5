"""How other programs speak with the gateway. Imports nothing else of ours."""

from gateway.client.citizen import (
    Choice,
    GatewayClient,
    Message,
    NotTaken,
    Source,
    read_message,
)
from gateway.client.staff import (
    ConversationGone,
    Part,
    StaffLine,
    StaffLineDown,
    StaffMessage,
    StaffView,
    Taken,
)

__all__ = [
    "Choice",
    "ConversationGone",
    "GatewayClient",
    "Message",
    "NotTaken",
    "Part",
    "Source",
    "StaffLine",
    "StaffLineDown",
    "StaffMessage",
    "StaffView",
    "Taken",
    "read_message",
]
