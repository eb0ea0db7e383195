"""Who may ask: hands out tokens, and judges those that requests come with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Literal

from .exchange import exchanged, lasting, written
from .faults import Faults
from .maskinporten import Client, Maskinporten
from .messages import Answer, Request
from .tokens import LIFE, SCOPE, Tokens, may_read, organisation

Auth = Literal["none", "token"] | Client
"""How to sign in: not at all, with a token from `GET /simulator/token`, or as a client of
Maskinporten with a token from `POST /token` that was exchanged."""


class SignIn:
    """Altinn's tokens, and Maskinporten when there is a client for it.

    `wall`: seconds since 1970, which tokens are measured by. `creator`: the organisation that a
    request without sign-in is from. Safe to call from several threads.
    """

    def __init__(
        self, auth: Auth, seed: int, creator: str, wall: Callable[[], float], faults: Faults
    ) -> None:
        self._auth = auth
        self._seed = seed
        self._creator = creator
        self._wall = wall
        self._faults = faults
        self._began = wall()
        self._numbers = count()
        self._revocations = count(1)
        self._revoked = 0
        self._maskinporten = (
            Maskinporten(auth, seed, self._now, faults) if isinstance(auth, Client) else None
        )

    def answer(
        self, parts: Sequence[str], request: Request, query: Mapping[str, str]
    ) -> Answer | None:
        """The answer at a path of sign-in, in lower case `parts`; None at any other."""
        match parts:
            case ["simulator", "token"] if self._maskinporten is None:
                return get_only(request) or self._token(request, query)
            case ["simulator", "revoke"]:
                return _only(request, "GET", "POST") or self._revoke()
            case ["token"] if self._maskinporten:
                return _only(request, "POST") or self._maskinporten.token(request, _issuer(request))
            case [".well-known", "oauth-authorization-server"] if self._maskinporten:
                return get_only(request) or self._maskinporten.metadata(_issuer(request))
            case ["authentication", "api", "v1", "exchange", provider] if self._maskinporten:
                return get_only(request) or self._exchange(
                    request, provider, query, self._maskinporten
                )
        return None

    def refused(self, request: Request) -> Answer | None:
        """401 or 403, both empty; None when the request may go on."""
        if self._auth == "none":
            return None
        claims = self._claims(request)
        if claims is None:
            return Answer(401)
        return None if may_read(claims) and organisation(claims) else Answer(403)

    def organisation(self, request: Request) -> str:
        """The short name of the organisation that asks."""
        if self._auth == "none":
            return self._creator
        return organisation(self._claims(request) or {})

    def _now(self) -> float:
        return self._wall() + self._faults.clock_skew

    def _claims(self, request: Request) -> dict[str, Any] | None:
        return self._tokens().claims(_bearer(request), self._now())

    def _tokens(self) -> Tokens:
        """What makes and reads Altinn's tokens; after each revocation it is another."""
        moment = self._faults.revoke
        in_time = moment is not None and self._wall() >= self._began + moment
        given = "minted" if self._maskinporten is None else "exchanged"
        return Tokens(f"{self._seed}/{given}/{self._revoked}/{in_time}")

    def _revoke(self) -> Answer:
        self._revoked = next(self._revocations)
        return Answer(200, b"all Altinn tokens are revoked\n", "text/plain; charset=utf-8")

    def _token(self, request: Request, query: Mapping[str, str]) -> Answer:
        """A token for nothing, with the scope and the organisation asked for, or without."""
        claims = {
            "scope": query.get("scope", SCOPE),
            "urn:altinn:org": query.get("org", self._creator),
        }
        token = self._mint(request, {name: value for name, value in claims.items() if value})
        return Answer(200, token.encode(), "text/plain; charset=utf-8")

    def _exchange(
        self,
        request: Request,
        provider: str,
        query: Mapping[str, str],
        maskinporten: Maskinporten,
    ) -> Answer:
        """Anything wrong with the token, or with Altinn itself, is an empty 401."""
        now = self._now()
        if provider != "maskinporten":
            text = f"Invalid token provider: {provider}. Trusted token providers: Maskinporten."
            return Answer(400, text.encode(), "text/plain; charset=utf-8", at=now)
        given = maskinporten.claims(_bearer(request))
        if given is None or "exchange-down" in self._faults.sign_in:
            return Answer(401, at=now)
        number = next(self._numbers)
        sid = hashlib.sha256(f"{self._seed}/sid/{number}".encode()).hexdigest()[:32]
        claims = exchanged(given, sid, test=query.get("test", "").lower() == "true")
        return written(self._mint(request, claims), request.accept, now)

    def _mint(self, request: Request, claims: Mapping[str, object]) -> str:
        life = LIFE if self._faults.token_life is None else self._faults.token_life
        return self._tokens().mint(lasting(claims, base_url(request), self._now(), life))


def get_only(request: Request) -> Answer | None:
    """405 for any other method than GET; None for GET."""
    return _only(request, "GET")


def base_url(request: Request) -> str:
    """The address the client used, without a slash at the end."""
    return f"http://{request.host or 'localhost'}"


def _only(request: Request, *methods: str) -> Answer | None:
    if request.method in methods:
        return None
    return Answer(405, headers=(("Allow", ", ".join(methods)),))


def _issuer(request: Request) -> str:
    """Maskinporten's identifier, with its slash."""
    return f"{base_url(request)}/"


def _bearer(request: Request) -> str:
    """The bearer token of a request, "" when there is none."""
    scheme, _, token = request.authorization.partition(" ")
    return token if scheme.lower() == "bearer" else ""
