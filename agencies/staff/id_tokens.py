"""Reads what the SSO says about who logged in, and believes it only if everything fits."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

# Signatures only the SSO can make: never "none", never HMAC with a key that others may know.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
LEEWAY_SECONDS = 60


class UnbelievableToken(Exception):
    """The id_token is not one this login may believe; says why."""


class UnknownKey(UnbelievableToken):
    """Signed with a key that is not in the set: the SSO may have a new one."""


def subject_of(
    token: Mapping[str, Any],
    keys: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> str:
    """The person's name at the SSO, from the answer of its token endpoint.

    Raises UnbelievableToken.
    """
    try:
        decoded = jwt.decode(
            str(token["id_token"]),
            KeySet.import_key_set({"keys": list(keys["keys"])}),
            algorithms=ALGORITHMS,
        )
        options = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True},
        }
        params = {
            "nonce": nonce,
            "client_id": client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        subject = decoded.claims["sub"]
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise UnbelievableToken(f"{type(error).__name__}: {error}") from error
    if not isinstance(subject, str) or not hmac.compare_digest(
        str(decoded.claims["nonce"]).encode(), nonce.encode()
    ):
        raise UnbelievableToken("sub or nonce is not what was asked for")
    return subject
