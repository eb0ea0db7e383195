"""What an issuer says of itself (RFC 8414): above all, where its token endpoint is.

Nobody signs that document, so it may lead only to where the person has sent us already.
"""

from __future__ import annotations

import httpx
import msgspec

from sms_monitor.core.errors import SignInError
from sms_monitor.core.text import clean
from sms_monitor.services.answers import Peer
from sms_monitor.services.asking import ask, general_refusal, is_general
from sms_monitor.services.profile import checked_base_url

PATH = ".well-known/oauth-authorization-server"
NAME = "Maskinporten"


class Metadata(msgspec.Struct, frozen=True):
    """The two values of the document that matter here."""

    issuer: str
    """Byte for byte the one that was asked about."""
    token_endpoint: str
    """On the issuer's own origin."""


async def read_metadata(http: httpx.AsyncClient, issuer: str, peer: Peer) -> Metadata:
    """Return what `issuer`, a checked URL, says of itself; `http` is a client without sign-in.

    Raises:
        SignInError: It could not be asked, says nothing of the kind, or names another origin.
    """
    # an issuer may do without its last slash, and the host must not grow by ".well-known"
    slash = "" if issuer.endswith("/") else "/"
    request = http.build_request("GET", f"{issuer}{slash}{PATH}")
    reply = await ask(http, request, NAME, peer)
    if is_general(reply.status):
        raise general_refusal(reply, NAME, peer)
    if reply.status != 200:
        raise _no_use(peer, f"{PATH} gave {reply.status}")
    try:
        found = msgspec.json.decode(reply.body, type=Metadata)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if found is None:
        raise _no_use(peer, f"{PATH} is not the JSON of RFC 8414")
    if found.issuer != issuer:
        raise _no_use(peer, f'it calls itself "{clean(found.issuer, 100)}", not "{issuer}"')
    why = _why_not(found.token_endpoint, issuer)
    if why:
        raise _no_use(peer, f"the token endpoint it names {why}")
    return found


def _why_not(endpoint: str, issuer: str) -> str:
    try:
        checked_base_url(endpoint)
    except ValueError as error:
        return clean(str(error), 100)
    there, here = httpx.URL(endpoint), httpx.URL(issuer)
    if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
        return f"is at {clean(there.host, 100)}, not at the issuer's own address"
    return ""


def _no_use(peer: Peer, why: str) -> SignInError:
    return SignInError(
        f"{NAME} at {peer.host} does not say where its token endpoint is: {why}.",
        "Check maskinporten_issuer, letter by letter, or write maskinporten_token_endpoint in the "
        f"profile {peer.profile}.",
    )
