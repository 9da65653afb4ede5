"""Proof that a webhook call is Zalo's: SHA-256, no HMAC, over id, raw body, timestamp and secret.

What Zalo's pages leave open is which id (the app's or the account's) and whose timestamp (the
body's or a header's), so each combination is a variant that can be pinned (ZALO_SIGNATURE).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

HEADER = "x-zevent-signature"
TIME_HEADER = "x-zevent-timestamp"
VARIANTS = ("app-body", "oa-body", "app-header", "oa-header")  # Tried in this order.


class Signature:
    def __init__(self, *, app_id: str, oa_id: str, secret: str, variant: str = "auto") -> None:
        """`secret` is the OA Secret Key of the webhook page, not the app's secret."""
        self._ids = {"app": app_id, "oa": oa_id}
        self._secret = secret
        self._variants = VARIANTS if variant == "auto" else (variant,)

    def matching(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The variant that the call was signed by; None when it is not Zalo's."""
        if not self._secret:
            return None
        claimed = _claimed(headers.get(HEADER, ""))
        times = {"body": _time_in(body), "header": headers.get(TIME_HEADER, "").strip()}
        for variant, identity, moment in self._candidates(times):
            digest = mac(identity, body, moment, self._secret)
            if hmac.compare_digest(digest.encode(), claimed):
                return variant
        return None

    def _candidates(self, times: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        for variant in self._variants:
            whose, _, where = variant.partition("-")
            if self._ids[whose] and times[where]:
                yield variant, self._ids[whose], times[where]


def mac(identity: str, body: bytes, moment: str, secret: str) -> str:
    joined = identity.encode() + body + moment.encode("utf-8", "replace") + secret.encode()
    return hashlib.sha256(joined).hexdigest()


def _claimed(header: str) -> bytes:
    return header.strip().lower().removeprefix("mac=").strip().encode("utf-8", "replace")


def _time_in(body: bytes) -> str:
    """The body must be looked into before it is proved: its timestamp is part of the proof."""
    try:
        moment: Any = json.loads(body)["timestamp"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return ""
    return str(moment) if isinstance(moment, str | int) else ""
