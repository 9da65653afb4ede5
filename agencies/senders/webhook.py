"""A system of the agency's own, over HTTP: signed, known by a key, and never redirected."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import yaml

from agencies.outbox.leases import Clock, now
from agencies.senders.addresses import ForbiddenAddress, Resolve, look_up, safe_address
from agencies.senders.base import Later, Outcome, Parcel, Refused, Sent

TRY_AGAIN = {408, 409, 423, 425, 429}
LONGEST_ANSWER = 65_536


@dataclass(frozen=True)
class Endpoint:
    url: str
    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("a webhook's secret needs 32 characters or more")


class UnreadableEndpoints(Exception):
    """The file of webhooks cannot be used."""


def read_endpoints(path: Path | None) -> dict[str, Endpoint]:
    """By the agency's code. Raises UnreadableEndpoints, which never quotes the file."""
    if path is None:
        return {}
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        return {str(code): Endpoint(**row) for code, row in rows.items()}
    except (OSError, yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableEndpoints(f"{path}: {type(error).__name__}") from None


class WebhookSender:
    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        allow_private: bool = False,
        seconds: float = 20.0,
        clock: Clock = now,
        resolve: Resolve = look_up,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._endpoints = endpoints
        self._allow_private = allow_private
        self._clock = clock
        self._resolve = resolve
        # A proxy of the environment would look the name up by itself.
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(seconds, connect=min(seconds, 5.0)),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def send(self, parcel: Parcel) -> Outcome:
        endpoint = self._endpoints.get(parcel.recipient)
        if endpoint is None:
            # It was, when this was written; without the whole file nobody has one.
            everyone = not self._endpoints
            return Later("no webhook is set for this agency", everyone=everyone)
        try:
            address = await safe_address(
                endpoint.url, allow_private=self._allow_private, resolve=self._resolve
            )
            return await self._post(endpoint, address, parcel)
        except ForbiddenAddress as error:
            return Refused(f"webhook: {error}")
        except (httpx2.HTTPError, OSError) as error:
            return Later(f"webhook: {type(error).__name__}")

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, endpoint: Endpoint, address: str, parcel: Parcel) -> Outcome:
        body = body_of(parcel)
        timestamp = str(int(self._clock().timestamp()))
        parts = urlsplit(endpoint.url)
        request = self._http.build_request(
            "POST",
            httpx2.URL(endpoint.url).copy_with(host=address),
            content=body,
            headers={
                "Host": parts.netloc,
                "Content-Type": "application/json",
                "User-Agent": "mot-cua",
                "Idempotency-Key": parcel.key,
                "X-Mot-Cua-Timestamp": timestamp,
                "X-Mot-Cua-Signature": sign(endpoint.secret, timestamp, body),
            },
            # The certificate is checked against the name, not against the address.
            extensions={"sni_hostname": parts.hostname},
        )
        response = await self._http.send(request, stream=True)
        try:
            return await self._outcome(response)
        finally:
            await response.aclose()

    async def _outcome(self, response: httpx2.Response) -> Outcome:
        status = response.status_code
        if response.is_success:
            return Sent(_provider_id(await _read(response)))
        if status in TRY_AGAIN or status >= 500:
            after = retry_after(response.headers.get("Retry-After", ""), self._clock)
            return Later(f"webhook: {status}", after=after)
        return Refused(f"webhook: {status}")


def body_of(parcel: Parcel) -> bytes:
    """The case as it is now: what is told again may be newer, the key is the same."""
    fields: dict[str, Any] = {
        "key": parcel.key,
        "purpose": parcel.purpose,
        "written_at": parcel.written_at.isoformat(),
        "case": asdict(parcel.case) if parcel.case else None,
        "payload": dict(parcel.payload),
        "added": [asdict(one) for one in parcel.added],
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, default=_plain).encode()


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What the receiver computes, too, and compares in constant time."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def retry_after(value: str, clock: Callable[[], datetime]) -> timedelta | None:
    """Seconds, or a date, as RFC 9110 has it."""
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        pause = parsedate_to_datetime(value) - clock()
    except (ValueError, TypeError):
        return None
    return min(max(pause, timedelta(0)), timedelta(days=1))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


async def _read(response: httpx2.Response) -> bytes:
    """Of an answer only the beginning: what it says is not needed."""
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > LONGEST_ANSWER:
            return b""
    return content


def _provider_id(content: bytes) -> str:
    try:
        answer = json.loads(content)
    except ValueError:
        return ""
    found = answer.get("id", "") if isinstance(answer, dict) else ""
    return str(found)[:300] if isinstance(found, str | int) else ""
