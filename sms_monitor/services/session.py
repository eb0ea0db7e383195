"""From a chosen profile to a client that signs in by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from sms_monitor.services.attended import AttendedCommands
from sms_monitor.services.auth import (
    COMMAND_PAUSE,
    MINT_PAUSE,
    MINT_RETRY,
    READ_PAUSE,
    TokenAuth,
    TokenSource,
)
from sms_monitor.services.client import MAX_BODY, NotificationsClient, open_client
from sms_monitor.services.clock import Clock
from sms_monitor.services.command import Run, run_command
from sms_monitor.services.config import check_commands_allowed
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.profile import Profile
from sms_monitor.services.sign_in import open_maskinporten
from sms_monitor.services.tokens import Token, check_platform_token, check_time, check_token
from sms_monitor.services.wire import Wire


@asynccontextmanager
async def open_session(
    profile: Profile,
    config_file: Path,
    clock: Clock,
    taken: Mapping[str, Secret],
    attended: AttendedCommands | None = None,
    max_body: int = MAX_BODY,
) -> AsyncIterator[NotificationsClient]:
    """Yield a client for `profile`, until the end of the block.

    `config_file` is where the profile stands: a command in it is run only when nobody else
    could have written it. `taken` holds secrets that were moved out of the environment.
    `attended` runs the commands of an interactive profile, which never run from here. `max_body`
    is in bytes.

    Raises:
        ConfigError: The commands of that file may not be run, or a CA file cannot be read.
    """
    check_references(profile, config_file)
    run = command_runner(profile, attended)
    wire = Wire(profile.name, profile.environment)
    async with AsyncExitStack() as stack:
        tokens = None
        if profile.auth == "maskinporten":
            sign_in = await stack.enter_async_context(
                open_maskinporten(profile, clock, taken, run, wire)
            )
            tokens = token_source(profile, clock, sign_in.read)
        elif profile.token is not None:
            reference = profile.token
            tokens = token_source(profile, clock, lambda: read_secret(reference, taken, run=run))
        if tokens is not None:
            stack.push_async_callback(tokens.aclose)
        yield await stack.enter_async_context(open_signed_client(profile, tokens, wire, max_body))


def check_references(profile: Profile, config_file: Path) -> None:
    """Raise `ConfigError` when `profile` has a command that may not be run."""
    if any(reference.command is not None for _, reference in profile.references):
        check_commands_allowed(config_file)


def command_runner(profile: Profile, attended: AttendedCommands | None) -> Run:
    """Return what runs the commands of `profile` in one session."""
    if not profile.interactive:
        return run_command
    return (attended or AttendedCommands(profile.commands)).for_session()


def token_source(
    profile: Profile, clock: Clock, read: Callable[[], Awaitable[Secret]]
) -> TokenSource:
    """Return what hands out the tokens of `profile`, which `read` gets."""
    if profile.auth == "maskinporten":
        return TokenSource(
            read,
            clock,
            pause=MINT_PAUSE,
            retry=MINT_RETRY,
            check=token_check(profile),
            minted=True,
        )
    runs = profile.token is not None and profile.token.kind in ("command", "keyring")
    # an attended command does not run when it is read, so there is nothing to hold back
    pause = 0.0 if profile.interactive else COMMAND_PAUSE if runs else READ_PAUSE
    return TokenSource(read, clock, pause=pause, check=token_check(profile))


def token_check(profile: Profile) -> Callable[[Token, datetime], None]:
    """Return what raises `SignInError` for a token that must not be sent with `profile`."""
    if profile.auth == "platform-token":
        return check_platform_token
    if profile.environment == "custom":
        # not Altinn's own: its issuer may have any name
        return check_time
    return lambda token, now: check_token(token, profile.base_url, now)


def open_signed_client(
    profile: Profile,
    tokens: TokenSource | None,
    wire: Wire | None = None,
    max_body: int = MAX_BODY,
) -> AbstractAsyncContextManager[NotificationsClient]:
    """Return a block with a client of the profile's API that sends what `tokens` hands out."""
    auth = None
    if tokens is not None:
        platform = profile.auth == "platform-token"
        auth = TokenAuth(tokens, profile.base_url, platform=platform)
    return open_client(
        profile.base_url,
        profile=profile.name,
        environment=profile.environment,
        auth=auth,
        tokens=tokens,
        ca_bundle=profile.ca_bundle,
        wire=wire,
        max_body=max_body,
    )
