"""Altinn's exchange: a token of Maskinporten for one of Altinn.

From Altinn/altinn-authentication, AuthenticationController.cs and docs/flows/token-exchange.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .messages import Answer

ORGANISATIONS = {"991825827": "digdir", "405003309": "ttd"}
"""Number to short name, as https://altinncdn.no/orgs/altinn-orgs.json lists them."""

_DROPPED = ("aud", "iss", "client_amr", "sid", "iat", "exp")
"""What the new token does not take over."""


def lasting(
    claims: Mapping[str, object], base_url: str, now: float, life: float
) -> dict[str, object]:
    """`claims` of a token that Altinn gives at `now`, in seconds since 1970, for `life` seconds.

    Its `iss` is as in GeneralSettings.AltinnOidcIssuerUrl.
    """
    times = {"iat": int(now), "nbf": int(now), "exp": int(now + life)}
    return {"iss": f"{base_url}/authentication/api/v1/openid/", **times, **claims}


def exchanged(given: Mapping[str, Any], sid: str, *, test: bool) -> dict[str, object]:
    """The claims of the new token less its life; `test` makes Digdir the test organisation."""
    number = given["consumer"]["ID"].partition(":")[2]
    claims: dict[str, object] = {k: v for k, v in given.items() if k not in _DROPPED}
    claims |= {
        "urn:altinn:orgNumber": number,
        "urn:altinn:authenticatemethod": "maskinporten",
        "urn:altinn:authlevel": "3",
        "sid": sid,
    }
    organisation = ORGANISATIONS.get(number)
    if organisation and "altinn:serviceowner" in given["scope"]:
        is_test = test and organisation == "digdir"
        claims["urn:altinn:org"] = "ttd" if is_test else organisation
    return claims


def written(token: str, accept: str, now: float) -> Answer:
    """The answer with `token`: raw, or in quotes for a client that accepts JSON before text.

    As ASP.NET negotiates: whoever accepts everything gets the first formatter, which is text.
    """
    types = [one.partition(";")[0].strip().lower() for one in accept.split(",")]
    known = [one for one in types if one in ("text/plain", "application/json")]
    if "*/*" not in types and known[:1] == ["application/json"]:
        return Answer(200, f'"{token}"'.encode(), "application/json; charset=utf-8", at=now)
    return Answer(200, token.encode(), "text/plain; charset=utf-8", at=now)
