"""A ready token: what can be read from it, and whether it may be sent."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from sms_monitor.core.errors import SignInError
from sms_monitor.core.text import clean
from sms_monitor.services.credentials import Secret, to_secret

SCOPE = "altinn:serviceowner/notifications.create"
"""The one scope the API takes; there is none that only reads (`AuthorizationConstants.cs`)."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
"""Anything else would end up in the sentence of a header that cannot be sent."""
_MAX_EPOCH = 1e11


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and what it says about itself; its signature is not checked."""

    secret: Secret
    is_jwt: bool
    issuer_host: str
    """Host of the claim `iss`; "" when there is none."""
    org: str
    """Claim `urn:altinn:org`, or `iss` of a platform token: the short name of the organisation;
    "" when there is none."""
    org_number: str
    """Claim `urn:altinn:orgNumber`; "" when there is none."""
    scopes: frozenset[str]
    """Claim `scope`; empty when there is none."""
    issued: float | None
    """Claim `iat`, or `nbf` without it, seconds since 1970."""
    expires: float | None
    """Claim `exp` or the command's `expires_at`, seconds since 1970; None when unknown."""

    def life(self, now: datetime) -> float | None:
        """Return the seconds it lasts from `now`, at most what it was issued for.

        None when it does not say. A clock that runs late cannot make it longer than `exp` - `iat`.
        """
        if self.expires is None:
            return None
        left = self.expires - now.timestamp()
        return left if self.issued is None else min(left, self.expires - self.issued)


def parse_token(raw: Secret) -> Token:
    """Return the token in `raw`: alone, in quotes, or as `{"token": …, "expires_at": …}`.

    Raises:
        SignInError: `raw` holds no token. The sentence never repeats what it holds.
    """
    expires = None
    secret = raw
    if raw.reveal().startswith("{"):
        secret, expires = _from_json(raw)
    secret = Secret(secret.reveal().strip().strip('"'))
    if not _TOKEN.fullmatch(secret.reveal()):
        raise SignInError(
            "What the profile gives as a token holds white space or characters no token has.",
            'Give the token alone: no "Bearer" before it, no text around it.',
        )
    claims = _claims(secret)
    issuer, issued = _word(claims, "iss"), _epoch(claims, "iat")
    return Token(
        secret=secret,
        is_jwt=claims is not None,
        # a platform token names an organisation there, not a URL
        issuer_host=_host(issuer),
        org=clean(_word(claims, "urn:altinn:org") or (issuer if _is_platform(claims) else ""), 40),
        org_number=clean(_word(claims, "urn:altinn:orgNumber"), 40),
        scopes=frozenset(_word(claims, "scope").split()),
        issued=_epoch(claims, "nbf") if issued is None else issued,
        expires=min((e for e in (expires, _epoch(claims, "exp")) if e is not None), default=None),
    )


def check_token(token: Token, base_url: str, now: datetime) -> None:
    """Refuse to send a token of another environment, or one that has run out.

    Altinn's `iss` is `{platform host}/authentication/api/v1/openid/`
    (altinn-authentication, `GeneralSettings.AltinnOidcIssuerUrl`). A text that is not a JWT
    says nothing about itself and passes.

    Raises:
        SignInError: It must not be sent.
    """
    host = _host(base_url)
    if token.is_jwt and token.issuer_host != host:
        if token.issuer_host.endswith("maskinporten.no"):
            raise SignInError(
                f"The token is from Maskinporten ({token.issuer_host}); Altinn does not take it.",
                "Exchange it for an Altinn token first: "
                f"GET https://{host}/authentication/api/v1/exchange/maskinporten",
            )
        issuer = token.issuer_host or "no host it names"
        raise SignInError(
            f"The token is from {issuer}, not from {host}. It was not sent.",
            "Get a token for this environment, or choose the profile it belongs to.",
        )
    check_time(token, now)


def check_platform_token(token: Token, now: datetime) -> None:
    """Refuse to send what is no platform token (Altinn/altinn-accesstoken).

    Its life is 5 minutes and no JWT makes the server fail with 500. An Altinn token in its
    place would be one in the wrong header.

    Raises:
        SignInError: It must not be sent.
    """
    if not token.is_jwt:
        raise SignInError(
            "What the profile gives as a platform token is not a JWT. It was not sent.",
            "Make the command print the PlatformAccessToken alone.",
        )
    if token.issuer_host:
        raise SignInError(
            f"The token is from {token.issuer_host}: it is no platform token. It was not sent.",
            'For an Altinn token write auth = "token" in the profile.',
        )
    check_time(token, now)


def check_time(token: Token, now: datetime) -> None:
    """Raise `SignInError` when the token has run out at `now`."""
    if token.expires is not None and token.expires <= now.timestamp():
        at = datetime.fromtimestamp(token.expires, UTC)
        raise SignInError(
            f"The token ran out at {at:%Y-%m-%d %H:%M:%S} UTC.",
            "Get a new token. If it is new, this machine's clock is wrong.",
        )


def access_note(token: Token) -> str | None:
    """Return why Notifications will answer 403 to an Altinn token; None when nothing tells so.

    A platform token names no host and needs neither.

    Notifications wants the scope and the claim `urn:altinn:org`, which the exchange sets for
    organisations in https://altinncdn.no/orgs/altinn-orgs.json.
    """
    if not token.issuer_host:
        return None
    if SCOPE not in token.scopes:
        return (
            f"The token lacks the scope {SCOPE}, so Altinn Notifications will answer 403. Ask for "
            "the scope, and add it to the client in Samarbeidsportalen."
        )
    if not token.org:
        whose = f" ({token.org_number})" if token.org_number else ""
        return (
            f"The token names no organisation that is a service owner in Altinn{whose}, so Altinn "
            "Notifications will answer 403. Ask Altinn to register the organisation, or sign in "
            "for one that is."
        )
    return None


class _Printed(msgspec.Struct):
    """What a command may print instead of the bare token."""

    token: Secret
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def _from_json(raw: Secret) -> tuple[Secret, float | None]:
    try:
        printed = msgspec.json.decode(raw.reveal(), type=_Printed, dec_hook=to_secret)
    except (msgspec.DecodeError, RecursionError):
        # not chained: the error may quote the text
        raise SignInError(
            "What the profile gives as a token looks like JSON but is not of the right form.",
            'Make it {"token": "…", "expires_at": "2026-11-23T08:00:00Z"}, or the token alone.',
        ) from None
    at = printed.expires_at
    return printed.token, None if at is None else at.timestamp()


def _claims(secret: Secret) -> dict[str, Any] | None:
    """Return the payload of a JWT; None when the text is not one."""
    try:
        _, payload, _ = secret.reveal().split(".")
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _word(claims: dict[str, Any] | None, name: str) -> str:
    value = (claims or {}).get(name)
    return value if isinstance(value, str) else ""


def _is_platform(claims: dict[str, Any] | None) -> bool:
    return "urn:altinn:app" in (claims or {})


def _epoch(claims: dict[str, Any] | None, name: str) -> float | None:
    value = (claims or {}).get(name)
    return float(value) if isinstance(value, int | float) and 0 <= value < _MAX_EPOCH else None


def _host(url: str) -> str:
    try:
        return clean(urlsplit(url).hostname or "", 100)
    except ValueError:
        return ""
