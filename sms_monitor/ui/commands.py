"""Every command, in one table: what `:` runs and completes, ctrl-p offers and the help lists.

Every key of the map is a command under its own name. `_ARGUMENTS` says what may follow such a
name, `_KEYLESS` are the commands that have no key. A new command is one entry in one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sms_monitor.core.phase import Phase
from sms_monitor.core.sorting import SortColumn
from sms_monitor.ui.command_arguments import (
    Argument,
    bell_of,
    budget_of,
    language_named,
    moment_past,
    moment_since,
    order_named,
    profile_named,
    sorting,
    statuses_filter,
    switch,
    theme_named,
    words_of,
)
from sms_monitor.ui.keys import MONITOR_KEYS
from sms_monitor.ui.screens.interval import interval_of


class Command(NamedTuple):
    """One thing that can be done by name."""

    name: str
    help: str
    """A sentence without its full stop."""
    action: str
    """As in a binding: `app.NAME` for the app's, `NAME` for the screen's."""
    argument: Argument | None = None
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """`sort COLUMN [asc|desc]`; what need not be given in brackets."""
        if self.argument is None:
            return self.name
        shown = self.argument.shown
        return f"{self.name} {shown if self.argument.needed else f'[{shown}]'}"


_ARGUMENTS: dict[str, tuple[Argument, tuple[str, ...]]] = {
    "add": (Argument("ID ...", lambda text, _: (text,), needed=False), ()),
    "filter": (Argument("WORDS", lambda text, _: (text,), needed=False), ()),
    "find": (Argument("NUMBER", lambda text, _: (text,), needed=False), ()),
    "export": (Argument("PATH", lambda text, _: (text,), needed=False), ()),
    "interval": (Argument("SECONDS", lambda text, _: (interval_of(text),), needed=False), ()),
    "label": (Argument("TEXT", lambda text, _: (text,), needed=False), ()),
    "language": (Argument("nb|en", language_named, words_of("nb", "en"), needed=False), ("lang",)),
    "profile": (
        Argument("NAME", profile_named, lambda known: known.profiles, needed=False),
        ("ctx",),
    ),
    "reference": (Argument("TEXT", lambda text, _: (text,), needed=False), ("ref",)),
}
"""What may follow the name of a key, and the other names it has."""

_KEYLESS = (
    Command(
        "order",
        "Go to a watched order, by its name, its id or a part of them",
        "order",
        Argument("NAME", order_named, lambda known: known.orders),
    ),
    Command(
        "status",
        "Show only SMS of these statuses or phases",
        "filter",
        Argument("failed,stuck", statuses_filter, lambda known: known.statuses, between=","),
    ),
    Command(
        "sort",
        "Sort the SMS",
        "sort_by",
        Argument("COLUMN [asc|desc]", sorting, words_of(*SortColumn, "asc", "desc"), between=" "),
    ),
    Command(
        "mask",
        "Hide personal data, or show it",
        "app.mask",
        Argument("on|off", switch, words_of("on", "off")),
    ),
    Command(
        "bell",
        "Ring for alerts, or not, or not in some hours",
        "app.bell",
        Argument(
            "on|off|quiet 22-07|quiet off",
            bell_of,
            words_of("on", "off", "quiet off", "quiet 22-07"),
            needed=False,
        ),
    ),
    Command(
        "budget",
        "How many requests a minute there may be, until the end",
        "app.budget",
        Argument("N", budget_of, needed=False),
    ),
    Command(
        "replay",
        "Go back to what the board was at a time",
        "app.replay_to",
        Argument("13:40", moment_past),
    ),
    Command(
        "since",
        "Only SMS that changed since a time, or since the last visit",
        "app.since",
        Argument("last|13:55", moment_since, words_of("last")),
    ),
    Command(
        "mouse",
        "Leave the mouse to the terminal, to select text, or take it back",
        "app.mouse",
        Argument("on|off", switch, words_of("on", "off")),
    ),
    Command(
        "theme",
        "Change the colours until the end",
        "app.theme",
        Argument("NAME", theme_named, lambda known: known.themes, needed=False),
    ),
    Command("keys", "Every key in force, and its name for the config file", "app.keys"),
    Command("doctor", "What this installation is, and what is wrong with it", "app.doctor"),
    Command(
        "screenshot",
        "Save an SVG and a text of the screen in this directory, or where PATH says",
        "app.shot",
        Argument("PATH", lambda text, _: (text,), needed=False),
        ("shot",),
    ),
    Command("quit", "End; the view is kept", "app.quit", None, ("q",)),
)


def _of_keys() -> Iterable[Command]:
    for key in MONITOR_KEYS:
        argument, aliases = _ARGUMENTS.get(key.id, (None, ()))
        yield Command(key.id, key.help, key.action, argument, aliases)


COMMANDS: tuple[Command, ...] = tuple(sorted((*_KEYLESS, *_of_keys()), key=lambda c: c.name))
"""All of them, by name."""

BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
"""All of them, by name and other names."""

PHASE_WORDS = tuple(phase.value for phase in Phase)


def command_in(line: str) -> Command | None:
    """Return the command whose name `line` begins with; None when there is none of that name."""
    words = line.split(maxsplit=1)
    return BY_NAME.get(words[0].casefold()) if words else None
