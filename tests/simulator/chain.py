"""A client of the simulated Maskinporten, whose grants PyJWT signs and whose requests are real."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sms_monitor.simulator.key_file import read_key
from sms_monitor.simulator.maskinporten import GRANT_TYPE, Client
from sms_monitor.simulator.sign_in import Auth
from tests import LIMIT

from .conftest import API, IDS, Trial

CLIENT_ID = "0b1f4c1e-7d3a-4a6e-9f57-2f6d1c1c2a11"
SCOPE = "altinn:serviceowner/notifications.create"
EXCHANGE = "/authentication/api/v1/exchange/maskinporten"
SUMMARY = f"{API}/orders/{IDS['ARKI-03']}/notifications/sms"
ABSENT = object()
"""A claim or a header that is left out."""


@cache
def private_key(number: int = 0, /) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the cache tells by it
    """A key of 2048 bits: 0, the default, is the client's; another for each other number."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def registered(text: str | None = None) -> Client:
    return Client(CLIENT_ID, read_key(text or public_pem(private_key())))


class Reply:
    """What came back."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Status, MP code ("" without one) and description less its trace id."""
        said, _, trace = self.json["error_description"].partition(" (trace_id: ")
        assert len(trace) == 33 and trace.endswith(")")
        return self.status, self.json.get("error_uri", "").rpartition("/")[2], said


class Chain:
    """From a grant to the orders, over one socket; its clocks stand still until they are moved."""

    def __init__(self, serve, faults: list[str] | None = None, auth: Auth | None = None) -> None:
        self.trial = Trial(auth or registered(), faults)
        self.url = serve(self.trial)
        self.issuer = f"{self.url}/"
        self._grants = 0

    def request(
        self, method: str, target: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> Reply:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=LIMIT)
        try:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def claims(self, **changed: object) -> dict[str, object]:
        self._grants += 1
        claims = {
            "aud": self.issuer,
            "iss": CLIENT_ID,
            "scope": SCOPE,
            "iat": int(self.trial.wall),
            "exp": int(self.trial.wall) + 120,
            "jti": f"grant {self._grants}",
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not ABSENT}

    def grant(
        self,
        *,
        key: object = None,
        algorithm: str = "RS256",
        headers: Mapping[str, object] | None = None,
        **changed: object,
    ) -> str:
        headers = {"kid": registered().key.kid} if headers is None else headers
        return jwt.encode(
            self.claims(**changed), key or private_key(), algorithm, headers=dict(headers)
        )

    def post(self, assertion: str) -> Reply:
        form = urlencode({"grant_type": GRANT_TYPE, "assertion": assertion})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", "/token", form, headers)

    def ask(self, token: str, target: str = SUMMARY, **headers: str) -> Reply:
        return self.request("GET", target, None, {"Authorization": f"Bearer {token}", **headers})

    def first_token(self, **changed: object) -> str:
        """A token of Maskinporten."""
        reply = self.post(self.grant(**changed))
        assert reply.status == 200, reply.body
        return reply.json["access_token"]

    def token(self, query: str = "", **changed: object) -> str:
        """A token of Altinn."""
        reply = self.ask(self.first_token(**changed), EXCHANGE + query)
        assert reply.status == 200
        return reply.body.decode()
