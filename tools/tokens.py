"""Secrets that only our own processes share: made once for this installation, kept in var/.

Containers get them from .env instead, as they share no folder.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAMES = (
    "AGENCIES_API_TOKEN",  # Shown to the agencies by actions and gateway.
    "GATEWAY_STAFF_TOKEN",  # Shown to the gateway by actions and agencies.
    "GATEWAY_CREDENTIALS_KEY",  # Encrypts the tokens of Zalo in the gateway's database.
)
FILE = Path("var") / "tokens.env"


def tokens(root: Path) -> dict[str, str]:
    """Every one of them; what is missing is made. Raises OSError when the file cannot be kept."""
    file = root / FILE
    known = _read(file)
    missing = [name for name in NAMES if not known.get(name)]
    if missing:
        _add(file, missing)
        known = _read(file)
    return {name: known[name] for name in NAMES}


def _read(file: Path) -> dict[str, str]:
    """The first line of a name counts: two processes may have added one at the same time."""
    if not file.exists():
        return {}
    lines = (line.partition("=") for line in reversed(file.read_text("utf-8").splitlines()))
    return {name: value for name, _, value in lines}


def _add(file: Path, names: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{name}={secrets.token_urlsafe(32)}=\n" for name in names)  # A Fernet key.
    # In one write, to the end: nobody reads half a token.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, lines.encode())
    finally:
        os.close(descriptor)
