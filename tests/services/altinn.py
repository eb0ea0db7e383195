"""One server that plays every part of the sign-in, and a profile for it."""

from __future__ import annotations

import json

from sms_monitor.services.profile import Profile
from tests.services.keys import jwk
from tests.services.sign_in_parts import StillClock, jwt
from tests.services.wire import answer, json_answer

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = b'{"orderId": "%s", "generated": 0, "notifications": []}' % ORDER.encode()
SCOPE = "altinn:serviceowner/notifications.create"


class Altinn:
    """Maskinporten, the exchange and Notifications; counts what is asked of each."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.grants = self.exchanges = self.orders = self.lookups = 0
        self.token_status = 200
        self.exchange_status = 200
        self.valid_from = 1
        self.claims = {"scope": SCOPE, "urn:altinn:org": "ttd"}

    def __call__(self, head: str):
        if head.startswith("POST /token "):
            self.grants += 1
            return answer(self.token_status, b'{"access_token": "mp", "expires_in": 119}')
        if head.startswith("GET /.well-known/oauth-authorization-server "):
            self.lookups += 1
            url = f"http://{head.partition('Host: ')[2].partition(chr(13))[0]}"
            return json_answer(json.dumps(self.metadata(url)).encode())
        if head.startswith("GET /authentication/"):
            self.exchanges += 1
            token = jwt("127.0.0.1", at=self.clock.seconds, jti=self.exchanges, **self.claims)
            self.token = token
            return answer(self.exchange_status, token.encode(), Content_Type="text/plain")
        self.orders += 1
        if self.exchanges >= self.valid_from and f"Authorization: Bearer {self.token}\r\n" in head:
            return json_answer(EMPTY) if ORDER in head else answer(404)
        return answer(401)

    def metadata(self, url: str) -> dict[str, str]:
        """What Maskinporten says of itself (RFC 8414)."""
        return {"issuer": f"{url}/", "token_endpoint": f"{url}/token"}

    @property
    def counts(self) -> tuple[int, int]:
        return self.grants, self.exchanges

    def revoke(self) -> None:
        self.valid_from = self.exchanges + 1


def a_profile(url: str, path, **more) -> Profile:
    path.write_text(jwk(only="nedpq", kid="k"))
    path.chmod(0o600)
    return Profile.model_validate(
        {
            "name": "chain",
            "environment": "custom",
            "base_url": url,
            "auth": "maskinporten",
            "client_id": "client-7",
            "key": {"file": str(path)},
            "maskinporten_issuer": f"{url}/",
            "maskinporten_token_endpoint": f"{url}/token",
            **more,
        }
    )
