import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from sms_monitor.core.errors import (
    BadRequest,
    Forbidden,
    InvalidBody,
    NotFound,
    RateLimited,
    ServerError,
    SignInError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from sms_monitor.core.models import OrderStatus, ProcessingStatus
from sms_monitor.core.order import Order
from sms_monitor.core.schedule import OPEN_FLOOR, SMS_A_SECOND, next_delay
from tests.core.orders import ORDER, order, summary
from tests.core.rows import NOW, sms

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENING = NOW + 10 * HOUR
"""22:00 in Oslo, eleven hours before the send window opens."""


def delay(known, interval=15.0, now=NOW, chance=0.5):
    return next_delay(known, interval, now, chance)


def failed(error, times, *, known=None):
    return replace(known or Order(ORDER), error=error, failures=times)


def seconds(number):
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("status", "age", "expected"),
    [
        # it moves: as often as was asked for, then as the root of the time it stood still
        ("Sending", seconds(0), 15),
        ("Accepted", seconds(11), 15),
        ("Accepted", seconds(100), 44),
        ("Accepted", seconds(185), 59.85),
        ("Accepted", seconds(200), 60),
        ("Accepted", 40 * HOUR, 60),
        ("Sending", 3 * HOUR, 60),
        ("Paused", 50 * HOUR, 60),
        ("New", seconds(100), 44),
        # it is over: seldom, and after a day hardly ever
        ("Delivered", seconds(5), 900),
        ("Failed", 23 * HOUR, 900),
        ("Delivered", DAY, 3600),
        ("Sending", 60 * HOUR, 3600),
        ("Delivered", 7 * DAY - HOUR, 3600),
        # and after a week only a person asks
        ("Delivered", 7 * DAY, math.inf),
        ("Failed", 300 * DAY, math.inf),
        # the server's clock is ahead of what it wrote
        ("Sending", seconds(-30), 15),
        ("Delivered", seconds(-30), 900),
    ],
)
def test_an_order_is_asked_as_often_as_it_is_likely_to_change(status, age, expected):
    assert delay(order(sms(status, NOW - age))) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("status", "age", "expected"),
    [
        ("Sending", seconds(0), 2),
        ("Accepted", seconds(20), 2),
        ("Accepted", seconds(60), 6),
        ("Accepted", seconds(300), 30),
        ("Accepted", HOUR, 60),
        ("Delivered", seconds(5), 900),
    ],
)
def test_the_order_on_the_screen_is_asked_often_while_it_moves(status, age, expected):
    on_screen = order(sms(status, NOW - age))
    assert next_delay(on_screen, 15.0, NOW, 0.5, 2.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (EVENING, 300),
        (EVENING + 10 * HOUR, 300),
        (EVENING + 11 * HOUR - seconds(200), 200),
        (EVENING + 11 * HOUR - seconds(14), 15),
        (EVENING + 11 * HOUR - seconds(1), 15),
    ],
)
def test_what_waits_for_the_window_is_asked_seldom_until_it_opens(now, expected):
    waiting = order(sms("New", EVENING), sms("Delivered", EVENING, id="done"), now=now)
    assert delay(waiting, now=now) == pytest.approx(expected)


def test_one_sms_on_its_way_makes_the_order_a_moving_one():
    mixed = order(sms("New", EVENING), sms("Sending", EVENING, id="moves"), now=EVENING)
    assert delay(mixed, now=EVENING) == 15


def explained(status, channel=None):
    """An order without SMS, of which the API says why."""
    why = OrderStatus(ORDER, ProcessingStatus(status), notification_channel=channel)
    return Order(ORDER).after_answer(summary(), why, NOW, 0.0)[0]


@pytest.mark.parametrize(
    "known",
    [
        order(),
        Order(ORDER),
        *map(explained, ("Registered", "Processing", "Completed", "Paused")),
        *(explained("Registered", channel) for channel in ("Sms", "EmailPreferred", "Fax")),
        *(explained("Completed", channel) for channel in ("SmsPreferred", "EmailAndSms")),
    ],
)
def test_an_order_without_sms_is_asked_a_little_less_often(known):
    assert delay(known) == 60


@pytest.mark.parametrize(
    "known",
    [
        explained("Cancelled"),
        explained("SendConditionNotMet"),
        explained("Cancelled", "Sms"),
        explained("Registered", "Email"),
        explained("Completed", "Email"),
    ],
)
def test_an_order_that_will_never_have_sms_is_asked_seldom(known):
    assert delay(known) == 60 * 15
    assert delay(known, 5.0) == 60 * 15
    assert delay(known, 30.0) == 60 * 30


def test_an_order_with_sms_is_asked_at_their_pace_whatever_the_order_says():
    known = explained("Cancelled").after_answer(summary(sms("Sending")), None, NOW, 1.0)[0]
    assert delay(known) == 15


QUIET = (order(sms("Delivered")), order(sms("Accepted", NOW - 40 * HOUR)))


@pytest.mark.parametrize("interval", [30.0, 60.0])
def test_a_longer_interval_stretches_every_pace(interval):
    for known in (order(), order(sms("Sending", NOW)), *QUIET):
        assert delay(known, interval) == pytest.approx(delay(known, 15.0) * interval / 15)


def test_a_shorter_interval_is_for_what_moves_and_not_for_what_is_quiet():
    for known in QUIET:
        assert delay(known, 3.0) == delay(known, 15.0)
    for known in (order(), order(sms("Sending", NOW))):
        assert delay(known, 3.0) == delay(known, 15.0) / 5


@pytest.mark.parametrize(
    "error", [Unreachable, TimedOut, ServerError, InvalidBody, RateLimited, SignInError,
              Unauthorized, Forbidden],
)  # fmt: skip
def test_trouble_on_the_way_doubles_the_delay_up_to_a_cap(error):
    delays = [delay(failed(error("No.", "Wait."), n)) for n in range(1, 11)]
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert delay(failed(error("No.", "Wait."), 5000)) == 300


@pytest.mark.parametrize("error", [NotFound, BadRequest])
def test_an_order_that_is_refused_is_asked_slowly_from_the_start(error):
    delays = [delay(failed(error("No.", "Look."), n)) for n in range(1, 6)]
    assert delays == [60, 120, 240, 300, 300]


def test_trouble_sets_the_pace_whatever_the_rows_say():
    error = Unreachable("No.", "Wait.")
    assert delay(failed(error, 1, known=order(sms("Delivered")))) == 2
    assert delay(failed(error, 9, known=order(sms("Sending")))) == 300


@pytest.mark.parametrize(("asked", "times"), [(0.5, 1), (17, 1), (17, 4), (299, 1), (3600, 2)])
def test_what_the_server_asked_for_is_never_undercut(asked, times):
    error = RateLimited("Slower.", "Wait.", retry_after=asked)
    for chance in (0.0, 0.3, 0.5, 0.999):
        assert delay(failed(error, times), chance=chance) >= asked


def test_what_the_server_asked_for_is_spread_upwards_only():
    error = ServerError("503.", "Wait.", retry_after=1000)
    delays = [delay(failed(error, 1), chance=chance) for chance in (0.0, 0.25, 0.5, 0.75)]
    assert delays == pytest.approx([1000, 1025, 1050, 1075])


@pytest.mark.parametrize(
    ("asked", "chance", "expected"),
    [(280, 0.0, 280), (280, 0.5, 300), (299, 0.5, 313.95), (299, 0.0, 299), (250, 0.75, 315)],
)
def test_the_longer_of_the_back_off_and_what_was_asked_for_counts(asked, chance, expected):
    error = RateLimited("Slower.", "Wait.", retry_after=asked)
    assert delay(failed(error, 9), chance=chance) == pytest.approx(expected)


@pytest.mark.parametrize(
    "known",
    [
        order(sms("Delivered")),
        order(sms("Accepted", NOW - HOUR)),
        order(),
        failed(Unreachable("No.", "Wait."), 3),
        failed(NotFound("No.", "Look."), 1),
    ],
)
def test_delays_are_spread_a_tenth_either_way(known):
    rng = random.Random(9)
    middle = delay(known)
    spread = [delay(known, chance=rng.random()) for _ in range(500)]
    assert min(spread) >= 0.9 * middle
    assert max(spread) <= 1.1 * middle
    assert max(spread) - min(spread) > 0.15 * middle
    assert delay(known, chance=0.0) == pytest.approx(0.9 * middle)


def test_a_large_order_is_asked_the_less_often_the_larger_it_is() -> None:
    def delay(count):
        rows = [sms("Accepted", NOW, id=str(n)) for n in range(count)]
        return next_delay(order(*rows), 5.0, NOW, 0.5, OPEN_FLOOR)

    assert delay(100) == OPEN_FLOOR
    assert delay(20_000) == 20_000 / SMS_A_SECOND == 10.0
