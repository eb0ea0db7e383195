"""What the monitor is run on: a profile of the config, and the others it can be switched to."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sms_monitor.cli.doctor import findings
from sms_monitor.cli.looks import Checked, Wanted, check_all, find_orders
from sms_monitor.cli.opening import Opened, open_profile
from sms_monitor.cli.terminal import draws_ascii
from sms_monitor.core.language import locale_language
from sms_monitor.services.hook import Hook
from sms_monitor.services.key_expiry import key_expiry_note
from sms_monitor.services.log import Log
from sms_monitor.services.profile import Profile
from sms_monitor.services.profile_choice import TOKEN_VARIABLE
from sms_monitor.services.state import StateFile, ViewState
from sms_monitor.ui.app import default_theme
from sms_monitor.ui.setup import Remembered, Setup
from sms_monitor.ui.widgets.header import Place


class OpenedOn:
    """The remembered view, but begun at another order."""

    def __init__(self, remembered: Remembered, order_id: str) -> None:
        self._remembered = remembered
        self._order_id = order_id

    def load(self) -> tuple[ViewState, str | None]:
        """Return the view with the cursor on that order, and a sentence about trouble."""
        state, trouble = self._remembered.load()
        return state.model_copy(update={"last_order": self._order_id, "row_id": None}), trouble

    def save(self, state: ViewState) -> str | None:
        """Save `state`; return a sentence when that failed."""
        return self._remembered.save(state)


class Profiles:
    """The profiles the monitor can be switched to, each opened once."""

    def __init__(
        self,
        opened: Opened,
        notes: list[str],
        log: Log,
        config_file: str | None,
        *,
        ascii_only: bool,
    ) -> None:
        """Begin with the profile that was chosen; `notes` gets sentences about its files.

        `config_file` is what `--config` said, `ascii_only` what `--ascii` did.
        """
        self._opened = {opened.profile.name: opened}
        self._config = opened.config
        self._notes = notes
        self._config_file = config_file
        self._log = log
        command = opened.config.alerts.hook
        self._hook = Hook(command, opened.paths.config_file) if command else None
        self._ascii_only = ascii_only or draws_ascii(opened.config.ascii)

    def setup(self, opened: Opened) -> Setup:
        """Return what the monitor is run on with this profile."""
        profile, config = opened.profile, self._config
        environments = {name: table.environment for name, table in config.profiles.items()}
        others = environments.keys() - {profile.name}
        return Setup(
            place=Place(profile.name, profile.environment, _sign_in(profile)),
            connect=opened.connect,
            watched=opened.watched,
            history=opened.history,
            remembered=StateFile(opened.paths.state_file, profile.name, opened.clock.now),
            clock=opened.clock,
            chance=random.random,
            interval=config.interval,
            requests_per_minute=config.requests_per_minute,
            theme=config.theme or default_theme(),
            language=config.language or locale_language(os.environ),
            ascii=self._ascii_only,
            thresholds=config.thresholds.thresholds,
            clipboard=config.clipboard,
            alerts=config.alerts.alerting,
            hook=self._hook,
            log=self._log,
            notes=(*self._reports(), *_expiry(opened)),
            reports=self._reports,
            ask_terminal=opened.ask_terminal if profile.interactive else None,
            confirm=profile.confirm,
            keys=config.keys,
            examine=lambda: findings(opened.paths),
            environments=environments,
            switch=self._switch if others else None,
        )

    def _reports(self) -> tuple[str, ...]:
        reports = tuple(self._notes)
        self._notes.clear()
        return reports

    def _switch(self, name: str) -> Setup:
        opened = self._opened.get(name)
        if opened is None:
            opened = open_profile(
                name, os.environ, self._notes.append, config_file=self._config_file
            )
            # a variable that two profiles name was moved out of the environment by the first
            taken = {k: v for other in self._opened.values() for k, v in other.taken.items()}
            opened = replace(opened, taken={**taken, **opened.taken})
            self._opened[name] = opened
        return self.setup(opened)


def _sign_in(profile: Profile) -> str:
    """Return where the token comes from, when it is not the profile that says so."""
    by_variable = profile.token is not None and profile.token.env == TOKEN_VARIABLE
    return profile.token_origin if by_variable or profile.given_by else ""


def _expiry(opened: Opened) -> tuple[str, ...]:
    note = key_expiry_note(opened.profile, opened.clock.now().date())
    return (note,) if note else ()


def wanted_orders(opened: Opened, texts: Sequence[str]) -> list[Wanted]:
    """Watch the orders `texts` name and return them."""
    watched = opened.watched.orders()
    if not texts:
        return []

    async def look(orders: Iterable[Wanted]) -> list[Checked]:
        async with opened.connect() as client:
            return await check_all(client, opened.clock, orders)

    wanted = asyncio.run(find_orders(texts, watched, look))
    opened.watched.add(one.order_id for one in wanted)
    return wanted
