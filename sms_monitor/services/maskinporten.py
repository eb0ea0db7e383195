"""Maskinporten: a JWT grant (RFC 7523) for an access token.

Protocol: docs.digdir.no, `maskinporten_protocol_jwtgrant` and `maskinporten_protocol_token`.
A claim that is not documented there is refused, and so is a `jti` used before.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from sms_monitor.core.errors import SignInError
from sms_monitor.services.answers import Peer, date_of
from sms_monitor.services.asking import Reply, ask, general_refusal, is_general
from sms_monitor.services.clock import Clock
from sms_monitor.services.credentials import Secret, to_secret
from sms_monitor.services.maskinporten_refusals import Refusal, read_refusal
from sms_monitor.services.tokens import SCOPE
from sms_monitor.services.well_known import NAME, Metadata, read_metadata

if TYPE_CHECKING:
    from sms_monitor.services.private_key import SigningKey

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_LIFE = 120
"""Seconds, the most that is documented: a machine that is behind needs all of them."""
TOLERANCE = 10.0
"""Seconds a clock may be ahead of Maskinporten's (Altinn/altinn-studio#19603)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A client as Maskinporten knows it."""

    client_id: str
    issuer: str
    """Byte for byte: it is compared so."""
    token_endpoint: str
    """"" when the issuer is to be asked where it is."""
    resource: str | None = None
    consumer_org: str | None = None


class MaskinportenToken(msgspec.Struct, frozen=True):
    """What the token endpoint answers; the token itself is opaque."""

    access_token: Secret
    expires_in: float = 0.0
    """Seconds from now."""
    scope: str = ""


class Maskinporten:
    """Gets tokens for one client."""

    def __init__(
        self, http: httpx.AsyncClient, registration: Registration, peer: Peer, clock: Clock
    ) -> None:
        """`http` is a client of its own, without sign-in; `peer` says where it goes."""
        self._http = http
        self._registration = registration
        self._peer = peer
        self._clock = clock
        self._correction = 0.0
        self._metadata: Metadata | None = None
        self.ahead: float | None = None
        """Seconds this machine's clock is ahead of Maskinporten's, from the last answer."""

    async def token(self, key: SigningKey) -> MaskinportenToken:
        """Return a new token; a clock that is wrong is corrected for and the grant made anew, once.

        Raises:
            SignInError: Maskinporten refuses, or could not be asked.
        """
        reply = await self._ask(key)
        refusal = self._refusal(reply)
        if refusal is not None and refusal.is_about_time and self._correct():
            reply = await self._ask(key)
            refusal = self._refusal(reply)
        if refusal is not None:
            raise refusal.explained(self._registration.client_id, key.kid, self.ahead)
        if is_general(reply.status):
            raise general_refusal(reply, NAME, self._peer)
        return _granted(reply, self._peer)

    async def metadata(self) -> Metadata:
        """Return what the issuer says of itself, asked once; raises `SignInError`."""
        if self._metadata is None:
            issuer = self._registration.issuer
            self._metadata = await read_metadata(self._http, issuer, self._peer)
        return self._metadata

    async def _ask(self, key: SigningKey) -> Reply:
        endpoint = self._registration.token_endpoint or (await self.metadata()).token_endpoint
        # the form is given here and not to `post`, whose frames would hold it
        request = self._http.build_request(
            "POST",
            endpoint,
            data={"grant_type": GRANT_TYPE, "assertion": key.sign(self._claims()).reveal()},
        )
        reply = await ask(self._http, request, NAME, self._peer)
        date = date_of(reply.response)
        if date is not None:
            self.ahead = (self._clock.now() - date).total_seconds()
        return reply

    def _claims(self) -> dict[str, Any]:
        registration = self._registration
        issued = int(self._clock.now().timestamp() - self._correction)
        claims: dict[str, Any] = {
            "aud": registration.issuer,
            "iss": registration.client_id,
            "scope": SCOPE,
            "iat": issued,
            "exp": issued + GRANT_LIFE,
            "jti": str(uuid.uuid4()),
        }
        if registration.resource is not None:
            # a single text is refused: "currently only array supported"
            claims["resource"] = [registration.resource]
        if registration.consumer_org is not None:
            claims["consumer_org"] = registration.consumer_org
        return claims

    def _refusal(self, reply: Reply) -> Refusal | None:
        if reply.status == 200 or is_general(reply.status):
            return None
        return read_refusal(reply.status, reply.body, self._peer.host)

    def _correct(self) -> bool:
        """Take Maskinporten's clock for the next grants; False when that changes nothing."""
        if self.ahead is None or abs(self.ahead - self._correction) < 2:
            return False
        self._correction = self.ahead
        return True


def clock_note(ahead: float | None) -> str | None:
    """Return a sentence when this machine's clock is too far from Maskinporten's, else None."""
    if ahead is None or abs(ahead) <= TOLERANCE:
        return None
    way = "ahead of" if ahead > 0 else "behind"
    return f"This machine's clock is {abs(ahead):.0f} s {way} Maskinporten's."


def _granted(reply: Reply, peer: Peer) -> MaskinportenToken:
    try:
        return msgspec.json.decode(reply.body, type=MaskinportenToken, dec_hook=to_secret)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    # not chained: the error may quote the token
    raise SignInError(
        f"{NAME} gave no token: {peer.host} answered {reply.status} with something else.",
        "A captive portal or proxy may be answering in its place: open a browser and sign in to "
        "the network, or check maskinporten_token_endpoint.",
    )
