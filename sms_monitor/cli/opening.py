"""What most commands begin with: the files, the profile and its sign-in."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sms_monitor.cli.token_file import OPTION, GivenToken, given_token
from sms_monitor.core.errors import ConfigError
from sms_monitor.services.attended import AttendedCommands
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.clock import Clock, SystemClock
from sms_monitor.services.config import Config, load_config
from sms_monitor.services.credentials import Secret, take_secret
from sms_monitor.services.paths import Paths, find_paths
from sms_monitor.services.profile import Profile
from sms_monitor.services.profile_choice import (
    PROFILE_VARIABLE,
    TOKEN_VARIABLE,
    choose_profile,
)
from sms_monitor.services.session import check_references, open_session
from sms_monitor.services.watch_list import WatchedOrder, WatchList

if TYPE_CHECKING:
    from sms_monitor.services.history import History


class NoProfileYet(ConfigError):
    """Nobody has set the program up for this person."""

    def __init__(self) -> None:
        super().__init__(
            "There is no profile yet, so there is no API to ask.",
            "Try `sms-monitor demo`; or run `sms-monitor profile add`, which asks for what it "
            f"needs; or set {TOKEN_VARIABLE} and SMS_MONITOR_ENVIRONMENT.",
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A profile that was chosen, and what goes with it."""

    paths: Paths
    config: Config
    profile: Profile
    watched: WatchList
    clock: Clock
    taken: Mapping[str, Secret]
    """Secrets that were moved out of the environment, by the variable's name."""
    attended: AttendedCommands
    """The commands of an interactive profile."""

    def connect(self) -> AbstractAsyncContextManager[NotificationsClient]:
        """Return a block with a client of the profile's API; may raise `ConfigError`.

        The commands of an interactive profile ask first, if nobody had them ask before; that
        blocks, and may raise `SignInError`.
        """
        if self.profile.interactive and not self.attended.is_asked:
            self.ask_terminal()
        file = self.paths.config_file
        max_body = self.config.max_body_mb * 1024 * 1024
        return open_session(self.profile, file, self.clock, self.taken, self.attended, max_body)

    def ask_terminal(self) -> None:
        """Let the commands of an interactive profile ask on the terminal, which must be theirs.

        Raises:
            ConfigError: They may not be run.
            SignInError: One failed, or there is no terminal.
            KeyboardInterrupt: The person interrupted one.
        """
        check_references(self.profile, self.paths.config_file)
        self.attended.ask()

    def history(
        self, now: Callable[[], datetime], tell: Callable[[str], None], *, visit: bool = True
    ) -> AbstractAsyncContextManager[History]:
        """Return a block with the profile's history; see `services.history.open_history`."""
        from sms_monitor.services.history import open_history

        days = self.config.history_days
        file, profile = self.paths.history_file, self.profile.name
        return open_history(file, profile, now, tell, days=days, visit=visit)

    def look_into_history(self) -> AbstractAsyncContextManager[History]:
        """Return a block with the history as it is, for a command that only looks into it."""
        from sms_monitor.services.history import open_history

        file, days = self.paths.history_file, self.config.history_days
        return open_history(
            # looking makes no file
            file if file.exists() and days else None,
            self.profile.name,
            self.clock.now,
            lambda sentence: print(sentence, file=sys.stderr),
            days=days or 1,
            visit=False,
        )

    async def references(self) -> dict[str, str | None]:
        """Return the sender's references that history has, by order id; none without a file."""
        if not (self.config.history_days and self.paths.history_file.exists()):
            return {}
        async with self.look_into_history() as history:
            return await history.references()


def open_profile(
    name: str | None,
    environ: MutableMapping[str, str],
    report: Callable[[str], None],
    *,
    config_file: str | None = None,
    token: GivenToken | None = None,
) -> Opened:
    """Return the profile to use; `name` is what `--profile` said, None when it was not given.

    So are `config_file`, of `--config`, and `token`, of `--token-file`. Tokens are moved out of
    `environ`. `report` gets a sentence when the watch list made no
    sense and was set aside, now or later.

    Raises:
        NoProfileYet: There is none, and the environment does not describe one either.
        ConfigError: The config is wrong, or it is not clear which profile is meant.
    """
    paths = find_paths(environ, config_file)
    if config_file and not paths.config_file.exists():
        raise ConfigError(
            f"There is no {paths.config_file}, which --config names.",
            f"Correct it, or run `sms-monitor config init --config {config_file}`.",
        )
    config = load_config(paths.config_file)
    named = name or environ.get(PROFILE_VARIABLE) or environ.get(TOKEN_VARIABLE) or token
    if not config.profiles and not named:
        raise NoProfileYet
    reference, given_by = (token.reference, OPTION) if token else (None, "")
    profile = choose_profile(config, name, environ, reference, given_by)
    variables = {TOKEN_VARIABLE, *(reference.env for _, reference in profile.references)}
    found = {name: take_secret(environ, name) for name in variables if name}
    if token is not None and token.secret is not None:
        found[TOKEN_VARIABLE] = token.secret
    clock = SystemClock()
    return Opened(
        paths=paths,
        config=config,
        profile=profile,
        watched=WatchList(paths.orders_file, profile.name, clock.now, report),
        clock=clock,
        taken={name: secret for name, secret in found.items() if secret},
        attended=AttendedCommands(profile.commands),
    )


def open_headless(options: argparse.Namespace) -> Opened:
    """Return what `open_profile` does for a command that has no screen: it reports on stderr."""
    return open_with(options, lambda sentence: print(sentence, file=sys.stderr))


def open_with(options: argparse.Namespace, report: Callable[[str], None]) -> Opened:
    """Return what `open_profile` does for what the command line says; raises also `SignInError`."""
    token = given_token(getattr(options, "token_file", None))
    return open_profile(
        options.profile, os.environ, report, config_file=options.config, token=token
    )


def watched_orders(opened: Opened, texts: Sequence[str]) -> Sequence[WatchedOrder]:
    """Return the watch list; raises `ConfigError` when it is empty and no `texts` name orders."""
    watched = opened.watched.orders()
    if not watched and not texts:
        raise ConfigError(
            f'No orders are watched with the profile "{opened.profile.name}".',
            "Name some, or watch some with `sms-monitor orders add ID`.",
        )
    return watched
