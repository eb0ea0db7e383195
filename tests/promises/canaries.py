"""Texts that must be found nowhere, and an Altinn that hands them out and repeats them."""

from __future__ import annotations

import base64
import json
import re
import threading
from datetime import UTC, datetime
from urllib.parse import parse_qs

from sms_monitor.simulator.messages import Answer, Request
from tests.services.sign_in_parts import jwt

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
SCOPE = "altinn:serviceowner/notifications.create"
PHONE, IDENTITY = "+4790817263", "01039012480"
PERSONAL = (PHONE[3:], IDENTITY)
"""As they are looked for; the history keeps them, in a file that is its owner's alone."""
KEY_PASSWORD = "canary-key-password-51b7"
PROXY_PASSWORD = "canary-proxy-password-9e20"
MASKINPORTEN_TOKEN = "canary-maskinporten-token-4cd1"

_OSC_52 = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)")


def rows(reference: str = "FAKTURA-7") -> bytes:
    """An order with one SMS that failed and one on its way, to the canary's number."""
    at = datetime.now(UTC).isoformat()
    recipient = {"mobileNumber": PHONE, "nationalIdentityNumber": IDENTITY}
    notifications = [
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "succeeded": False,
            "recipient": recipient,
            "sendStatus": {"status": status, "description": "d", "lastUpdate": at},
        }
        for number, status in enumerate(("Failed_InvalidRecipient", "Accepted"))
    ]
    summary = {"orderId": ORDER, "sendersReference": reference, "generated": 2, "succeeded": 0}
    return json.dumps({**summary, "notifications": notifications}).encode()


class CanaryAltinn:
    """Maskinporten, exchange and orders for a `SimulatorServer`; each refusal repeats a secret."""

    def __init__(self) -> None:
        self.refuses = ""
        """Which of the three refuses now: "token", "exchange" or "orders"."""
        self.assertions: list[str] = []
        self.tokens: list[str] = []
        self.requests: list[Request] = []
        self.failed = threading.Event()
        """Set by a refusal."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        if request.target == "/token":
            (assertion,) = parse_qs(request.body.decode())["assertion"]
            self.assertions.append(assertion)
            return self._answer("token", assertion, _granted(), "application/json")
        if request.target.startswith("/authentication/"):
            claims = {"scope": SCOPE, "urn:altinn:org": "ttd", "jti": len(self.tokens)}
            self.tokens.append(jwt("127.0.0.1", at=len(self.tokens), **claims))
            body = self.tokens[-1].encode()
            return self._answer("exchange", request.authorization, body, "text/plain")
        body = rows() if request.target.endswith("/sms") else b""
        return self._answer("orders", request.authorization, body, "application/json")

    def _answer(self, part: str, secret: str, body: bytes, kind: str) -> Answer:
        cookie = (("Set-Cookie", f"kept={secret}; Path=/"), ("X-Seen", secret), ("X-Body", secret))
        if self.refuses == part:
            self.failed.set()
            error = {"error": "odd", "error_description": f"not {secret}", "detail": f"no {secret}"}
            return Answer(403, json.dumps(error).encode(), "application/json", cookie)
        return Answer(200, body, kind, cookie)

    def secrets(self, *more: str) -> list[str]:
        """All that must not be found, in pieces: a cut secret is a secret."""
        found = [*PERSONAL, KEY_PASSWORD, PROXY_PASSWORD, MASKINPORTEN_TOKEN]
        for text in (*self.assertions, *self.tokens):
            # the header of a JWT is no secret
            found += pieces("".join(text.split(".")[1:]))
        for text in more:
            found += [piece for line in text.splitlines() for piece in pieces(line)]
        return found


def pieces(text: str) -> list[str]:
    return [text[n : n + 24] for n in range(0, max(len(text) - 23, 1), 24)]


def _granted() -> bytes:
    return json.dumps({"access_token": MASKINPORTEN_TOKEN, "expires_in": 119}).encode()


def with_clipboard(sent: bytes) -> bytes:
    """What a terminal was sent, and in clear what it was told to copy."""
    copied = [base64.b64decode(m[1]) for m in _OSC_52.finditer(sent)]
    return b"\n".join([sent, *copied])


def found_in(output: bytes, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret.encode() in output]
