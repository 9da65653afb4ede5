"""A small OpenID Connect provider: discovery, authorization, tokens and keys, with real signatures.

It is served over HTTP like the province's own. `person` is who has logged in there; the rest spoils
one thing at a time, as an attacker or a broken provider would.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

LIFETIME_SECONDS = 300


@dataclass
class FakeProvider:
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    clock: Callable[[], datetime]
    person: str = "citizen-identity-1"
    # Replaces claims of the next tokens; None takes a claim away.
    spoiled: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"  # "none" and "HS256" are the famous tricks.
    announces_key: bool = True  # False: signs with a key that is not in its set.
    names_issuer: str | None = None  # What the return says instead of the issuer (RFC 9207).
    refuses: bool = False  # As when the person does not agree.
    asked: list[dict[str, str]] = field(default_factory=list)
    tokens_given: int = 0

    def __post_init__(self) -> None:
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}, private=True)
        self._secret_key = RSAKey.generate_key(2048, {"kid": "unknown"}, private=True)
        self._codes: dict[str, dict[str, str]] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    def rotate_key(self) -> None:
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}, private=True)

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                # More than it should offer: a client must not believe a list like this one.
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _authorize(self, request: Request) -> Response:
        """The person is logged in already and agrees at once."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        faults = self._faults(asked)
        if faults:
            return JSONResponse({"error": "invalid_request", "error_description": faults}, 400)
        answer = {"state": asked["state"], "iss": self.names_issuer or self.issuer}
        if self.refuses:
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = asked
        return RedirectResponse(f"{self.redirect_uri}?{urlencode(answer)}", 302)

    def _faults(self, asked: Mapping[str, str]) -> str:
        wanted = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in wanted.items() if asked.get(name) != value]
        missing = [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        if "openid" not in asked.get("scope", "").split():
            missing.append("scope")
        return ", ".join(wrong + missing)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if request.headers.get("authorization") != self._credentials():
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)  # A code counts once.
        if asked is None or form.get("redirect_uri") != self.redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if _challenge(form.get("code_verifier", "")) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.tokens_given += 1
        body = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer"}
        return JSONResponse(body | {"id_token": self._id_token(asked["nonce"])})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    def _credentials(self) -> str:
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def _id_token(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.person,
            "aud": self.client_id,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "nonce": nonce,
        } | self.spoiled
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return f"{_signed_part('none', claims)}."
        if self.algorithm == "HS256":
            text = _signed_part("HS256", claims)
            public = self._key.as_pem(private=False)
            return f"{text}.{_part(hmac.digest(public, text.encode(), 'sha256'))}"
        key = self._key if self.announces_key else self._secret_key
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key)


def _challenge(verifier: str) -> str:
    return _part(hashlib.sha256(verifier.encode()).digest())


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed_part(algorithm: str, claims: Mapping[str, Any]) -> str:
    """What libraries refuse to make nowadays."""
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    return ".".join(_part(json.dumps(part).encode()) for part in parts)
