"""A port that is taken, and by whom."""

import os
import socket

from tools import ports


def test_names_who_has_a_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not ports.is_free("127.0.0.1", port)
        assert ports.owner(port).endswith(f"(pid {os.getpid()})")

    assert ports.is_free("127.0.0.1", port)
    assert ports.owner(port) == ""
