from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.durations import age, duration, oslo_and_utc, oslo_time

S, M, H, D = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
NOON = datetime(2026, 6, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delta", "column", "sentence"),
    [
        (-5 * D, "now", "under 1 m"),
        (0 * S, "now", "under 1 m"),
        (59 * S, "now", "under 1 m"),
        (60 * S, "1m", "1 m"),
        (3 * M + 59 * S, "3m", "3 m"),
        (59 * M + 59 * S, "59m", "59 m"),
        (60 * M, "1h", "1 h"),
        (2 * H + 14 * M, "2h", "2 h 14 m"),
        (23 * H + 59 * M, "23h", "23 h 59 m"),
        (38 * H + 20 * M, "38h", "38 h"),
        (47 * H + 59 * M, "47h", "47 h"),
        (48 * H, "2d", "2 d"),
        (3 * D + 4 * H, "3d", "3 d 4 h"),
        (12 * D + 4 * H, "12d", "12 d"),
        (999 * D, "999d", "999 d"),
        (1000 * D, "2y", "1000 d"),
        (739_000 * D, ">99y", "739000 d"),
        (timedelta.max, ">99y", "999999999 d"),
        (timedelta.min, "now", "under 1 m"),
    ],
)
def test_a_length_of_time_is_short_in_a_column_and_plain_in_a_sentence(delta, column, sentence):
    assert age(delta) == column
    assert duration(delta) == sentence


def test_an_age_fits_four_cells_and_changes_at_most_once_a_minute():
    changes = 0
    for second in range(0, 3 * 24 * 3600, 20):
        text = age(timedelta(seconds=second))
        assert len(text) <= 4
        if second and text != age(timedelta(seconds=second - 20)):
            changes += 1
            assert second % 60 == 0
    assert (
        changes == 59 + 47 + 1
    )  # each minute of the first hour, each hour of two days, the third day


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOON + 2 * H + 19 * M + 2 * S, "14:19:02"),
        (NOON - 12 * H, "00:00:00"),
        (NOON - 12 * H - S, "Sun 23:59"),
        (NOON - 6 * D, "Tue 12:00"),
        (NOON - 7 * D, "2026-06-15"),
        (NOON + 12 * H, "Tue 00:00"),
        (NOON + 6 * D, "Sun 12:00"),
        (NOON + 7 * D, "2026-06-29"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01"),
    ],
)
def test_a_time_is_a_clock_today_a_day_this_week_and_a_date_beyond(at, text):
    assert oslo_time(at, NOON) == text


def test_midnight_is_oslos_not_utcs():
    assert oslo_time(NOON.replace(hour=21, minute=59), NOON) == "23:59:00"
    assert oslo_time(NOON.replace(hour=22, minute=1), NOON) == "Tue 00:01"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ((2026, 6, 20, 15, 30), "2026-06-20 17:30:00 Oslo (CEST) · 15:30:00 UTC"),
        ((2026, 1, 20, 15, 30), "2026-01-20 16:30:00 Oslo (CET) · 15:30:00 UTC"),
        ((2026, 6, 20, 22, 30), "2026-06-21 00:30:00 Oslo (CEST) · 2026-06-20 22:30:00 UTC"),
        # the hour that Oslo lives twice when summer time ends
        ((2026, 10, 25, 0, 30), "2026-10-25 02:30:00 Oslo (CEST) · 00:30:00 UTC"),
        ((2026, 10, 25, 1, 30), "2026-10-25 02:30:00 Oslo (CET) · 01:30:00 UTC"),
    ],
)
def test_a_time_in_full_names_both_clocks(at, text):
    assert oslo_and_utc(datetime(*at, tzinfo=UTC)) == text
