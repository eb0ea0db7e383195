"""Moments as people write them: `13:55`, `Mon09:05`, `2026-11-23T13:55`, `2h` ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from sms_monitor.core import durations
from sms_monitor.core.send_window import OSLO

_DAYS = durations.DAYS["en"]

_AGO = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the moment `text` names, UTC; times without an offset are on the clock in Oslo.

    A time of day, and of a day of the week, is the last such one that is not after `now`.

    Raises:
        ValueError: It names none; a sentence for the person.
    """
    try:
        return _parse(text.strip(), now)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            "needs a time such as 13:55, 2026-11-23T13:55, or 2h for two hours ago."
        ) from error


def _parse(text: str, now: datetime) -> datetime:
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if "-" in text:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).astimezone(UTC)
    there, day = now.astimezone(OSLO), text[:3].capitalize()
    back, step = 0, 1
    if day in _DAYS:
        back, step, text = (there.weekday() - _DAYS.index(day)) % 7, 7, text[3:].lstrip()
    clock = time.fromisoformat(text).replace(tzinfo=None)
    found = datetime.combine(there.date() - timedelta(days=back), clock, OSLO)
    return (found if found <= there else found - timedelta(days=step)).astimezone(UTC)


def written_moment(at: datetime, now: datetime) -> str:
    """Return `at`, not after `now`, as the shortest text that `parse_moment` reads; whole minutes.

    Rounded down, so nothing that came after `at` is before it. Without spaces.
    """
    there = at.astimezone(OSLO).replace(second=0, microsecond=0)
    for short in (f"{there:%H:%M}", f"{_DAYS[there.weekday()]}{there:%H:%M}"):
        if parse_moment(short, now) == there:
            return short
    return there.replace(tzinfo=None).isoformat(timespec="minutes")
