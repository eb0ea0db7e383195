"""What Maskinporten says when it refuses a grant, explained.

Codes: docs.digdir.no, `maskinporten_feilsoking`. Bodies: `{"error", "error_description",
"error_uri"}`, where the description ends in a trace id and the URI in the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from sms_monitor.core.errors import SignInError
from sms_monitor.core.text import clean
from sms_monitor.services.command import hide_tokens
from sms_monitor.services.tokens import SCOPE

SHOWN = 200
"""Characters of Maskinporten's own words that are shown."""

_CODE = re.compile(r"\bMP-\d{3}\b")
_TRACE = re.compile(r"\s*\(trace_id: ?([\w-]{1,64})\)")
_PORTAL = "in Samarbeidsportalen"
_BUG = "Report it to those who make sms-monitor, with this text."

_NO_KID = "no kid"
_UNKNOWN_KID = "unknown kid"
_CLAIM = "claim"

_BY_WORDS = {
    "no key identifier": _NO_KID,
    "unknown key identifier": _UNKNOWN_KID,
    "jwt is expired": "MP-130",
    "issue time is after now": "MP-130",
    "invalid jwt signature": "MP-120",
    "invalid assertion": _CLAIM,
    "invalid_scope": "MP-200",
    "invalid_client": "MP-100",
}
"""Words of an answer, and the code they stand for; the first that fit count."""

_EXPLAINED = {
    "MP-011": ("the grant is malformed", _BUG),
    "MP-012": ("the grant was used before", _BUG),
    "MP-100": (
        "client_id {client_id} is unknown at {host}",
        "Check client_id and environment: a client belongs to either test or production.",
    ),
    "MP-110": (
        "the issuer of the profile is not that of {host}",
        "Check maskinporten_issuer: it is compared letter by letter, with its last slash.",
    ),
    "MP-120": (
        "the key does not belong to client_id {client_id}",
        f"Give the key that is registered on the client {_PORTAL}. A production certificate does "
        "not work in test, nor the other way round.",
    ),
    "MP-121": (
        "the registered key has expired: one lives for a year at most",
        f"Register the key again {_PORTAL}; the same key may be used.",
    ),
    "MP-122": (
        "the certificate belongs to another organisation than client_id {client_id}",
        "Use the certificate of the organisation that owns the client.",
    ),
    "MP-123": ("the certificate chain (x5c) is not of the right form", _BUG),
    "MP-130": (
        "the grant is not of this time, so a clock is wrong{clock}",
        "Set this machine's clock, best by NTP: timedatectl set-ntp true",
    ),
    "MP-200": (
        f"client_id {{client_id}} does not have the scope {SCOPE}",
        f"Add {SCOPE} to the client {_PORTAL}.",
    ),
    "MP-201": (
        f"client_id {{client_id}} is of a type that cannot have the scope {SCOPE}",
        f"Make a client of the type Maskinporten {_PORTAL}, and add {SCOPE} to it.",
    ),
    "MP-250": (
        f"the organisation has not been granted the scope {SCOPE}",
        "Ask Altinn for access to the scope for the organisation.",
    ),
    "MP-251": (
        "the organisation has not delegated the scope to the one that owns client_id {client_id}",
        "Check consumer_org and the delegation in Altinn. Delegations made in production do not "
        "count in test.",
    ),
    _NO_KID: (
        "the grant names no key, but the client has registered ones",
        f'Write kid = "…" in the profile: the name of the key {_PORTAL}.',
    ),
    _UNKNOWN_KID: (
        "kid {kid} is not on client_id {client_id}",
        f"Check kid and client_id against the client's keys {_PORTAL}. For a certificate that is "
        "not registered there, leave kid out.",
    ),
    _CLAIM: (
        "something in the grant is not taken",
        "Check resource and consumer_org in the profile. Without them, report it to those who make "
        "sms-monitor.",
    ),
}
_EXPLAINED["MP-124"] = _EXPLAINED["MP-120"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 4xx answer of the token endpoint."""

    status: int
    host: str
    code: str
    """`MP-100`, or "" when it has none."""
    error: str
    """The `error` of OAuth; "" when the body is not Maskinporten's JSON."""
    said: str
    """Its own words, cleaned."""
    trace_id: str
    reason: str
    """What to look up in the explanations; "" when nothing is known."""

    @property
    def is_about_time(self) -> bool:
        """Tell whether a wrong clock is the reason."""
        return self.reason == "MP-130"

    def explained(self, client_id: str, kid: str | None, ahead: float | None) -> SignInError:
        """Return the sentence; `ahead` as `Maskinporten.ahead`."""
        details = ", ".join(filter(None, (self.code, self.error, str(self.status))))
        words = f": {self.said}" if self.said else ""
        trace = f"; trace id {self.trace_id}" if self.trace_id else ""
        own = f"({details}{words}{trace})"
        if not self.reason:
            return SignInError(
                f"Maskinporten ({self.host}) refused the sign-in {own}.",
                "Check client_id and key in the profile."
                if self.error
                else "A proxy may be answering in its place: check the network, VPN and proxy.",
            )
        clock = ""
        if ahead is not None and abs(ahead) >= 1:
            clock = f": this machine's is {abs(ahead):.0f} s {'ahead' if ahead > 0 else 'behind'}"
        what, next_step = _EXPLAINED[self.reason]
        what = what.format(client_id=client_id, kid=kid or "(none)", host=self.host, clock=clock)
        return SignInError(f"Maskinporten refused the sign-in: {what} {own}.", next_step)


class _Body(msgspec.Struct):
    error: str = ""
    error_description: str = ""
    error_uri: str = ""


def read_refusal(status: int, body: bytes, host: str) -> Refusal:
    """Return what a 4xx answer says; `body` may be anything."""
    try:
        found = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = body.decode(errors="replace").strip()
        said = "a web page" if text.startswith("<") else clean(hide_tokens(text), SHOWN)
        return Refusal(status, host, "", "", said, "", "")
    described = found.error_description
    code = _CODE.search(found.error_uri) or _CODE.search(described)
    trace = _TRACE.search(described)
    words = f"{described} {found.error}".lower()
    by_words = next((reason for part, reason in _BY_WORDS.items() if part in words), "")
    reason = code[0] if code and code[0] in _EXPLAINED else by_words
    if by_words in (_NO_KID, _UNKNOWN_KID):
        # these come under more than one code
        reason = by_words
    return Refusal(
        status=status,
        host=host,
        code=code[0] if code else "",
        error=clean(hide_tokens(found.error), 60),
        said=clean(hide_tokens(_TRACE.sub("", described)), SHOWN).rstrip("."),
        trace_id=trace[1] if trace else "",
        reason=reason,
    )
