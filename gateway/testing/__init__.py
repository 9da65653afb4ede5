"""Stand-ins for tests of the gateway, and of code that calls it: a Rasa, a way in memory, and the
platforms that citizens write through."""

from gateway.testing.rasa import FakeRasa, Messages, a_turn, echo
from gateway.testing.streaming import StreamingTransport

__all__ = ["FakeRasa", "Messages", "StreamingTransport", "a_turn", "echo"]
