"""Trouble on request: slow, refused, broken and foreign answers."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from .messages import Answer, Sending

RETRY_AFTER = 5
"""Seconds a 429 asks the client to wait."""

SHARES = ("429", "429-date", "500", "503", "drop", "truncate", "html")
"""Faults given as a share of all requests, 0 to 1."""

SECONDS = ("latency", "token-life", "clock-skew", "revoke")
"""Faults given as a number of seconds."""

SIGN_IN = ("expired-key", "wrong-kid", "scope-missing", "exchange-down")
"""Faults of Maskinporten and the exchange, given by their name alone."""

_GATEWAY_PAGE = (
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n</html>"
)
_LOGIN_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n"


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong.

    `latency`: seconds before every answer. `shares`: name in `SHARES` to the share of requests
    it hits; a request meets one of them at most. `token_life`: seconds a token lives; None is
    the usual half hour. `clock_skew`: seconds the clocks of Maskinporten and Altinn are ahead of
    this machine's, as tokens see it; below 0 they are behind. `revoke`: seconds after the start
    at which all Altinn tokens are revoked; None never. `sign_in`: names in `SIGN_IN`.
    """

    latency: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    token_life: float | None = None
    clock_skew: float = 0.0
    revoke: float | None = None
    sign_in: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Faults:
        """Read `latency=0.5`, `429=0.1`, `token-life=20`, `expired-key` and so on.

        Raises ValueError, with a sentence for the person who wrote it, for anything else.
        """
        given: dict[str, float] = {}
        for text in texts:
            name, number = (text, 1.0) if text in SIGN_IN else _read(text)
            if name in given:
                raise ValueError(f"the fault {name} is given twice; give it once")
            given[name] = number
        shares = {name: given[name] for name in SHARES if name in given}
        if sum(shares.values()) > 1:
            raise ValueError(f"the shares of {', '.join(shares)} add up to more than 1")
        return cls(
            given.get("latency", 0.0),
            shares,
            given.get("token-life"),
            given.get("clock-skew", 0.0),
            given.get("revoke"),
            frozenset(SIGN_IN) & given.keys(),
        )

    def apply(self, answer: Answer, seed: int, number: int, at: datetime) -> Answer:
        """What becomes of the answer to request `number` of a simulator with `seed`.

        A 429 with a date counts from `at`, the time in the answer's own Date header.
        """
        hit = self._hit(random.Random(f"{seed}/request/{number}").random())
        return replace(_spoiled(answer, hit, at), delay=self.latency)

    def _hit(self, roll: float) -> str:
        for name, share in self.shares.items():
            if roll < share:
                return name
            roll -= share
        return ""


def _read(text: str) -> tuple[str, float]:
    name, _, written = text.partition("=")
    if name in SIGN_IN:
        raise ValueError(f"'{text}' needs no number; write {name}")
    if name not in (*SHARES, *SECONDS):
        names = ", ".join((SECONDS[0], *SHARES, *SECONDS[1:], *SIGN_IN))
        raise ValueError(f"there is no fault '{name}'; the faults are {names}")
    example = "a share from 0 to 1, as in" if name in SHARES else "a number of seconds, as in"
    wrong = ValueError(f"'{text}' needs {example} {name}={'0.1' if name in SHARES else '20'}")
    try:
        number = float(written)
    except ValueError:
        raise wrong from None
    below = number < 0 and name != "clock-skew"
    if not math.isfinite(number) or below or (name in SHARES and number > 1):
        raise wrong
    return name, number


def _spoiled(answer: Answer, fault: str, at: datetime) -> Answer:
    match fault:
        case "429":
            return _too_many(str(RETRY_AFTER))
        case "429-date":
            return _too_many(format_datetime(at + timedelta(seconds=RETRY_AFTER), usegmt=True))
        case "500":
            return Answer(500)
        case "503":
            return Answer(503, _GATEWAY_PAGE, "text/html")
        case "drop":
            return replace(answer, sending=Sending.NOTHING)
        case "truncate":
            return replace(answer, sending=Sending.CUT)
        case "html":
            return Answer(200, _LOGIN_PAGE, "text/html; charset=utf-8")
    return answer


def _too_many(retry_after: str) -> Answer:
    return Answer(429, b"Too many requests", "text/plain", (("Retry-After", retry_after),))
