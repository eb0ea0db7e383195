"""Signing in with Maskinporten: the key, a grant, the exchange, as steps and as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from sms_monitor.services.clock import Clock
from sms_monitor.services.command import Run, run_command
from sms_monitor.services.connection import TIMEOUT, open_http, peer_of
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.exchange import exchange
from sms_monitor.services.maskinporten import Maskinporten, MaskinportenToken, Registration
from sms_monitor.services.profile import Profile
from sms_monitor.services.reference import Reference
from sms_monitor.services.wire import Wire

if TYPE_CHECKING:
    from sms_monitor.services.private_key import SigningKey


class MaskinportenSignIn:
    """Makes Altinn tokens for a profile with `auth = "maskinporten"`."""

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        taken: Mapping[str, Secret],
        maskinporten: Maskinporten,
        altinn: httpx.AsyncClient,
        run: Run = run_command,
    ) -> None:
        """`altinn` is a client of the profile's API without sign-in.

        `taken` and `run` are as in `read_secret`.
        """
        self.maskinporten = maskinporten
        self._profile = profile
        self._clock = clock
        self._taken = taken
        self._altinn = altinn
        self._run = run
        self._key: SigningKey | None = None

    async def key(self) -> SigningKey:
        """Return the private key, read and parsed once: /dev/fd can be read only once.

        Raises:
            SignInError: It is not there or cannot be used.
        """
        if self._key is None:
            raw = await self._secret(self._profile.key)
            password = await self._secret(self._profile.key_password)
            # checking a key holds the interpreter for 50 ms even in a thread; the import does not
            self._key = await asyncio.to_thread(_load, raw, password, self._profile.kid)
        return self._key

    async def grant(self) -> MaskinportenToken:
        """Return a new token of Maskinporten; raises `SignInError`."""
        return await self.maskinporten.token(await self.key())

    async def exchange(self, token: Secret) -> Secret:
        """Return the Altinn token for one of Maskinporten; raises `SignInError`."""
        profile = self._profile
        peer = peer_of(profile.base_url, profile.name, profile.environment)
        return await exchange(self._altinn, token, peer, self._clock, use_ttd=profile.use_ttd)

    async def read(self) -> Secret:
        """Return a new Altinn token; raises `SignInError`."""
        granted = await self.grant()
        return await self.exchange(granted.access_token)

    async def _secret(self, reference: Reference | None) -> Secret | None:
        if reference is None:
            return None
        return await read_secret(reference, self._taken, binary=True, run=self._run)


@asynccontextmanager
async def open_maskinporten(
    profile: Profile,
    clock: Clock,
    taken: Mapping[str, Secret],
    run: Run = run_command,
    wire: Wire | None = None,
) -> AsyncIterator[MaskinportenSignIn]:
    """Yield the sign-in of a profile with `auth = "maskinporten"`, until the end of the block.

    Maskinporten and Altinn get connections of their own, which share nothing but the `wire` that
    hears of their requests.

    Raises:
        ConfigError: A CA file cannot be read, or a proxy is of a kind we do not speak.
    """
    endpoint = profile.maskinporten_token_endpoint
    # without one it is looked up, and must be where the issuer is
    address = endpoint or profile.maskinporten_issuer
    registration = Registration(
        client_id=profile.client_id or "",
        issuer=profile.maskinporten_issuer,
        token_endpoint=endpoint,
        resource=profile.resource,
        consumer_org=profile.consumer_org,
    )
    peer = peer_of(address, profile.name, profile.environment)
    async with (
        await asyncio.to_thread(
            open_http, address, profile.ca_bundle, None, TIMEOUT, wire
        ) as there,
        await asyncio.to_thread(
            open_http, profile.base_url, profile.ca_bundle, None, TIMEOUT, wire
        ) as altinn,
    ):
        maskinporten = Maskinporten(there, registration, peer, clock)
        yield MaskinportenSignIn(profile, clock, taken, maskinporten, altinn, run)


def _load(raw: Secret | None, password: Secret | None, kid: str | None) -> SigningKey:
    # imports cryptography, which a profile of another kind does not need
    from sms_monitor.services.private_key import load_private_key

    return load_private_key(raw or Secret(""), password, kid)
