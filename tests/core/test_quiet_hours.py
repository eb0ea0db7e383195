from datetime import UTC, datetime, time

import pytest

from sms_monitor.core.quiet_hours import QuietHours, parse_quiet_hours
from sms_monitor.core.send_window import OSLO


def oslo(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=OSLO, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (6, 59, True), (7, 0, False), (12, 0, False)],
)
def test_a_night_goes_on_after_midnight(hour, minute, quiet):
    night = parse_quiet_hours("22-07")
    for month in (1, 7):
        assert night.cover(oslo(2026, month, 15, hour, minute)) is quiet


def test_hours_of_one_day_end_the_same_day():
    noon = parse_quiet_hours("11:30-12:15")
    assert [noon.cover(oslo(2026, 1, 15, *t)) for t in ((11, 29), (11, 30), (12, 15))] == [
        False,
        True,
        False,
    ]


def test_the_night_that_summer_time_makes_shorter_ends_at_the_same_hour():
    # 2026-03-29 02:00 is 03:00
    night = parse_quiet_hours("22-03")
    assert night.cover(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert not night.cover(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert parse_quiet_hours("22-07").cover(datetime(2026, 3, 29, 4, 59, tzinfo=UTC))
    assert not parse_quiet_hours("22-07").cover(datetime(2026, 3, 29, 5, 0, tzinfo=UTC))


def test_the_hour_that_winter_time_repeats_is_quiet_both_times():
    # 2026-10-25 03:00 is 02:00 again
    night = parse_quiet_hours("22-02:30")
    assert night.cover(oslo(2026, 10, 25, 2, 10)) and night.cover(oslo(2026, 10, 25, 2, 10, fold=1))
    assert not night.cover(oslo(2026, 10, 25, 2, 40))
    assert not night.cover(oslo(2026, 10, 25, 2, 40, fold=1))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22-07", QuietHours(time(22), time(7))),
        (" 22:30 - 6:05 ", QuietHours(time(22, 30), time(6, 5))),
        ("17-24", QuietHours(time(17), time(0))),
    ],
)
def test_they_are_read_as_they_are_written(text, hours):
    assert parse_quiet_hours(text) == hours
    assert parse_quiet_hours(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "two times in Oslo"),
        ("22", "two times in Oslo"),
        ("25-07", "no clock shows"),
        ("22:60-07", "no clock shows"),
        ("24:30-07", "no clock shows"),
        ("07-07", "begins when it ends"),
        ("00-24", "begins when it ends"),
    ],
)
def test_what_is_no_two_times_is_refused_with_what_it_should_be(text, why):
    with pytest.raises(ValueError, match=why):
        parse_quiet_hours(text)
