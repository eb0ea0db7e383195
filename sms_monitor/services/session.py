"""From a chosen profile to a client that signs in by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sms_monitor.services.auth import COMMAND_PAUSE, READ_PAUSE, BearerAuth, TokenSource
from sms_monitor.services.client import NotificationsClient, open_client
from sms_monitor.services.clock import Clock
from sms_monitor.services.config import check_commands_allowed
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.profile import Profile


@asynccontextmanager
async def open_session(
    profile: Profile, config_file: Path, clock: Clock, taken: Mapping[str, Secret]
) -> AsyncIterator[NotificationsClient]:
    """Yield a client for `profile`, until the end of the block.

    `config_file` is where the profile stands: a command in it is run only when nobody else
    could have written it. `taken` holds secrets that were moved out of the environment.

    Raises:
        ConfigError: The commands of that file may not be run, or a CA file cannot be read.
    """
    reference = profile.token
    if reference is None:
        async with open_client(
            profile.base_url,
            profile=profile.name,
            environment=profile.environment,
            ca_bundle=profile.ca_bundle,
        ) as client:
            yield client
        return
    if reference.command is not None:
        check_commands_allowed(config_file)
    tokens = TokenSource(
        lambda: read_secret(reference, taken),
        clock,
        pause=COMMAND_PAUSE if reference.command else READ_PAUSE,
        base_url=None if profile.environment == "custom" else profile.base_url,
    )
    try:
        async with open_client(
            profile.base_url,
            profile=profile.name,
            environment=profile.environment,
            auth=BearerAuth(tokens, profile.base_url),
            org=lambda: tokens.org,
            ca_bundle=profile.ca_bundle,
        ) as client:
            yield client
    finally:
        await tokens.aclose()
