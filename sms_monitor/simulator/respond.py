"""The simulator itself: from a request to its answer, with no socket and no waiting."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from urllib.parse import parse_qs, unquote

from . import bodies
from .faults import Faults
from .messages import Answer, Request
from .scenario import Order, Scenario
from .sign_in import Auth, SignIn, base_url, get_only

_JSON = "application/json; charset=utf-8"
_GUID = re.compile(
    r"(?P<open>[{(]?)[0-9a-f]{8}(?P<dash>-?)[0-9a-f]{4}(?P=dash)[0-9a-f]{4}(?P=dash)"
    r"[0-9a-f]{4}(?P=dash)[0-9a-f]{12}(?P<close>[)}]?)",
    re.IGNORECASE,
)
_BRACKETS = {"": "", "{": "}", "(": ")"}


class Simulator:
    """Answers as the API would at `now()`; nothing a client does changes the orders.

    `now`: the simulated time. `wall`: seconds since 1970, which tokens are measured by.
    `auth` "token" wants a bearer token from `GET /simulator/token`, a client one from its
    Maskinporten and the exchange; "none" takes everything as from the scenario's own
    organisation. Safe to call from several threads.
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
        self._faults = faults or Faults()
        self._sign_in = SignIn(auth, scenario.seed, scenario.creator, wall, self._faults)
        self._numbers = count()
        self._summaries: dict[str, tuple[int, bytes]] = {}

    def respond(self, request: Request) -> Answer:
        """The answer. Latency and the faults that hit a share of the requests are the API's."""
        path, _, query_text = request.target.partition("?")
        written = [unquote(part) for part in path.removeprefix("/").removesuffix("/").split("/")]
        query = {
            key.lower(): values[0]
            for key, values in parse_qs(query_text, keep_blank_values=True).items()
        }
        parts = [part.lower() for part in written]
        if parts[:4] == ["notifications", "api", "v1", "orders"]:
            at = self.now()
            answer = self._orders(request, written[4:], query, at)
            return self._faults.apply(answer, self._scenario.seed, next(self._numbers), at)
        return self._sign_in.answer(parts, request, query) or Answer(404)

    def _orders(
        self, request: Request, parts: Sequence[str], query: dict[str, str], at: datetime
    ) -> Answer:
        """In the server's sequence: route, method, sign-in, scope, form of the id, the order."""
        match [part.lower() for part in parts]:
            case [] | [_] | [_, "status"] | [_, "notifications", "sms"] if "" not in parts:
                refused = get_only(request) or self._sign_in.refused(request)
            case _:
                return Answer(404)
        if refused:
            return refused
        if not parts:
            return self._by_reference(request, query, at)
        return self._one(request, parts[0], parts[-1].lower() if parts[1:] else "", at)

    def _by_reference(self, request: Request, query: dict[str, str], at: datetime) -> Answer:
        reference = query.get("sendersreference")
        if not reference:
            message = (
                "The sendersReference field is required."
                if reference == ""
                else "A value for the 'sendersReference' parameter or property was not provided."
            )
            return self._invalid(request, "sendersReference", message)
        creator, url = self._scenario.creator, base_url(request)
        found = []
        if self._sign_in.organisation(request) == creator:
            found = [
                bodies.order(one, creator, url)
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
        creator, url = self._scenario.creator, base_url(request)
        if not found or not processing or self._sign_in.organisation(request) != creator:
            return Answer(404)
        match what:
            case "sms":
                return _json(self._summary(found, at))
            case "status":
                body = bodies.order_with_status(found, processing, creator, url, at)
                return _json(bodies.as_json(body))
        return _json(bodies.as_json(bodies.order(found, creator, url)))

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


def _guid(text: str) -> str | None:
    """The GUID in lower case with dashes; None for what .NET's Guid does not take."""
    found = _GUID.fullmatch(text.strip())
    if not found or _BRACKETS[found["open"]] != found["close"]:
        return None
    if found["open"] and not found["dash"]:
        return None
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
