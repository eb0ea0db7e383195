"""Maskinporten: `POST /token`, which takes a JWT grant (RFC 7523) and gives a token for it.

From Digdir's pages maskinporten_protocol_token, maskinporten_protocol_jwtgrant and
maskinporten_feilsoking. One thing is easier than there: a client's certificate is known by its
bytes, and neither its chain nor its dates are looked at.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from .exchange import ORGANISATIONS
from .faults import Faults
from .jwt import Jwt, take_apart
from .key_file import ClientKey
from .messages import Answer, Request
from .rsa import ALGORITHMS
from .tokens import SCOPE, Tokens

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = 120
"""Seconds a token lives."""
LONGEST_GRANT = 180
"""Seconds from `iat` to `exp` that are enforced; 120 are documented."""
SKEW = 10
"""Seconds the client's clock may be off."""
ORG_NUMBER = "405003309"
"""The organisation the client belongs to: Testdepartementet, whose orders the scenarios hold."""

_REQUIRED = ("aud", "iss", "scope", "iat", "exp")
_OPTIONAL = ("jti", "resource", "consumer_org")
"""`iss_onbehalfof`, `pid` and `authorization_details` are for other kinds of client than ours."""
_NEVER = 1e11
"""Seconds since 1970 that nobody means."""
_FORM = "application/x-www-form-urlencoded"
_FAILED = "Invalid assertion. Client authentication failed."


@dataclass(frozen=True, slots=True)
class Client:
    """The one client that is registered."""

    client_id: str
    key: ClientKey


class _Refused(Exception):
    """A grant is refused: `code` as in MP-120, "" for what has none, and `error` of RFC 6749."""

    def __init__(self, code: str, description: str, error: str = "invalid_grant") -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.error = error


class Maskinporten:
    """Judges grants at `now()`, in seconds since 1970, and remembers which were used.

    Safe to call from several threads.
    """

    def __init__(self, client: Client, seed: int, now: Callable[[], float], faults: Faults) -> None:
        self._client = client
        self._seed = seed
        self._now = now
        self._faults = faults.sign_in
        self._tokens = Tokens(f"{seed}/maskinporten")
        self._numbers = count()
        self._used: dict[str, float] = {}
        self._guard = threading.Lock()

    def token(self, request: Request, issuer: str) -> Answer:
        """The answer to `POST /token` at the Maskinporten whose identifier is `issuer`."""
        now = self._now()
        trace = hashlib.sha256(f"{self._seed}/trace/{next(self._numbers)}".encode()).hexdigest()
        try:
            grant = _grant(request)
            self._check_client(grant)
            self._check_claims(grant.claims, issuer, now)
            self._use_up(grant, now)
            consumer = self._consumer(grant.claims)
        except _Refused as refused:
            said = f"{refused.description} (trace_id: {trace[:32]})"
            body = {"error": refused.error, "error_description": said}
            if refused.code:
                body["error_uri"] = f"{issuer}errors/{refused.code}"
            return _json(400, body, now)
        claims = self._access_claims(grant.claims, consumer, issuer, now)
        token = self._tokens.mint(claims | {"jti": trace[32:]})
        named = {"access_token": token, "token_type": "Bearer", "expires_in": LIFE, "scope": SCOPE}
        return _json(200, named, now)

    def metadata(self, issuer: str) -> Answer:
        """The answer to `GET /.well-known/oauth-authorization-server` (RFC 8414)."""
        body = {
            "issuer": issuer,
            "token_endpoint": f"{issuer}token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "grant_types_supported": [GRANT_TYPE],
        }
        return _json(200, body, self._now())

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of a token that was given here and is not too old; None of any other."""
        return self._tokens.claims(token, self._now())

    def _check_client(self, grant: Jwt) -> None:
        """The form of the grant, then that the client itself signed it."""
        names = grant.claims.keys()
        if missing := [name for name in _REQUIRED if name not in names]:
            raise _Refused("", f"Invalid assertion. Missing claim {missing[0]}.")
        if not names <= {*_REQUIRED, *_OPTIONAL}:
            raise _Refused("", "Invalid assertion")
        if grant.claims["iss"] != self._client.client_id:
            raise _Refused("MP-100", f"{_FAILED} Client not found.")
        self._check_key_name(grant.header)
        algorithm, key = grant.header["alg"], self._client.key.public
        if not key.verifies(algorithm, grant.signed, grant.signature):
            raise _Refused("MP-120", f"{_FAILED} Invalid JWT signature.")
        if "expired-key" in self._faults:
            raise _Refused("MP-121", f"{_FAILED} The key has expired.")

    def _check_key_name(self, header: Mapping[str, Any]) -> None:
        """`kid` or `x5c`, whichever the client is registered with, and not the other."""
        certificate = self._client.key.certificate
        if str(header.get("alg")) not in ALGORITHMS:
            raise _Refused("", "Invalid assertion. Unsupported signing algorithm.")
        if "kid" in header and "x5c" in header:
            raise _Refused("", "Invalid assertion. Exactly one of kid and x5c is to be given.")
        if not certificate and "kid" not in header:
            raise _Refused("", f"{_FAILED} No key identifier (kid) provided.")
        if "wrong-kid" in self._faults or header.get("kid", "") != self._client.key.kid:
            raise _Refused("", f"{_FAILED} Unknown key identifier (kid) for client.")
        if certificate and _leaf(header.get("x5c")) != certificate:
            raise _Refused("MP-122", f"{_FAILED} The certificate is not this organisation's.")

    def _check_claims(self, claims: Mapping[str, Any], issuer: str, now: float) -> None:
        if claims["aud"] != issuer:
            raise _Refused("MP-110", "Invalid assertion. Invalid claim aud.")
        issued, expires = (_seconds(claims[name]) for name in ("iat", "exp"))
        if issued > now + SKEW:
            raise _Refused("MP-130", "Invalid assertion. Issue time is after now.")
        if expires <= now - SKEW:
            raise _Refused("MP-130", "Invalid assertion. JWT is expired.")
        if not 0 < expires - issued <= LONGEST_GRANT:
            raise _Refused("", f"Invalid assertion. exp must be 1 to {LONGEST_GRANT} s after iat.")
        resource = claims.get("resource", [])
        if not isinstance(resource, list) or not all(isinstance(one, str) for one in resource):
            raise _Refused("", "Invalid assertion. The claim resource is not an array.")

    def _use_up(self, grant: Jwt, now: float) -> None:
        """Refuse a grant that was used; without a `jti` it is known by its signature."""
        name = str(grant.claims.get("jti") or grant.signature.hex())
        with self._guard:
            # a grant that has expired is refused for that, so nobody need remember it
            self._used = {used: end for used, end in self._used.items() if end > now - SKEW}
            if name in self._used:
                raise _Refused("MP-012", "Invalid assertion. The JWT has been used before.")
            self._used[name] = _seconds(grant.claims["exp"])

    def _consumer(self, claims: Mapping[str, Any]) -> str:
        """The organisation the token is for, after the client's right to the scope."""
        scopes = claims["scope"].split() if isinstance(claims["scope"], str) else []
        if "scope-missing" in self._faults or set(scopes) != {SCOPE}:
            wrong = ", ".join(scopes)
            text = f"Token request contains invalid scopes for client, {wrong}"
            raise _Refused("MP-200", text, "invalid_scope")
        consumer = str(claims.get("consumer_org", ""))
        if consumer == ORG_NUMBER:
            raise _Refused("", "Invalid assertion. consumer_org is the client's own organisation.")
        if consumer and consumer not in ORGANISATIONS:
            text = f"Consumer {consumer} has not delegated access to supplier {ORG_NUMBER}."
            raise _Refused("MP-251", text)
        return consumer or ORG_NUMBER

    def _access_claims(
        self, grant: Mapping[str, Any], consumer: str, issuer: str, now: float
    ) -> dict[str, Any]:
        certificate = self._client.key.certificate
        claims: dict[str, Any] = {
            "iss": issuer,
            "aud": grant.get("resource", "unspecified"),
            "scope": SCOPE,
            "client_id": self._client.client_id,
            "client_amr": "virksomhetssertifikat" if certificate else "private_key_jwt",
            "token_type": "Bearer",
            "iat": int(now),
            "exp": int(now) + LIFE,
            "consumer": _organisation_id(consumer),
        }
        if consumer != ORG_NUMBER:
            claims["supplier"] = _organisation_id(ORG_NUMBER)
        return claims


def _grant(request: Request) -> Jwt:
    """The grant in a request's form."""
    if request.content_type.partition(";")[0].strip().lower() != _FORM:
        raise _Refused("", f"The content type must be {_FORM}.", "invalid_request")
    form = parse_qs(request.body.decode("ascii", "replace"), keep_blank_values=True)
    if form.get("grant_type") != [GRANT_TYPE]:
        raise _Refused("", "Unsupported grant type.", "unsupported_grant_type")
    assertions = form.get("assertion", [])
    if len(assertions) != 1:
        raise _Refused("", "Exactly one assertion is needed.", "invalid_request")
    try:
        return take_apart(assertions[0])
    except ValueError as error:
        raise _Refused("MP-011", "Invalid assertion. The JWT is malformed.") from error


def _leaf(chain: object) -> bytes:
    """The first certificate of an `x5c`, in DER."""
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        raise _Refused("MP-123", f"{_FAILED} x5c is not an array of certificates.")
    try:
        return base64.b64decode(chain[0], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Refused("MP-123", f"{_FAILED} x5c is not base64.") from error


def _seconds(claim: object) -> float:
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not 0 <= claim < _NEVER:
        raise _Refused("", "Invalid assertion. iat and exp are numbers of seconds.")
    return float(claim)


def _organisation_id(number: str) -> dict[str, str]:
    """As ISO 6523 writes a Norwegian organisation number."""
    return {"authority": "iso6523-actorid-upis", "ID": f"0192:{number}"}


def _json(status: int, body: Mapping[str, object], now: float) -> Answer:
    text = json.dumps(body, separators=(",", ":")).encode()
    headers = (("Cache-Control", "no-store"),)
    return Answer(status, text, "application/json;charset=UTF-8", headers, at=now)
