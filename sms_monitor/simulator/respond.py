"""The simulator itself: from a request to its answer, with no socket and no waiting."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Literal
from urllib.parse import parse_qs, unquote

from . import bodies
from .faults import Faults
from .messages import Answer, Request
from .scenario import Order, Scenario
from .tokens import LIFE, SCOPE, Tokens, may_read, organisation

Auth = Literal["none", "token"]

_JSON = "application/json; charset=utf-8"
_GUID = re.compile(
    r"(?P<open>[{(]?)[0-9a-f]{8}(?P<dash>-?)[0-9a-f]{4}(?P=dash)[0-9a-f]{4}(?P=dash)"
    r"[0-9a-f]{4}(?P=dash)[0-9a-f]{12}(?P<close>[)}]?)",
    re.IGNORECASE,
)
_BRACKETS = {"": "", "{": "}", "(": ")"}


class Simulator:
    """Answers as the API would at `now()`; nothing a client does changes what it says.

    `now`: the simulated time. `wall`: seconds since 1970, which tokens are measured by.
    `auth` "token" wants a bearer token from `GET /simulator/token`; "none" takes everything
    as from the scenario's own organisation. Safe to call from several threads.
    """

    def __init__(
        self,
        scenario: Scenario,
        now: Callable[[], datetime],
        wall: Callable[[], float],
        *,
        auth: Auth = "none",
        faults: Faults | None = None,
    ) -> None:
        self.now = now
        self._scenario = scenario
        self._wall = wall
        self._auth = auth
        self._faults = faults or Faults()
        self._tokens = Tokens(scenario.seed)
        self._numbers = count()
        self._summaries: dict[str, tuple[int, bytes]] = {}

    def respond(self, request: Request) -> Answer:
        """The answer, with the faults that hit it. Tokens are handed out without faults."""
        path, _, query_text = request.target.partition("?")
        written = [unquote(part) for part in path.removeprefix("/").removesuffix("/").split("/")]
        query = {
            key.lower(): values[0]
            for key, values in parse_qs(query_text, keep_blank_values=True).items()
        }
        match [part.lower() for part in written]:
            case ["simulator", "token"]:
                return _get_only(request) or self._token(request, query)
            case ["notifications", "api", "v1", "orders", *_]:
                at = self.now()
                answer = self._orders(request, written[4:], query, at)
                return self._faults.apply(answer, self._scenario.seed, next(self._numbers), at)
        return Answer(404)

    def _token(self, request: Request, query: dict[str, str]) -> Answer:
        life = LIFE if self._faults.token_life is None else self._faults.token_life
        issuer = f"{_base_url(request)}/authentication/api/v1/openid/"
        scope = query.get("scope", SCOPE)
        org = query.get("org", self._scenario.creator)
        token = self._tokens.mint(issuer, self._wall(), life, scope, org)
        return Answer(200, token.encode(), "text/plain; charset=utf-8")

    def _orders(
        self, request: Request, parts: Sequence[str], query: dict[str, str], at: datetime
    ) -> Answer:
        """In the server's sequence: route, method, sign-in, scope, form of the id, the order."""
        match [part.lower() for part in parts]:
            case [] | [_] | [_, "status"] | [_, "notifications", "sms"] if "" not in parts:
                refused = _get_only(request) or self._refused(request)
            case _:
                return Answer(404)
        if refused:
            return refused
        if not parts:
            return self._by_reference(request, query, at)
        return self._one(request, parts[0], parts[-1].lower() if parts[1:] else "", at)

    def _refused(self, request: Request) -> Answer | None:
        """401 or 403, both empty; None when the request may go on."""
        if self._auth == "none":
            return None
        claims = self._claims(request)
        if claims is None:
            return Answer(401)
        return None if may_read(claims) and organisation(claims) else Answer(403)

    def _claims(self, request: Request) -> dict[str, object] | None:
        scheme, _, token = request.authorization.partition(" ")
        return self._tokens.claims(token, self._wall()) if scheme.lower() == "bearer" else None

    def _organisation(self, request: Request) -> str:
        claims = self._claims(request) if self._auth == "token" else None
        return self._scenario.creator if claims is None else organisation(claims)

    def _by_reference(self, request: Request, query: dict[str, str], at: datetime) -> Answer:
        reference = query.get("sendersreference")
        if not reference:
            message = (
                "The sendersReference field is required."
                if reference == ""
                else "A value for the 'sendersReference' parameter or property was not provided."
            )
            return self._invalid(request, "sendersReference", message)
        creator, base_url = self._scenario.creator, _base_url(request)
        found = []
        if self._organisation(request) == creator:
            found = [
                bodies.order(one, creator, base_url)
                for one in self._scenario.orders_with(reference)
                if one.processing(at)
            ]
        return _json(bodies.as_json({"count": len(found), "orders": found}))

    def _one(self, request: Request, written_id: str, what: str, at: datetime) -> Answer:
        order_id = _guid(written_id)
        if order_id is None:
            return self._invalid(request, "id", f"The value '{written_id}' is not valid.")
        found = self._scenario.order(order_id)
        processing = found.processing(at) if found else None
        creator, base_url = self._scenario.creator, _base_url(request)
        if not found or not processing or self._organisation(request) != creator:
            return Answer(404)
        match what:
            case "sms":
                return _json(self._summary(found, at))
            case "status":
                body = bodies.order_with_status(found, processing, creator, base_url, at)
                return _json(bodies.as_json(body))
        return _json(bodies.as_json(bodies.order(found, creator, base_url)))

    def _summary(self, found: Order, at: datetime) -> bytes:
        """The summary; the last one of each order is kept, as most polls find no change."""
        version = found.version(at)
        kept = self._summaries.get(found.id)
        if kept is None or kept[0] != version:
            kept = version, bodies.sms_summary(found, at)
            self._summaries[found.id] = kept
        return kept[1]

    def _invalid(self, request: Request, field: str, message: str) -> Answer:
        """ValidationProblemDetails, sent as plain JSON because of `[Produces]`."""
        trace = hashlib.sha256(f"{self._scenario.seed}/{request.target}".encode()).hexdigest()
        problem = {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "errors": {field: [message]},
            "traceId": f"00-{trace[:32]}-{trace[32:48]}-01",
        }
        return Answer(400, bodies.as_json(problem), _JSON)


def _json(body: bytes) -> Answer:
    return Answer(200, body, _JSON)


def _get_only(request: Request) -> Answer | None:
    return None if request.method == "GET" else Answer(405, headers=(("Allow", "GET"),))


def _base_url(request: Request) -> str:
    return f"http://{request.host or 'localhost'}"


def _guid(text: str) -> str | None:
    """The GUID in lower case with dashes; None for what .NET's Guid does not take."""
    found = _GUID.fullmatch(text.strip())
    if not found or _BRACKETS[found["open"]] != found["close"]:
        return None
    if found["open"] and not found["dash"]:
        return None
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
