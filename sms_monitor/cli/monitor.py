"""`sms-monitor [ORDER…]`: the monitor, or without a terminal one look at the orders."""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.terminal import has_screen, tell_of_dumb_terminal
from sms_monitor.services.paths import find_paths
from sms_monitor.ui.collecting import pause_collector

if TYPE_CHECKING:
    # what these load is not needed for the first paint
    from sms_monitor.cli.opening import Opened
    from sms_monitor.ui.setup import Setup


def run(options: argparse.Namespace) -> int:
    """Show the monitor; whoever has no profile is welcomed first."""
    if not has_screen():
        tell_of_dumb_terminal()
        from sms_monitor.cli.opening import open_headless
        from sms_monitor.cli.status import print_table

        return print_table(open_headless(options), options.orders)
    pause_collector()
    theme = _theme_at_once(options)
    return _open_first(options) if theme is None else _show_first(options, theme)


def _theme_at_once(options: argparse.Namespace) -> str | None:
    """Return the theme of the config, "" for none; None when something comes before the screen.

    That is a sentence about the config, the welcome of whoever has none, or a question on the
    terminal. To know that, the file is looked at; what is in it is read behind the screen.
    """
    if options.orders or options.token_file:
        return None
    try:
        config = tomllib.loads(_config_file(options).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    profiles = config.get("profiles")
    if not isinstance(profiles, dict) or not profiles or "keys" in config:
        return None
    if any(not isinstance(one, dict) or "interactive" in one for one in profiles.values()):
        return None
    theme = config.get("theme", "")
    return theme if isinstance(theme, str) else None


def _config_file(options: argparse.Namespace) -> Path:
    return find_paths(os.environ, options.config).config_file


def _show_first(options: argparse.Namespace, theme: str) -> int:
    """Draw the screen, then open the profile."""
    from sms_monitor.cli.screen import show
    from sms_monitor.ui.app import default_theme
    from sms_monitor.ui.opening import Opening

    with ExitStack() as stack:
        notes: list[str] = []

        def open_setup() -> Setup:
            from sms_monitor.cli.opening import open_with

            return _setup(open_with(options, notes.append), options, notes, stack)

        opening = Opening(theme or default_theme(), open_setup)
        status = show(opening, mouse=not options.no_mouse)
    return _told(notes, status)


def _open_first(options: argparse.Namespace) -> int:
    """Open the profile, then draw the screen."""
    from sms_monitor.cli.opening import NoProfileYet, open_with

    notes: list[str] = []
    try:
        opened = open_with(options, notes.append)
    except NoProfileYet:
        return _welcome(options)
    from sms_monitor.cli.screen import show

    with ExitStack() as stack:
        status = show(_setup(opened, options, notes, stack), mouse=not options.no_mouse)
    return _told(notes, status)


def _setup(
    opened: Opened, options: argparse.Namespace, notes: list[str], stack: ExitStack
) -> Setup:
    """Return what the monitor is run on; its log is closed with `stack`."""
    from dataclasses import replace

    from sms_monitor.cli.profiles import OpenedOn, Profiles, wanted_orders
    from sms_monitor.cli.screen_check import check_keys
    from sms_monitor.services.log import open_log

    check_keys(opened.config, opened.paths.config_file)
    if opened.profile.interactive:
        opened.ask_terminal()
    # read before the screen is drawn, so that trouble with the file is told as a sentence
    wanted = wanted_orders(opened, options.orders)
    log = stack.enter_context(open_log(opened.paths.log_file, opened.config.log_level))
    profiles = Profiles(opened, notes, log, options.config, ascii_only=options.ascii)
    setup = profiles.setup(opened)
    if wanted:
        setup = replace(setup, remembered=OpenedOn(setup.remembered, wanted[0].order_id))
    return setup


def _told(notes: list[str], status: int) -> int:
    for note in notes:
        print(note, file=sys.stderr)
    return status


def _welcome(options: argparse.Namespace) -> int:
    from sms_monitor.cli.screen import run_app
    from sms_monitor.ui.app import default_theme
    from sms_monitor.ui.welcome import Welcome, WelcomeApp

    match run_app(WelcomeApp(_config_file(options), default_theme())):
        case ExitStatus.CRASHED:
            return ExitStatus.CRASHED
        case Welcome.DEMO:
            from sms_monitor.cli.demo import run_default

            return run_default(options)
        case Welcome.PROFILE_MADE:
            return run(options)
        case _:
            return 0
