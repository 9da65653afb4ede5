"""Proofs with the app's secret: Meta's of its calls and requests, and ours of our calls."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

HEADER = "x-hub-signature-256"
ALGORITHM = "HMAC-SHA256"


class BadSignature(Exception):
    """Whoever wrote it does not have the app's secret."""


def signature_of(body: bytes, secret: str) -> str:
    """What the header says of a body. Meta signs the bytes it sends, with Vietnamese letters
    escaped, so a body that was read and written again no longer fits.

    >>> signature_of(b"{}", "secret")[:16]
    'sha256=77325902c'
    """
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Without a secret nothing is. Compares in constant time."""
    expected = signature_of(body, secret).encode()
    claimed = header.strip().lower().encode("utf-8", "replace")
    return bool(secret) and hmac.compare_digest(expected, claimed)


def proof_of(token: str, secret: str) -> str:
    """`appsecret_proof`: the token is used by who has the app's secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def read_signed_request(request: str, secret: str) -> dict[str, Any]:
    """What Meta says in a `signed_request`: signature, dot, JSON, both base64url without padding.

    Raises BadSignature.
    """
    claimed, _, payload = request.partition(".")
    expected = hmac.new(secret.encode(), payload.encode("utf-8", "replace"), hashlib.sha256)
    try:
        genuine = hmac.compare_digest(expected.digest(), _decoded(claimed))
    except (binascii.Error, ValueError) as error:
        raise BadSignature("not base64") from error
    if not secret or not genuine:
        raise BadSignature("signed by someone else")
    try:
        said = json.loads(_decoded(payload))
    except (ValueError, RecursionError) as error:
        raise BadSignature("no JSON") from error
    # The algorithm is ours to choose, not the caller's.
    if not isinstance(said, dict) or str(said.get("algorithm", "")).upper() != ALGORITHM:
        raise BadSignature("another algorithm")
    return said


def signed_request(said: dict[str, Any], secret: str) -> str:
    """As Meta writes it; see read_signed_request."""
    payload = _encoded(json.dumps(said).encode())
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{_encoded(signature)}.{payload}"


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
