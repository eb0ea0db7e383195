"""`sms-monitor completion bash|zsh|fish`: what makes a shell complete commands.

Made from the table of commands and their parsers, so it cannot go stale. Names of profiles and
orders are asked for when Tab is pressed, from this command again, which then reads two files
and loads nothing that is slow.
"""

from __future__ import annotations

import argparse
import json
import os
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sms_monitor.cli.arguments import ORDER, WORDS_OF_ORDERS, WORDS_OF_PROFILES
from sms_monitor.cli.commands import COMMANDS, GROUPS
from sms_monitor.cli.completion_scripts import SCRIPTS
from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.output import write_line
from sms_monitor.cli.parser import monitor_parser, parser_of
from sms_monitor.core.text import clean
from sms_monitor.services.paths import find_paths


class Option(NamedTuple):
    """Something that begins with a dash."""

    flags: tuple[str, ...]
    about: str
    values: tuple[str, ...]
    """What may follow; () when that is not known."""
    takes: str
    """`nothing`, `value`, `file`, `profile`."""


class Completed(NamedTuple):
    """What a command line may hold after the words of one command."""

    name: str
    """`orders add`; "" before any command."""
    about: str
    words: tuple[tuple[str, str], ...]
    """What may stand without a dash, with what it does."""
    orders: bool
    """Whether the names of watched orders may stand there too."""
    options: tuple[Option, ...]


def run(options: argparse.Namespace) -> ExitStatus:
    """Print the script for a shell, or the names it asks for."""
    match options.shell:
        case name if name == WORDS_OF_PROFILES:
            names: Iterable[str] = map(str, _config(options.config).get("profiles", ()))
        case name if name == WORDS_OF_ORDERS:
            names = _orders(options.profile, options.config)
        case shell:
            names = [SCRIPTS[shell](tuple(completed()))]
            write_line(names[0])
            return ExitStatus.DONE
    for name in names:
        write_line(clean(name))
    return ExitStatus.DONE


def completed() -> Iterator[Completed]:
    """Yield what may follow each command, and the words of the groups; "" first."""
    firsts = dict.fromkeys(name.partition(" ")[0] for name in COMMANDS)
    abouts = {**{name: command.about for name, command in COMMANDS.items()}, **GROUPS}
    words = tuple((name, abouts[name]) for name in firsts)
    yield Completed("", "", words, True, tuple(_options(monitor_parser())))
    for group, about in GROUPS.items():
        actions = (name for name in COMMANDS if name.startswith(f"{group} "))
        words = tuple((name.partition(" ")[2], COMMANDS[name].about) for name in actions)
        yield Completed(group, about, words, False, ())
    for name, command in COMMANDS.items():
        parser = parser_of(name)
        words, orders = (), False
        for action in parser._actions:
            if not action.option_strings:
                words += tuple((word, "") for word in _choices(action))
                orders |= ORDER in (action.help or "")
        yield Completed(name, command.about, words, orders, tuple(_options(parser)))


def _choices(action: argparse.Action) -> tuple[str, ...]:
    choices = action.choices if action.choices is not None else getattr(action.type, "words", ())
    return tuple(str(choice) for choice in choices)


def _options(parser: argparse.ArgumentParser) -> Iterator[Option]:
    for action in parser._actions:
        if action.option_strings:
            kind = {"FILE": "file", "NAME": "profile"}.get(str(action.metavar), "value")
            if kind == "profile" and action.dest != "profile":
                kind = "value"
            if action.nargs == 0:
                kind = "nothing"
            flags = tuple(action.option_strings)
            about = (action.help or "").replace("%%", "%")
            yield Option(flags, about, _choices(action), kind)


def _config(file: str | None) -> dict[str, Any]:
    """Return the config file as it is; what makes no sense is nobody's business here."""
    try:
        text = find_paths(os.environ, file).config_file.read_text("utf-8-sig")
        return tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _orders(profile: str | None, file: str | None) -> Iterator[str]:
    """Yield the labels, then the ids, of the orders watched with the profile."""
    config = _config(file)
    chosen = profile or os.environ.get("SMS_MONITOR_PROFILE") or config.get("default_profile")
    try:
        lists = json.loads(find_paths(os.environ).orders_file.read_text("utf-8"))["profiles"]
        orders = [order for name in lists if name == chosen or not chosen for order in lists[name]]
        labels = [str(order["label"]) for order in orders if order.get("label")]
        ids = [str(order["order_id"]) for order in orders]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # the monitor tells when it is used; here somebody only pressed Tab
        return
    yield from (*labels, *ids)
