"""When Altinn hands ordinary SMS to the operator: 09:00-17:00 in Oslo, every day of the week.

Source: `NotificationScheduleService.CanSendSmsNow` and `NotificationConfig` in
Altinn/altinn-notifications. All arguments and results are UTC; an hour of the window is an
hour on the clock in Oslo, so it moves with summer time.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
OPENS, CLOSES = time(9), time(17)


def next_open(at: datetime) -> datetime:
    """Return `at` when the window is open then, else the next opening."""
    day = at.astimezone(OSLO).date()
    opens, closes = _window(day)
    if at < opens:
        return opens
    return at if at < closes else _window(day + timedelta(days=1))[0]


def is_open(at: datetime) -> bool:
    """Whether SMS with the daytime policy are sent at `at`."""
    return next_open(at) == at


def next_close(at: datetime) -> datetime:
    """Return the first closing after the window is next open."""
    return _window(next_open(at).astimezone(OSLO).date())[1]


def after_open_time(start: datetime, duration: timedelta) -> datetime:
    """Return the moment when the window has been open for `duration` since `start`."""
    left = duration
    while True:
        start = next_open(start)
        closes = next_close(start)
        if start + left < closes:
            return start + left
        left -= closes - start
        start = closes


@functools.cache
def _window(day: date) -> tuple[datetime, datetime]:
    opens, closes = (datetime.combine(day, t, OSLO).astimezone(UTC) for t in (OPENS, CLOSES))
    return opens, closes
