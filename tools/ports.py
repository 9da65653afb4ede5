"""Is a port free, and if not, who has it?"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

LISTENING = "0A"  # As /proc/net/tcp writes the state.


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the servers do: a connection that is still closing does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def owner(port: int, proc: Path = Path("/proc")) -> str:
    """The process that listens there, as "name (pid 123)"; "" where that is not visible."""
    process = listener(port, proc)
    if process is None:
        return ""
    name = (process / "comm").read_text(encoding="utf-8").strip()
    return f"{name} (pid {process.name})"


def listener(port: int, proc: Path = Path("/proc")) -> Path | None:
    """The folder in /proc of the process that listens there; None where that is not visible."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port, proc)}
    for descriptor in proc.glob("[0-9]*/fd/*"):
        try:
            if os.readlink(descriptor) in sockets:
                return descriptor.parent.parent
        except OSError:  # Another user's process, or one that has just ended.
            continue
    return None


def _listening(port: int, proc: Path) -> Iterator[str]:
    for table in (proc / "net" / "tcp", proc / "net" / "tcp6"):
        if not table.exists():
            continue
        for line in table.read_text(encoding="utf-8").splitlines()[1:]:
            columns = line.split()
            local, state, inode = columns[1], columns[3], columns[9]
            if state == LISTENING and int(local.rsplit(":", 1)[1], 16) == port:
                yield inode
