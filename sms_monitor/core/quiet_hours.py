"""Hours in which alerts are shown but make no noise, on the clock in Oslo."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import NamedTuple

from sms_monitor.core.send_window import OSLO

_WRITTEN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")


class QuietHours(NamedTuple):
    """From `start` until `end`, across midnight when the end is the earlier of the two."""

    start: time
    end: time
    """The first quiet moment no longer."""

    def cover(self, at: datetime) -> bool:
        """Whether `at`, an aware time, is within them.

        What counts is the clock on the wall: the hour that summer time skips is in no night,
        the one that winter time repeats is quiet both times.
        """
        now = at.astimezone(OSLO).time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def __str__(self) -> str:
        """Return them as they are written: `22-07`, `22:30-06`."""
        return "-".join(f"{t:%H:%M}" if t.minute else f"{t:%H}" for t in self)


def parse_quiet_hours(text: str) -> QuietHours:
    """Return the hours in `22-07` or `22:30-06:15`; 24 is midnight.

    Raises ValueError with the rest of a sentence that begins with what `text` is.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError('must be two times in Oslo, such as "22-07" or "22:30-06:15"')
    start, end = _time(found[1], found[2]), _time(found[3], found[4])
    if start == end:
        raise ValueError("begins when it ends, which is no time at all")
    return QuietHours(start, end)


def _time(hour: str, minute: str | None) -> time:
    if int(hour) > 24 or int(minute or 0) > 59 or (int(hour) == 24 and int(minute or 0)):
        raise ValueError("has a time that no clock shows")
    return time(int(hour) % 24, int(minute or 0))
