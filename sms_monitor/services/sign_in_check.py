"""Trying a profile step by step, so that a person sees which of them fails."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sms_monitor.core.errors import ConfigError, MonitorError, NotFound, SignInError
from sms_monitor.core.text import clean
from sms_monitor.services.attended import AttendedCommands
from sms_monitor.services.clock import Clock
from sms_monitor.services.connection import peer_of, tls_context
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.key_expiry import key_expiry_note
from sms_monitor.services.maskinporten import Maskinporten, MaskinportenToken, clock_note
from sms_monitor.services.profile import Profile
from sms_monitor.services.reaching import reach
from sms_monitor.services.session import (
    check_references,
    command_runner,
    open_signed_client,
    token_check,
    token_source,
)
from sms_monitor.services.sign_in import open_maskinporten
from sms_monitor.services.tokens import Token, access_note, parse_token

if TYPE_CHECKING:
    from sms_monitor.services.private_key import SigningKey

StepName = Literal[
    "config", "network", "key", "issuer", "maskinporten", "clock", "exchange", "token", "api"
]
Result = Literal["pass", "warn", "fail"]
Fact = str | int | float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sign-in, tried; nothing in it is secret."""

    name: StepName
    result: Result
    text: str
    """What was found or went wrong: a sentence or more."""
    next_step: str = ""
    """What to do; "" when it passed."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """The same for programs; times in seconds, None when not known."""
    is_written: bool = False
    """Whether it failed for something in the config or the environment that must be changed."""


async def check_sign_in(
    profile: Profile, config_file: Path, clock: Clock, taken: Mapping[str, Secret]
) -> AsyncIterator[Step]:
    """Yield each step of the sign-in of `profile` as it was tried, until one fails.

    Close the generator (`contextlib.aclosing`) when it is not read to its end. Arguments as
    `open_session`.
    """
    trial = _Trial(profile, config_file, clock, taken)
    try:
        async for step in trial.steps():
            yield step
    except MonitorError as error:
        is_written = trial.at == "config" or (
            trial.at == "network" and isinstance(error, ConfigError)
        )
        yield Step(trial.at, "fail", error.message, error.next_step, is_written=is_written)


class _Trial:
    """One run through the steps; knows where it is when an error ends it."""

    def __init__(
        self, profile: Profile, config_file: Path, clock: Clock, taken: Mapping[str, Secret]
    ) -> None:
        self.at: StepName = "config"
        self._profile = profile
        self._config_file = config_file
        self._clock = clock
        self._taken = taken

    async def steps(self) -> AsyncIterator[Step]:
        profile = self._profile
        check_references(profile, self._config_file)
        yield Step("config", "pass", _config_text(profile), facts=_config_facts(profile))
        self.at = "network"
        yield await self._network()
        secret: Secret | None = None
        attended = AttendedCommands(profile.commands)
        if profile.interactive:
            self.at = "key" if profile.auth == "maskinporten" else "token"
            attended.ask()
        run = command_runner(profile, attended)
        if profile.auth == "maskinporten":
            async with open_maskinporten(profile, self._clock, self._taken, run) as sign_in:
                self.at = "key"
                yield self._key(await sign_in.key())
                self.at = "issuer"
                yield await self._issuer(sign_in.maskinporten)
                self.at = "maskinporten"
                granted = await sign_in.grant()
                yield _granted_step(granted)
                self.at = "clock"
                yield _clock_step(sign_in.maskinporten.ahead)
                self.at = "exchange"
                secret = await sign_in.exchange(granted.access_token)
        elif profile.token is not None:
            self.at = "token"
            secret = await read_secret(profile.token, self._taken, run=run)
        if secret is not None:
            yield self._inspected(secret)
        self.at = "api"
        yield await self._asked(secret)

    async def _network(self) -> Step:
        """Connect to each host there is; whether it is the right one shows later."""
        profile = self._profile
        tls_context(profile.ca_bundle)
        endpoint = profile.maskinporten_token_endpoint or profile.maskinporten_issuer
        urls = [profile.base_url, endpoint]
        # one host when a custom environment plays both parts
        found = {peer_of(url, profile.name, profile.environment): url for url in urls if url}
        for peer, url in found.items():
            await reach(url, profile.ca_bundle, peer)
        peers = list(found)
        ways = [f"{p.host} through {p.proxy}" if p.proxy else f"{p.host} directly" for p in peers]
        trust = f", trusting also {profile.ca_bundle}" if profile.ca_bundle else ""
        facts: dict[str, Fact] = {peer.host: peer.proxy or None for peer in peers}
        facts["ca_bundle"] = str(profile.ca_bundle) if profile.ca_bundle else None
        return Step("network", "pass", f"To {' and '.join(ways)}{trust}.", facts=facts)

    def _key(self, key: SigningKey) -> Step:
        profile = self._profile
        name = f"kid {key.kid}" if key.kid else f"its certificate ({len(key.x5c)} in the chain)"
        text = f"RSA key of {key.bits} bits, sent with {name}."
        facts: dict[str, Fact] = {
            "bits": key.bits,
            "kid": key.kid,
            "certificates": len(key.x5c),
            "key_expires": str(profile.key_expires) if profile.key_expires else None,
        }
        note = key_expiry_note(profile, self._clock.now().date())
        if note is not None:
            return Step("key", "warn", text, note, facts)
        return Step("key", "pass", text, facts=facts)

    async def _issuer(self, maskinporten: Maskinporten) -> Step:
        """Compare the profile with what Maskinporten says of itself."""
        endpoint = self._profile.maskinporten_token_endpoint
        try:
            found = (await maskinporten.metadata()).token_endpoint
        except SignInError as error:
            if not endpoint:
                raise
            note = f"The sign-in goes on with {endpoint}. If that fails: {error.next_step}"
            return Step("issuer", "warn", error.message, note)
        facts: dict[str, Fact] = {"token_endpoint": found}
        if endpoint in ("", found):
            text = f"Maskinporten gives tokens at {found}."
            return Step("issuer", "pass", text, facts=facts)
        text = f"Maskinporten says that it gives tokens at {found}, not at {endpoint}."
        note = "Correct maskinporten_token_endpoint in the profile, or leave it out."
        return Step("issuer", "warn", text, note, facts)

    def _inspected(self, secret: Secret) -> Step:
        """Return what the token says about itself."""
        token = parse_token(secret)
        now = self._clock.now()
        if self.at == "exchange" and token.issued is not None:
            # made a moment ago, whatever this machine's clock says
            now = datetime.fromtimestamp(token.issued, UTC)
        token_check(self._profile)(token, now)
        life = token.life(now)
        facts: dict[str, Fact] = {
            "org": token.org or None,
            "org_number": token.org_number or None,
            "scope": " ".join(sorted(token.scopes)) or None,
            "issuer": token.issuer_host or None,
            "seconds_left": life,
        }
        note = access_note(token)
        if note is not None:
            return Step(self.at, "warn", _token_text(token, life), note, facts)
        return Step(self.at, "pass", _token_text(token, life), facts=facts)

    async def _asked(self, secret: Secret | None) -> Step:
        """Ask for an order that nobody has: 404 says that the sign-in is taken."""
        tokens = None
        if secret is not None:
            tokens = token_source(self._profile, self._clock, lambda: _again(secret))
        try:
            async with open_signed_client(self._profile, tokens) as client:
                await client.sms_summary(str(uuid.uuid4()))
        except NotFound:
            pass
        finally:
            if tokens is not None:
                await tokens.aclose()
        return Step("api", "pass", "Altinn Notifications takes the sign-in.")


async def _again(secret: Secret) -> Secret:
    return secret


def _config_text(profile: Profile) -> str:
    return f"Profile {profile.name}: {profile.environment}, {profile.token_origin}."


def _config_facts(profile: Profile) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "profile": profile.name,
        "environment": profile.environment,
        "base_url": profile.base_url,
        "auth": profile.auth,
        "client_id": profile.client_id,
    }
    return facts | {name: reference.kind for name, reference in profile.references}


def _granted_step(granted: MaskinportenToken) -> Step:
    return Step(
        "maskinporten",
        "pass",
        f"Maskinporten gave a token for {granted.expires_in:.0f} s.",
        facts={"seconds_left": granted.expires_in, "scope": clean(granted.scope, 200) or None},
    )


def _clock_step(ahead: float | None) -> Step:
    facts: dict[str, Fact] = {"ahead": None if ahead is None else round(ahead)}
    note = clock_note(ahead)
    if note is not None:
        return Step("clock", "warn", note, "Set it, best by NTP: timedatectl set-ntp true", facts)
    text = "Maskinporten did not tell the time." if ahead is None else "The clock is right."
    return Step("clock", "pass", text, facts=facts)


def _token_text(token: Token, life: float | None) -> str:
    if not token.is_jwt:
        return "A token that says nothing about itself."
    whom = f" for {token.org}" if token.org else ""
    number = f" ({token.org_number})" if token.org_number else ""
    lasts = "" if life is None else f", good for {life / 60:.0f} min"
    issuer = f" of {token.issuer_host}" if token.issuer_host else ""
    return f"A token{issuer}{whom}{number}{lasts}."
