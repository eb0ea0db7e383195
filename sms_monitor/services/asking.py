"""One request of the sign-in, to Maskinporten or to the exchange."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx

from sms_monitor.core.errors import SignInError, SourceError, TimedOut
from sms_monitor.services.answers import Peer, refusal_of, trouble_of
from sms_monitor.services.connection import start_of

DEADLINE = 30.0
"""Seconds for one answer; a token is short."""


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """An answer; its body is a token when all went well."""

    response: httpx.Response
    body: bytes = field(repr=False)

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.response.status_code


async def ask(http: httpx.AsyncClient, request: httpx.Request, whom: str, peer: Peer) -> Reply:
    """Send `request` and return the answer, whatever its status; `whom` names the system.

    Raises:
        SignInError: No answer came. It is not chained to what the HTTP library raised, whose
            frames hold the form and the headers.
    """
    trouble: SourceError
    try:
        async with asyncio.timeout(DEADLINE):
            response = await http.send(request, stream=True)
            try:
                return Reply(response, await start_of(response))
            finally:
                await response.aclose()
    except TimeoutError:
        trouble = TimedOut(
            f"{peer.host} did not finish its answer within {DEADLINE:g} s.",
            "It is asked again by itself. If it stays so, check the network, VPN and proxy.",
        )
    except (httpx.RequestError, OSError, UnicodeError) as error:
        trouble = trouble_of(error, peer)
    raise no_token(whom, trouble)


def no_token(whom: str, trouble: SourceError) -> SignInError:
    """Return `trouble` as a failure to sign in, met at `whom`."""
    return SignInError(
        f"{whom} gave no token. {trouble.message}", trouble.next_step, trouble.retry_after
    )


def is_general(status: int) -> bool:
    """Tell whether a status says the same whoever answers: redirects, proxies, load, trouble."""
    return 300 <= status < 400 or status in (407, 429) or status >= 500


def general_refusal(reply: Reply, whom: str, peer: Peer) -> SignInError:
    """Return what a general status means."""
    return no_token(whom, refusal_of(reply.response, reply.body, "", peer))
