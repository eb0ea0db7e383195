"""Altinn's exchange: a token of Maskinporten for one of Altinn's own.

altinn-authentication, `AuthenticationController.cs` and `docs/flows/token-exchange.md`.
"""

from __future__ import annotations

import httpx

from sms_monitor.core.errors import SignInError
from sms_monitor.services.answers import Peer, retry_after
from sms_monitor.services.asking import Reply, ask, general_refusal, is_general
from sms_monitor.services.clock import Clock
from sms_monitor.services.credentials import Secret
from sms_monitor.services.tokens import parse_token

WAITS = (1.0, 3.0)
"""Seconds before each further try: 401 is also the answer to Altinn's own failures."""
NAME = "Altinn's token exchange"


async def exchange(
    http: httpx.AsyncClient, token: Secret, peer: Peer, clock: Clock, *, use_ttd: bool
) -> Secret:
    """Return the Altinn token for `token`; it lasts for 30 minutes, however short the other's life.

    `http` is a client of Altinn's host without sign-in. `use_ttd` makes Digdir's token one of
    Testdepartementet.

    Raises:
        SignInError: It is refused, also after some tries, or the exchange could not be asked.
    """
    # application/json would bring the token as a JSON text, in quotes
    request = http.build_request(
        "GET",
        "/authentication/api/v1/exchange/maskinporten",
        params={"test": "true"} if use_ttd else None,
        headers={"Accept": "text/plain", "Authorization": f"Bearer {token.reveal()}"},
    )
    reply = await ask(http, request, NAME, peer)
    for wait in WAITS:
        if reply.status != 401 and reply.status < 500:
            break
        if retry_after(reply.response) is not None:
            break  # it said when: sooner would be no help
        await clock.sleep(wait)
        reply = await ask(http, request, NAME, peer)
    if reply.status == 200:
        return _token_in(reply, peer)
    if is_general(reply.status):
        raise general_refusal(reply, NAME, peer)
    tries = f", {len(WAITS) + 1} times" if reply.status == 401 else ""
    raise SignInError(
        f"{NAME} at {peer.host} refused the token of Maskinporten ({reply.status}{tries}): the "
        "token is of another environment, or Altinn has trouble.",
        f"Check that environment and maskinporten_issuer of the profile {peer.profile} belong "
        "together. If they do, Altinn has trouble: it is tried again by itself.",
    )


def _token_in(reply: Reply, peer: Peer) -> Secret:
    secret = Secret(reply.body.decode("utf-8-sig", errors="replace").strip().strip('"'))
    try:
        if parse_token(secret).is_jwt:
            return secret
    except SignInError:
        pass
    raise SignInError(
        f"{NAME} gave no token: {peer.host} answered 200 with something else.",
        "A captive portal or proxy may be answering in its place: open a browser and sign in to "
        "the network, or check base_url.",
    )
