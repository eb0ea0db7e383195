from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.moments import parse_moment, written_moment

NOW = datetime(2026, 6, 22, 10, 0, 30, tzinfo=UTC)
"""12:00:30 in Oslo."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("11:30", datetime(2026, 6, 22, 9, 30, tzinfo=UTC)),
        ("12:00:30", NOW),
        ("12:01", datetime(2026, 6, 21, 10, 1, tzinfo=UTC)),
        (" 00:00 ", datetime(2026, 6, 21, 22, 0, tzinfo=UTC)),
        ("2026-06-20T13:55", datetime(2026, 6, 20, 11, 55, tzinfo=UTC)),
        ("2026-06-20 13:55:01", datetime(2026, 6, 20, 11, 55, 1, tzinfo=UTC)),
        ("2026-01-20", datetime(2026, 1, 19, 23, 0, tzinfo=UTC)),
        ("2026-06-20T13:55Z", datetime(2026, 6, 20, 13, 55, tzinfo=UTC)),
        ("Sun 11:00", datetime(2026, 6, 21, 9, 0, tzinfo=UTC)),
        ("mon12:00", datetime(2026, 6, 22, 10, 0, tzinfo=UTC)),
        ("Mon12:01", datetime(2026, 6, 15, 10, 1, tzinfo=UTC)),
        ("2h", NOW - timedelta(hours=2)),
        ("30m", NOW - timedelta(minutes=30)),
        ("3d", NOW - timedelta(days=3)),
    ],
)
def test_a_moment_is_read(text, moment):
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "last", "Mon", "Monday", "25:00", "2026-13-01", "h", "1:2:3:4", "0001-01-01"]
)
def test_what_is_no_moment_is_told(text):
    with pytest.raises(ValueError, match="needs a time such as"):
        parse_moment(text, NOW)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOW, "12:00"),
        (NOW - timedelta(hours=3), "09:00"),
        (NOW - timedelta(hours=23), "13:00"),
        (NOW - timedelta(hours=25), "Sun11:00"),
        (NOW - timedelta(days=6, hours=23), "Mon13:00"),
        (NOW - timedelta(days=8), "2026-06-14T12:00"),
    ],
)
def test_a_moment_is_written_so_that_it_is_read_again(at, text):
    assert written_moment(at, NOW) == text
    assert at - timedelta(minutes=1) < parse_moment(text, NOW) <= at
