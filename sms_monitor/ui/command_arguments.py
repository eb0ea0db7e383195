"""What may follow the name of a command: how it is shown, read and completed.

Each reader raises ValueError with a sentence for the person.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sms_monitor.core.budget import LEAST_BUDGET, MOST_BUDGET
from sms_monitor.core.moments import parse_moment
from sms_monitor.core.quiet_hours import parse_quiet_hours
from sms_monitor.core.sorting import SortColumn
from sms_monitor.core.text import clean


class Known(NamedTuple):
    """What an argument may name at this moment."""

    orders: Mapping[str, str] = {}
    """Order id by name; the ids themselves are in it too."""
    profiles: Sequence[str] = ()
    themes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    """Statuses of the order under the cursor, and every phase."""
    has_quiet_hours: bool = False
    """Whether the config has some."""
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
        sentence = f'"{clean(text, 40)}" cannot {may}.{near_word(text, by_fold)}'
        *others, last = by_fold.values() or ("",)
        listed = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"{sentence} It can be {listed}." if listed else sentence)
    return found


def near_word(text: str, words: Iterable[str]) -> str:
    """Return ` Did you mean "that"?` for the word most like `text`, "" when none is.

    `words` are in small letters.
    """
    near = difflib.get_close_matches(text.strip().casefold(), list(words), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def order_named(text: str, known: Known) -> tuple[object, ...]:
    """Return the id of the watched order of that name, or with that in its name."""
    wanted = text.strip().casefold()
    exact = {order_id for name, order_id in known.orders.items() if name.casefold() == wanted}
    part = {order_id for name, order_id in known.orders.items() if wanted in name.casefold()}
    found = exact or part
    if len(found) == 1:
        return (found.pop(),)
    if found:
        raise ValueError(f'"{clean(text, 40)}" is in the names of {len(found)} orders: type more.')
    near = near_word(text, [name.casefold() for name in known.orders])
    raise ValueError(f'No watched order is called "{clean(text, 40)}".{near}')


def statuses_filter(text: str, known: Known) -> tuple[object, ...]:
    """Return the filter for these statuses and phases."""
    words = [word for part in text.split(",") for word in part.split()]
    for word in words:
        if not any(word.casefold() in status.casefold() for status in known.statuses):
            near = near_word(word, [status.casefold() for status in known.statuses])
            raise ValueError(f'There is no status or phase "{clean(word, 40)}" here.{near}')
    return (f"st:{','.join(words).casefold()}",)


def sorting(text: str, _: Known) -> tuple[object, ...]:
    """Return the column, and whether its natural way is turned round."""
    column, *ways = text.split()
    sort = SortColumn(one_of(column, SortColumn, "be sorted by"))
    if len(ways) > 1:
        raise ValueError("A column and asc or desc is all there can be.")
    way = one_of(ways[0], ("asc", "desc"), "be the way") if ways else None
    # the worst and the newest come first by themselves, the others begin at A
    natural = "desc" if sort is SortColumn.SEVERITY else "asc"
    return (sort.value, way is not None and way != natural)


def theme_named(text: str, known: Known) -> tuple[object, ...]:
    """Return the theme of that name."""
    return (one_of(text, known.themes, "be a theme"),)


def language_named(text: str, _: Known) -> tuple[object, ...]:
    """Return the language of that name."""
    return (one_of(text, ("nb", "en"), "be a language"),)


def moment_past(text: str, known: Known) -> tuple[object, ...]:
    """Return the time as it was typed, when it has been."""
    if _moment(text, known) >= known.now:
        raise ValueError("Replay needs a time that has been.")
    return (text,)


def moment_since(text: str, known: Known) -> tuple[object, ...]:
    """Return the time, or `last`, as it was typed."""
    if text.casefold() != "last":
        _moment(text, known)
    return (text,)


def _moment(text: str, known: Known) -> datetime:
    try:
        return parse_moment(text, known.now)
    except ValueError as error:
        raise ValueError(f'"{clean(text, 40)}" is no time: the command {error}') from error


def bell_of(text: str, known: Known) -> tuple[object, ...]:
    """Return `on`, `off` or `quiet off`, or `quiet` and the hours when there are any."""
    word, _space, hours = text.partition(" ")
    how = one_of(word, ("on", "off", "quiet"))
    if how != "quiet" and hours:
        raise ValueError(f"Nothing can follow {how}.")
    if how == "quiet" and hours.strip().casefold() == "off":
        return ("quiet off",)
    if how == "quiet" and not hours and not known.has_quiet_hours:
        raise ValueError("No quiet hours are in the config: type bell quiet 22-07.")
    if not hours:
        return (how,)
    try:
        return (how, parse_quiet_hours(hours))
    except ValueError as error:
        raise ValueError(f'"{clean(hours, 40)}" {error}.') from error


def budget_of(text: str, _: Known) -> tuple[object, ...]:
    """Return the requests a minute."""
    if text.isdecimal() and len(text) < 10 and LEAST_BUDGET <= int(text) <= MOST_BUDGET:
        return (int(text),)
    may = f"{LEAST_BUDGET} to {MOST_BUDGET} requests a minute"
    raise ValueError(f'"{clean(text, 40)}" cannot be the budget. Type {may}.')


def profile_named(text: str, known: Known) -> tuple[object, ...]:
    """Return the profile of that name."""
    return (one_of(text, known.profiles, "be a profile"),)
