"""Every command, in one table: what `:` runs and completes, ctrl-p offers and the help lists.

Every key of the map is a command under its own name. `_ARGUMENTS` says what may follow such a
name, `_KEYLESS` are the commands that have no key. A new command is one entry in one of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sms_monitor.core.budget import LEAST_BUDGET, MOST_BUDGET
from sms_monitor.core.moments import parse_moment
from sms_monitor.core.phase import Phase
from sms_monitor.core.sorting import SortColumn
from sms_monitor.core.text import clean
from sms_monitor.ui.keys import MONITOR_KEYS
from sms_monitor.ui.screens.interval import interval_of


class Known(NamedTuple):
    """What an argument may name at this moment."""

    orders: Mapping[str, str] = {}
    """Order id by name; the ids themselves are in it too."""
    profiles: Sequence[str] = ()
    themes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    """Statuses of the order under the cursor, and every phase."""
    now: datetime = datetime.fromtimestamp(0, UTC)
    """By the server's clock."""


class Argument(NamedTuple):
    """What follows the name of a command."""

    shown: str
    """As usage shows it: `COLUMN [asc|desc]`."""
    parse: Callable[[str, Known], tuple[object, ...]]
    """Turns what was typed, which is not blank, into the parameters of the action.

    Raises ValueError with a sentence for the person.
    """
    words: Callable[[Known], Iterable[str]] = lambda _: ()
    """What it is completed with."""
    between: str = ""
    """The character between two words; "" when all of the argument is one word."""
    needed: bool = True
    """Whether the command means nothing without it."""


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


class Call(NamedTuple):
    """A command as it is to be run: the action, and its parameters when it has some."""

    action: str
    parameters: tuple[object, ...] | None = None


class Candidate(NamedTuple):
    """A way to go on typing."""

    word: str
    """What is shown of it."""
    line: str
    """The whole line when it is taken."""


def words_of(*words: str) -> Callable[[Known], Iterable[str]]:
    """Return the completion for a closed set of words."""
    return lambda _: words


def switch(text: str, _: Known) -> tuple[object, ...]:
    """Return whether `on` or `off` was typed."""
    return (one_of(text, ("on", "off")) == "on",)


def one_of(text: str, words: Iterable[str], may: str = "be that") -> str:
    """Return the one of `words` that was typed, in any case.

    Raises ValueError, which names all of them; `may` is what the text cannot do.
    """
    by_fold = {word.casefold(): word for word in words}
    found = by_fold.get(text.strip().casefold())
    if found is None:
        sentence = f'"{clean(text, 40)}" cannot {may}.{_near(text, by_fold)}'
        *others, last = by_fold.values() or ("",)
        listed = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"{sentence} It can be {listed}." if listed else sentence)
    return found


def _near(text: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(text.strip().casefold(), list(words), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def _order(text: str, known: Known) -> tuple[object, ...]:
    wanted = text.strip().casefold()
    exact = {order_id for name, order_id in known.orders.items() if name.casefold() == wanted}
    part = {order_id for name, order_id in known.orders.items() if wanted in name.casefold()}
    found = exact or part
    if len(found) == 1:
        return (found.pop(),)
    if found:
        raise ValueError(f'"{clean(text, 40)}" is in the names of {len(found)} orders: type more.')
    near = _near(text, [name.casefold() for name in known.orders])
    raise ValueError(f'No watched order is called "{clean(text, 40)}".{near}')


def _statuses(text: str, known: Known) -> tuple[object, ...]:
    words = [word for part in text.split(",") for word in part.split()]
    for word in words:
        if not any(word.casefold() in status.casefold() for status in known.statuses):
            near = _near(word, [status.casefold() for status in known.statuses])
            raise ValueError(f'There is no status or phase "{clean(word, 40)}" here.{near}')
    return (f"st:{','.join(words).casefold()}",)


def _sort(text: str, _: Known) -> tuple[object, ...]:
    column, *ways = text.split()
    sort = SortColumn(one_of(column, SortColumn, "be sorted by"))
    if len(ways) > 1:
        raise ValueError("A column and asc or desc is all there can be.")
    way = one_of(ways[0], ("asc", "desc"), "be the way") if ways else None
    # the worst and the newest come first by themselves, the others begin at A
    natural = "desc" if sort is SortColumn.SEVERITY else "asc"
    return (sort.value, way is not None and way != natural)


def _theme(text: str, known: Known) -> tuple[object, ...]:
    return (one_of(text, known.themes, "be a theme"),)


def _language(text: str, _: Known) -> tuple[object, ...]:
    return (one_of(text, ("nb", "en"), "be a language"),)


def _past(text: str, known: Known) -> tuple[object, ...]:
    if _moment(text, known) >= known.now:
        raise ValueError("Replay needs a time that has been.")
    return (text,)


def _since(text: str, known: Known) -> tuple[object, ...]:
    if text.casefold() != "last":
        _moment(text, known)
    return (text,)


def _moment(text: str, known: Known) -> datetime:
    try:
        return parse_moment(text, known.now)
    except ValueError as error:
        raise ValueError(f'"{clean(text, 40)}" is no time: the command {error}') from error


def _budget(text: str, _: Known) -> tuple[object, ...]:
    if text.isdecimal() and LEAST_BUDGET <= int(text) <= MOST_BUDGET:
        return (int(text),)
    may = f"{LEAST_BUDGET} to {MOST_BUDGET} requests a minute"
    raise ValueError(f'"{clean(text, 40)}" cannot be the budget. Type {may}.')


def _profile(text: str, known: Known) -> tuple[object, ...]:
    return (one_of(text, known.profiles, "be a profile"),)


_ARGUMENTS: dict[str, tuple[Argument, tuple[str, ...]]] = {
    "add": (Argument("ID ...", lambda text, _: (text,), needed=False), ()),
    "filter": (Argument("WORDS", lambda text, _: (text,), needed=False), ()),
    "find": (Argument("NUMBER", lambda text, _: (text,), needed=False), ()),
    "export": (Argument("PATH", lambda text, _: (text,), needed=False), ()),
    "interval": (Argument("SECONDS", lambda text, _: (interval_of(text),), needed=False), ()),
    "label": (Argument("TEXT", lambda text, _: (text,), needed=False), ()),
    "language": (Argument("nb|en", _language, words_of("nb", "en"), needed=False), ("lang",)),
    "profile": (Argument("NAME", _profile, lambda known: known.profiles, needed=False), ("ctx",)),
    "reference": (Argument("TEXT", lambda text, _: (text,), needed=False), ("ref",)),
}
"""What may follow the name of a key, and the other names it has."""

_KEYLESS = (
    Command(
        "order",
        "Go to a watched order, by its name, its id or a part of them",
        "order",
        Argument("NAME", _order, lambda known: known.orders),
    ),
    Command(
        "status",
        "Show only SMS of these statuses or phases",
        "filter",
        Argument("failed,stuck", _statuses, lambda known: known.statuses, between=","),
    ),
    Command(
        "sort",
        "Sort the SMS",
        "sort_by",
        Argument("COLUMN [asc|desc]", _sort, words_of(*SortColumn, "asc", "desc"), between=" "),
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
            "on|off|quiet 22-07",
            lambda text, _: (text,),
            words_of("on", "off", "quiet"),
            between=" ",
            needed=False,
        ),
    ),
    Command(
        "budget",
        "How many requests a minute there may be, until the end",
        "app.budget",
        Argument("N", _budget, needed=False),
    ),
    Command(
        "replay",
        "Go back to what the board was at a time",
        "app.replay_to",
        Argument("13:40", _past),
    ),
    Command(
        "since",
        "Only SMS that changed since a time, or since the last visit",
        "app.since",
        Argument("last|13:55", _since, words_of("last")),
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
        Argument("NAME", _theme, lambda known: known.themes, needed=False),
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

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}

PHASE_WORDS = tuple(phase.value for phase in Phase)


def command_in(line: str) -> Command | None:
    """Return the command whose name `line` begins with; None when there is none of that name."""
    words = line.split(maxsplit=1)
    return _BY_NAME.get(words[0].casefold()) if words else None


def parse_command(line: str, known: Known) -> Call:
    """Return what `line` asks for; raises ValueError with a sentence for the person."""
    name, _, rest = line.strip().partition(" ")
    command = command_in(line)
    if command is None:
        near = _near(name, _BY_NAME) or " Tab shows the commands."
        raise ValueError(f'There is no command "{clean(name, 40)}".{near}')
    argument = command.argument
    if not rest.strip():
        if argument is not None and argument.needed:
            raise ValueError(f"Say what: {command.usage}")
        return Call(command.action)
    if argument is None:
        raise ValueError(f'"{command.name}" takes nothing after it.')
    return Call(command.action, argument.parse(rest.strip(), known))


def candidates(line: str, known: Known) -> tuple[Candidate, ...]:
    """Return the ways to complete the last word of `line`, the likeliest first."""
    line = line.lstrip()
    name, space, rest = line.partition(" ")
    if not space:
        found = _starting(name, [command.name for command in COMMANDS])
        return tuple(Candidate(word, _begun(word)) for word in found)
    command = command_in(line)
    if command is None or command.argument is None:
        return ()
    between = command.argument.between
    before, cut, word = rest.rpartition(between) if between else ("", "", rest)
    words = dict.fromkeys(command.argument.words(known))
    used = set(before.split(between)) if between else set()
    found = _starting(word, [one for one in words if one not in used])
    return tuple(Candidate(one, f"{name} {before}{cut}{one}") for one in found)


def _begun(name: str) -> str:
    return f"{name} " if _BY_NAME[name].argument is not None else name


def _starting(begun: str, words: Iterable[str]) -> list[str]:
    """Return those of `words` that begin with `begun`, then those that hold it elsewhere."""
    folded = begun.casefold()
    found = [word for word in words if folded in word.casefold()]
    return sorted(found, key=lambda word: not word.casefold().startswith(folded))
