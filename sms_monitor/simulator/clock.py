"""Time in the simulator: it starts where it is told to and runs as fast as it is told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEND_WINDOW_OPENS = 9
"""First hour, Europe/Oslo, in which a daytime SMS is sent (NotificationScheduleService)."""
SEND_WINDOW_CLOSES = 17
"""First hour, Europe/Oslo, in which it no longer is."""


class SimulatedClock:
    """A clock that begins at `start` when it is made and runs at `speed` times real time.

    `speed` 1.0 is real time, 0.0 stands still. `monotonic` gives real seconds from any origin.
    Raises ValueError for a start without a time zone or a speed below zero.
    """

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float]) -> None:
        if start.tzinfo is None:
            raise ValueError(f"the simulated start {start} has no time zone")
        if not 0 <= speed < float("inf"):
            raise ValueError(f"the speed {speed} is not a number from 0 and up")
        self._start = start.astimezone(UTC)
        self._speed = speed
        self._monotonic = monotonic
        self._began = monotonic()

    def now(self) -> datetime:
        """The simulated time, in UTC."""
        elapsed = self._monotonic() - self._began
        return self._start + timedelta(seconds=elapsed * self._speed)


def oslo(day: date, clock: str) -> datetime:
    """`clock` ("HH:MM" or "HH:MM:SS") on `day` in Europe/Oslo, as UTC."""
    local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo("Europe/Oslo"))
    return local.astimezone(UTC)


def next_minute(after: datetime) -> datetime:
    """The first whole minute at or after `after`: when a job of every minute runs."""
    whole = after.replace(second=0, microsecond=0)
    return whole if whole == after else whole + timedelta(minutes=1)


def next_daytime_minute(after: datetime) -> datetime:
    """The first whole minute at or after `after` inside 09:00-17:00 Europe/Oslo, as UTC."""
    local = next_minute(after).astimezone(ZoneInfo("Europe/Oslo"))
    if SEND_WINDOW_OPENS <= local.hour < SEND_WINDOW_CLOSES:
        return local.astimezone(UTC)
    day = local.date() + timedelta(days=local.hour >= SEND_WINDOW_CLOSES)
    return oslo(day, f"{SEND_WINDOW_OPENS:02}:00")
