"""Times and lengths of time as people read them, in the clock of Oslo.

Nothing here shows seconds that run: an age changes at most once a minute, so that a still
table stays still. Day names are literal, since a server's locale must not change the screen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sms_monitor.core.language import Language
from sms_monitor.core.send_window import OSLO

DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "nb": ("man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."),
}
_HOUR = {"en": "h", "nb": "t"}
_MINUTE = {"en": "m", "nb": "min"}


def age(delta: timedelta) -> str:
    """Return `delta` in at most four cells: `now`, `3m`, `47h`, `3d`, `2y`.

    Rounded down; hours up to two days, days up to a thousand. Less than a minute, and a
    negative `delta` (two clocks that differ), is `now`.
    """
    minutes = _minutes(delta)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes}m"
    if minutes < 48 * 60:
        return f"{minutes // 60}h"
    days = minutes // (24 * 60)
    if days < 1000:
        return f"{days}d"
    return f"{days // 365}y" if days < 36500 else ">99y"


def minutes_of(since: datetime, now: datetime) -> object:
    """Return what stays equal for as long as every text on `since` does that is told at `now`.

    Such a text changes where a minute is full, counted from `since` or on the clock: an age then,
    what is left of a validity right after.
    """
    full, part = divmod(now - since, timedelta(minutes=1))
    minute = now.replace(second=0, microsecond=0)
    return full, bool(part), minute, now > minute


def duration(delta: timedelta, language: Language = "en") -> str:
    """Return `delta` for a sentence: `under 1 m`, `14 m`, `2 h 14 m`, `38 h`, `3 d 4 h`, `12 d`.

    Rounded down; a negative `delta` counts as 0. In Norwegian `2 t 14 min`.
    """
    hour, minute = _HOUR[language], _MINUTE[language]
    minutes = _minutes(delta)
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return f"under 1 {minute}"
    if hours < 1:
        return f"{minutes} {minute}"
    if hours < 24:
        return _two(hours, hour, minutes % 60, minute)
    if hours < 48:
        return f"{hours} {hour}"
    if days < 10:
        return _two(days, "d", hours % 24, hour)
    return f"{days} d"


def span(delta: timedelta) -> str:
    """Return a length of time that has ended: as `duration`, but `12 s` under a minute."""
    seconds = max(0, delta // timedelta(seconds=1))
    return f"{seconds} s" if seconds < 60 else duration(delta)


def roughly(seconds: float) -> str:
    """Return a length of time for behind an "about", rounded: `40 s`, `4 min`, `2 h`."""
    if seconds < 95:
        return f"{round(seconds / 5) * 5} s"
    return f"{round(seconds / 60)} min" if seconds < 95 * 60 else f"{round(seconds / 3600)} h"


def oslo_time(at: datetime, now: datetime, language: Language = "en") -> str:
    """Return `at` on the clock in Oslo: `14:19:02` the same day, `Mon 09:05`, `2026-06-20`.

    The day's name is used up to six days away, in the past or the future; in Norwegian `man.`.
    """
    there = at.astimezone(OSLO)
    away = abs((there.date() - now.astimezone(OSLO).date()).days)
    if away == 0:
        return f"{there:%H:%M:%S}"
    if away <= 6:
        return f"{DAYS[language][there.weekday()]} {there:%H:%M}"
    return there.date().isoformat()


def oslo_and_utc(at: datetime) -> str:
    """Return `at` in full, twice: `2026-06-20 17:30:00 Oslo (CEST) · 15:30:00 UTC`.

    The date is repeated for UTC when it is another one.
    """
    there, utc = at.astimezone(OSLO), at.astimezone(UTC)
    other_day = "" if there.date() == utc.date() else f"{utc.date()} "
    return (
        f"{there.date()} {there:%H:%M:%S} Oslo ({there.tzname()}) · {other_day}{utc:%H:%M:%S} UTC"
    )


def _minutes(delta: timedelta) -> int:
    return max(0, delta // timedelta(minutes=1))


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"
