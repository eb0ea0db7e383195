from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sms_monitor.simulator.clock import (
    SimulatedClock,
    next_daytime_minute,
    next_minute,
    oslo,
)


def test_simulated_time_runs_at_its_speed_from_its_start():
    seconds = 100.0
    start = datetime(2026, 11, 23, 8, 50, tzinfo=timezone(timedelta(hours=1)))
    clock = SimulatedClock(start, 20, lambda: seconds)
    assert clock.now() == start
    assert clock.now().tzinfo is UTC
    seconds = 101.5
    assert clock.now() == start + timedelta(seconds=30)


def test_speed_zero_stands_still():
    seconds = 0.0
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = SimulatedClock(start, 0, lambda: seconds)
    seconds = 5000.0
    assert clock.now() == start


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_a_speed_that_is_no_speed_is_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC), speed, lambda: 0.0)


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        SimulatedClock(datetime(2026, 1, 1), 1, lambda: 0.0)  # noqa: DTZ001


def test_a_job_of_every_minute_runs_on_the_minute():
    assert next_minute(datetime(2026, 1, 1, 8, 0, tzinfo=UTC)).minute == 0
    assert next_minute(datetime(2026, 1, 1, 8, 0, 0, 1, UTC)).minute == 1


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        # winter, UTC+1
        ("2026-11-23T07:59:00Z", "2026-11-23T08:00:00Z"),
        ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
        ("2026-11-23T12:00:30Z", "2026-11-23T12:01:00Z"),
        ("2026-11-23T15:59:00Z", "2026-11-23T15:59:00Z"),
        ("2026-11-23T15:59:01Z", "2026-11-24T08:00:00Z"),
        ("2026-11-23T18:40:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-23T23:30:00Z", "2026-11-24T08:00:00Z"),
        # summer, UTC+2
        ("2026-07-01T06:00:00Z", "2026-07-01T07:00:00Z"),
        ("2026-07-01T15:00:00Z", "2026-07-02T07:00:00Z"),
        # the night to summer time: 09:00 comes an hour sooner
        ("2026-03-28T17:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-03-29T00:30:00Z", "2026-03-29T07:00:00Z"),
        # the night to winter time: 09:00 comes an hour later
        ("2026-10-24T17:00:00Z", "2026-10-25T08:00:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T08:00:00Z"),
        ("2026-10-25T07:30:00Z", "2026-10-25T08:00:00Z"),
        # the window is open on Saturdays and Sundays too
        ("2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z"),
    ],
)
def test_the_send_window_is_nine_to_five_in_oslo(after, opens):
    assert next_daytime_minute(datetime.fromisoformat(after)) == datetime.fromisoformat(opens)


def test_the_wall_clock_of_oslo_is_told_in_utc():
    assert oslo(date(2026, 11, 23), "08:50") == datetime(2026, 11, 23, 7, 50, tzinfo=UTC)
    assert oslo(date(2026, 7, 1), "08:50:30") == datetime(2026, 7, 1, 6, 50, 30, tzinfo=UTC)
