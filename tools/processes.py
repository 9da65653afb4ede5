"""The five processes: where each one listens, and how it says that it is well.

Their commands are in the Procfile. `python -m tools.processes gateway` is the health check of
the gateway's container: it ends with 0 when the process there is well.
"""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

HEALTH_SECONDS = 2


class BadSetting(Exception):
    """A setting of the environment or of .env that makes no sense; named in the message."""


@dataclass(frozen=True)
class Process:
    name: str
    port_setting: str
    default_port: int
    health: str = "/healthz"

    def port(self, environment: Mapping[str, str]) -> int:
        """Raises BadSetting when the port is not a number."""
        text = environment.get(self.port_setting) or str(self.default_port)
        if not text.isdigit():
            raise BadSetting(f"{self.port_setting} must be a port number, not {text!r}")
        return int(text)

    def address(self, environment: Mapping[str, str]) -> str:
        return f"http://{host(environment)}:{self.port(environment)}"

    def is_well(self, environment: Mapping[str, str]) -> bool:
        """Whether it answers its health check with 200."""
        connection = http.client.HTTPConnection(
            host(environment), self.port(environment), timeout=HEALTH_SECONDS
        )
        try:
            connection.request("GET", self.health)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def host(environment: Mapping[str, str]) -> str:
    """The address at which this machine reaches its own processes."""
    bound = environment.get("HOST") or "127.0.0.1"
    return "127.0.0.1" if bound == "0.0.0.0" else bound  # noqa: S104 - read, not bound


PROCESSES = (
    # Rasa has no /healthz, and its API stays off; it listens once its model is loaded.
    Process("rasa", "RASA_PORT", 5005, health="/"),
    Process("actions", "ACTIONS_PORT", 5055),
    Process("knowledge", "KNOWLEDGE_PORT", 8001),
    Process("gateway", "GATEWAY_PORT", 8000),
    Process("agencies", "AGENCIES_PORT", 8002),
)


if __name__ == "__main__":
    [asked] = [process for process in PROCESSES if process.name == sys.argv[1]]
    sys.exit(0 if asked.is_well(os.environ) else 1)
