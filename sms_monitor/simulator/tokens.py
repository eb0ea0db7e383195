"""Tokens as the simulator gives them out and checks them: HS256, not the real RS256."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from .jwt import take_apart, to_base64, unsigned

SCOPE = "altinn:serviceowner/notifications.create"
"""The one scope all endpoints ask for (AuthorizationConstants.cs)."""
LIFE = 30 * 60.0
"""Seconds an Altinn token lives (JwtValidityMinutes)."""


class Tokens:
    """Makes and reads tokens signed with a key that comes of `secret`."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(f"simulator token/{secret}".encode()).digest()

    def mint(self, claims: Mapping[str, object]) -> str:
        """A token with `claims`, among them `exp` in seconds since 1970."""
        signed = unsigned({"alg": "HS256", "typ": "JWT"}, claims)
        return f"{signed}.{to_base64(self._signature(signed.encode()))}"

    def claims(self, token: str, now: float) -> dict[str, Any] | None:
        """The claims of a token that is valid at `now`, in seconds since 1970; None of any other.

        No skew is allowed for (`ClockSkew = TimeSpan.Zero`). None also for what is no token.
        """
        try:
            jwt = take_apart(token)
        except ValueError:
            return None
        if not hmac.compare_digest(jwt.signature, self._signature(jwt.signed)):
            return None
        return jwt.claims if jwt.claims.get("nbf", 0) <= now < jwt.claims["exp"] else None

    def _signature(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")


def may_read(claims: Mapping[str, Any]) -> bool:
    """True when the scope is among the claims; `urn:altinn:scope` counts before `scope`."""
    scopes = str(claims.get("urn:altinn:scope") or claims.get("scope") or "")
    return SCOPE in scopes.split(" ")


def organisation(claims: Mapping[str, Any]) -> str:
    """The short name of the organisation the token is for; "" when it is for none."""
    return str(claims.get("urn:altinn:org", ""))
