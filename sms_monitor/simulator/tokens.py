"""Altinn tokens as the simulator gives them out and checks them: HS256, not the real RS256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

SCOPE = "altinn:serviceowner/notifications.create"
"""The one scope all endpoints ask for (AuthorizationConstants.cs)."""
LIFE = 30 * 60.0
"""Seconds an Altinn token lives (JwtValidityMinutes)."""


class Tokens:
    """Makes and reads tokens signed with a key that comes of the seed."""

    def __init__(self, seed: int) -> None:
        self._key = hashlib.sha256(f"simulator token/{seed}".encode()).digest()

    def mint(self, issuer: str, now: float, life: float, scope: str, org: str) -> str:
        """A token from `now`, in seconds since 1970, for `life` seconds.

        An empty `scope` or `org` leaves the claim out.
        """
        claims: dict[str, object] = {"iss": issuer, "iat": int(now), "nbf": int(now)}
        claims["exp"] = int(now + life)
        if scope:
            claims["scope"] = scope
        if org:
            claims["urn:altinn:org"] = org
        signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def claims(self, token: str, now: float) -> dict[str, Any] | None:
        """The claims of a token that is valid at `now`, in seconds since 1970; None of any other.

        None also for what is no token at all.
        """
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return None
        claims: dict[str, Any] = json.loads(_decode(signed.partition(".")[2]))
        return claims if claims["nbf"] <= now < claims["exp"] else None

    def _signature(self, signed: str) -> str:
        return _base64(hmac.digest(self._key, signed.encode(), "sha256"))


def may_read(claims: dict[str, Any]) -> bool:
    """True when the scope is among the claims; `urn:altinn:scope` counts before `scope`."""
    scopes = str(claims.get("urn:altinn:scope") or claims.get("scope") or "")
    return SCOPE in scopes.split(" ")


def organisation(claims: dict[str, Any]) -> str:
    """The short name of the organisation the token is for; "" when it is for none."""
    return str(claims.get("urn:altinn:org", ""))


def _encode(part: dict[str, object] | dict[str, str]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
