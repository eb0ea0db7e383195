from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from sms_monitor.core.phase import FAULTS, SETTLED, Phase, standing, valid_until
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.rows import sms

OSLO = ZoneInfo("Europe/Oslo")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def oslo(text):
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def phase(status, since, now):
    return standing(sms(status, since), now).phase


@pytest.mark.parametrize(
    ("status", "since", "now", "expected", "until"),
    [
        # the evening's order waits for the morning
        ("New", "2026-06-22T20:00", "2026-06-22T20:00", Phase.WAITING, "2026-06-23T09:00"),
        ("New", "2026-06-22T20:00", "2026-06-23T08:59", Phase.WAITING, "2026-06-23T09:00"),
        ("New", "2026-06-22T20:00", "2026-06-23T09:00", Phase.IN_FLIGHT, "2026-06-23T11:00"),
        ("New", "2026-06-22T20:00", "2026-06-23T11:00", Phase.STUCK, "2026-06-25T09:00"),
        ("New", "2026-06-22T20:00", "2026-06-25T09:00", Phase.DEAD, None),
        # late in the day it has no two hours left
        ("New", "2026-06-22T16:00", "2026-06-22T16:59", Phase.IN_FLIGHT, "2026-06-22T17:00"),
        ("New", "2026-06-22T16:00", "2026-06-22T17:00", Phase.WAITING, "2026-06-23T09:00"),
        ("New", "2026-06-22T16:00", "2026-06-23T09:59", Phase.IN_FLIGHT, "2026-06-23T10:00"),
        ("New", "2026-06-22T16:00", "2026-06-23T10:00", Phase.STUCK, "2026-06-24T16:00"),
        # what is stuck stays so after hours
        ("New", "2026-06-22T10:00", "2026-06-22T22:00", Phase.STUCK, "2026-06-24T10:00"),
        ("New", "2026-06-22T10:00", "2026-06-24T11:00", Phase.DEAD, None),
        # handing over to the gateway does not mind the window
        ("Sending", "2026-06-22T20:00", "2026-06-22T21:59", Phase.IN_FLIGHT, "2026-06-22T22:00"),
        ("Sending", "2026-06-22T10:00", "2026-06-22T12:01", Phase.STUCK, "2026-06-24T10:00"),
        ("Sending", "2026-06-22T10:00", "2026-06-24T09:59", Phase.STUCK, "2026-06-24T10:00"),
        ("Sending", "2026-06-22T10:00", "2026-06-24T10:00", Phase.DEAD, None),
        # the expiry job still ends what is accepted, so it is never dead
        ("Accepted", "2026-06-22T10:00", "2026-06-22T13:59", Phase.IN_FLIGHT, "2026-06-22T14:00"),
        ("Accepted", "2026-06-22T10:00", "2026-06-22T14:00", Phase.STUCK, None),
        ("Accepted", "2026-06-22T10:00", "2026-12-24T10:00", Phase.STUCK, None),
        # our clock is behind the server's
        ("New", "2026-06-22T10:05", "2026-06-22T10:00", Phase.IN_FLIGHT, "2026-06-22T12:05"),
        ("Sending", "2026-06-22T10:05", "2026-06-22T10:00", Phase.IN_FLIGHT, "2026-06-22T12:05"),
        # C#'s DateTime.MinValue
        ("New", "0001-01-01T01:00", "2026-06-22T10:00", Phase.DEAD, None),
    ],
)
def test_a_phase_follows_from_status_age_window_and_validity(status, since, now, expected, until):
    result = standing(sms(status, oslo(since)), oslo(now))
    assert result.phase is expected
    assert result.until == (until and oslo(until))


def test_a_new_sms_past_its_validity_is_dead_and_an_accepted_one_is_not():
    since = oslo("2026-06-22T10:00")
    assert phase("New", since, since + 49 * HOUR) is Phase.DEAD
    assert phase("Accepted", since, since + 49 * HOUR) is Phase.STUCK


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((s, Phase.FAILED) for s in STATUS_CLASS if s.startswith("Failed")),
        ("Failed_TTL", Phase.FAILED),
        ("Failed_Eaten", Phase.FAILED),
        ("Delivered", Phase.CONFIRMED),
        ("Paused", Phase.UNKNOWN),
        ("", Phase.UNKNOWN),
    ],
)
@pytest.mark.parametrize("age", [timedelta(0), 3 * HOUR, 50 * HOUR, timedelta(days=900)])
def test_what_is_over_or_unknown_stays_so_whatever_its_age(status, expected, age):
    now = oslo("2026-06-22T20:00")
    assert standing(sms(status, now - age), now) == (expected, None)


def test_every_phase_is_a_fault_or_normal_and_settled_or_not():
    assert {Phase.FAILED, Phase.DEAD, Phase.STUCK} == FAULTS
    assert {Phase.FAILED, Phase.DEAD, Phase.CONFIRMED} == SETTLED
    assert len(Phase) == 7


# a second opinion, which counts minutes instead of reasoning about openings


class Minutes:
    """Every minute of the ten days around a day, and whether SMS are sent in it."""

    def __init__(self, day):
        self.start = oslo(f"{day}T00:00") - timedelta(days=4)
        moments = [self.start + n * MINUTE for n in range(10 * 24 * 60)]
        self.open = [9 <= m.astimezone(OSLO).hour < 17 for m in moments]
        self.opened = [0, *accumulate(self.open)]

    def at(self, moment):
        return (moment - self.start) // MINUTE

    def phase_of(self, status, since, now):
        a, b = self.at(since), self.at(now)
        sendable = next(n for n in range(a, len(self.open)) if self.open[n])
        if b >= sendable + 48 * 60:
            return Phase.DEAD
        if status == "Sending":
            return Phase.STUCK if b - a >= 120 else Phase.IN_FLIGHT
        if self.opened[b] - self.opened[a] >= 120:
            return Phase.STUCK
        return Phase.IN_FLIGHT if self.open[b] else Phase.WAITING


AGES = [0, 1, 59, 119, 120, 121, 8 * 60, 16 * 60, 18 * 60, 26 * 60, 2879, 2880, 2881, 64 * 60 + 5]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-06-22"])
@pytest.mark.parametrize("status", ["New", "Sending"])
def test_at_every_hour_around_a_change_of_clocks_the_phase_is_right(day, status):
    minutes = Minutes(day)
    for hour in range(72):
        since = oslo(f"{day}T00:00") - timedelta(days=1) + hour * HOUR + 7 * MINUTE
        for age in AGES:
            now = since + age * MINUTE
            expected = minutes.phase_of(status, since, now)
            assert phase(status, since, now) is expected, (since, age)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("status", ["New", "Sending", "Accepted", "Delivered", FAILED_TTL, "Odd"])
def test_a_phase_holds_until_it_says_and_not_longer(day, status):
    tick = timedelta(microseconds=1)
    for hour in range(48):
        now = since = oslo(f"{day}T00:00") + (hour - 24) * HOUR + 11 * MINUTE
        for _ in range(12):
            here = standing(sms(status, since), now)
            if here.until is None:
                assert phase(status, since, now + timedelta(days=30)) is here.phase
                break
            assert here.until > now
            assert standing(sms(status, since), here.until - tick) == here
            assert phase(status, since, here.until) is not here.phase
            now = here.until
        else:
            pytest.fail(f"{status} never came to rest")


@pytest.mark.parametrize(
    ("since", "end"),
    [
        ("2026-06-22T10:00", "2026-06-24T10:00"),
        ("2026-06-22T20:00", "2026-06-25T09:00"),
        ("2026-06-22T03:00", "2026-06-24T09:00"),
        # 48 hours are 48 hours, also when the clocks change
        ("2026-03-28T10:00", "2026-03-30T11:00"),
        ("2026-10-24T10:00", "2026-10-26T09:00"),
    ],
)
def test_validity_is_two_days_from_the_first_moment_it_could_be_sent(since, end):
    assert valid_until(oslo(since)) == oslo(end)
