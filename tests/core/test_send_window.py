from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sms_monitor.core.send_window import after_open_time, is_open, next_close, next_open

OSLO = ZoneInfo("Europe/Oslo")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

SPRING = "2026-03-29"
"""At 02:00 the clocks in Oslo go to 03:00."""
AUTUMN = "2026-10-25"
"""At 03:00 the clocks in Oslo go back to 02:00."""


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def oslo(text):
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        # winter: 09:00 in Oslo is 08:00 UTC
        ("2026-01-15T07:59:59.999999", "2026-01-15T08:00", "2026-01-15T16:00"),
        ("2026-01-15T08:00", "2026-01-15T08:00", "2026-01-15T16:00"),
        ("2026-01-15T15:59:59.999999", "2026-01-15T15:59:59.999999", "2026-01-15T16:00"),
        ("2026-01-15T16:00", "2026-01-16T08:00", "2026-01-16T16:00"),
        # summer: 07:00 UTC
        ("2026-07-01T06:59", "2026-07-01T07:00", "2026-07-01T15:00"),
        ("2026-07-01T15:00", "2026-07-02T07:00", "2026-07-02T15:00"),
        # it is tomorrow in Oslo already
        ("2026-07-01T22:30", "2026-07-02T07:00", "2026-07-02T15:00"),
        # the days the clocks change, a Sunday like any other day
        ("2026-03-28T16:00", f"{SPRING}T07:00", f"{SPRING}T15:00"),
        (f"{SPRING}T15:00", "2026-03-30T07:00", "2026-03-30T15:00"),
        ("2026-10-24T15:00", f"{AUTUMN}T08:00", f"{AUTUMN}T16:00"),
        (f"{AUTUMN}T16:00", "2026-10-26T08:00", "2026-10-26T16:00"),
        # the year turns, and a leap day is a day
        ("2026-12-31T20:00", "2027-01-01T08:00", "2027-01-01T16:00"),
        ("2028-02-28T20:00", "2028-02-29T08:00", "2028-02-29T16:00"),
    ],
)
def test_the_window_is_nine_to_five_by_the_clock_in_oslo(at, opens, closes):
    assert next_open(utc(at)) == utc(opens)
    assert next_close(utc(at)) == utc(closes)
    assert is_open(utc(at)) is (at == opens)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, "2026-01-15", "2026-07-01"])
def test_at_every_minute_of_a_day_the_window_is_open_when_oslo_says_so(day):
    at = oslo(f"{day}T00:00")
    while at.astimezone(OSLO).date().isoformat() == day:
        assert is_open(at) is (9 <= at.astimezone(OSLO).hour < 17), at
        opens = next_open(at)
        assert opens >= at
        assert is_open(opens)
        assert next_close(at) - opens <= 8 * HOUR
        at += MINUTE


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-07-01T10:00", 2, "2026-07-01T12:00"),
        ("2026-07-01T20:00", 2, "2026-07-02T11:00"),
        ("2026-07-01T07:00", 2, "2026-07-01T11:00"),
        ("2026-07-01T16:00", 2, "2026-07-02T10:00"),
        # two hours are up as the window closes: nothing can be late before it opens again
        ("2026-07-01T15:00", 2, "2026-07-02T09:00"),
        ("2026-07-01T14:59", 2, "2026-07-01T16:59"),
        ("2026-07-01T12:00", 20, "2026-07-03T16:00"),
        ("2026-03-28T16:30", 2, f"{SPRING}T10:30"),
        ("2026-10-24T16:30", 2, f"{AUTUMN}T10:30"),
        ("2026-07-01T10:00", 0, "2026-07-01T10:00"),
        ("2026-07-01T20:00", 0, "2026-07-02T09:00"),
    ],
)
def test_open_time_is_counted_only_while_the_window_is_open(start, hours, end):
    assert after_open_time(oslo(start), hours * HOUR) == oslo(end)
