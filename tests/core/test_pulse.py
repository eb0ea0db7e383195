from dataclasses import replace
from datetime import timedelta

import pytest

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.patterns import LATELY_STEPS, NO_CODE, NO_NUMBER, STEP, Patterns
from sms_monitor.core.phase import Phase
from sms_monitor.core.pulse import (
    Rates,
    breakdown,
    failures_lately,
    order_pulse,
    ranking,
    span_of,
    step_end,
)
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.verdict import Kind
from sms_monitor.simulator.clock import oslo as sim_oslo
from tests.core.orders import board, order
from tests.core.rows import NOW, sms
from tests.core.test_verdict import DAYS, HOUR, MINUTE, Day, failing, many

NONE = (0,) * LATELY_STEPS


def named(shares):
    return [(share.name, share.failed) for share in shares]


# a whole day in the simulator


def test_the_days_order_at_three_times_the_median_is_first_and_one_of_three_is_not_flagged():
    now = sim_oslo(DAYS[0], "15:00")
    known = Day(DAYS[0]).look(now)
    drift = known["DRIFT-2"]
    assert drift.tally[Phase.FAILED] >= 5
    usual = drift.tally.failure_rate / 3
    unlucky = failing(1, 3, order_id="one-of-three")
    watched = Board({o.order_id: o for o in (unlucky, *known.values())})
    ranked = ranking(watched, now, median_rate=usual)
    assert ranked[0] == drift.order_id
    first, last = (order_pulse(o, now, median_rate=usual) for o in (drift, unlucky))
    assert first.verdict.abnormal and first.verdict.flagged
    assert "100 failed with Failed within 10 minutes" in first.verdict.reason.en
    assert not last.verdict.flagged
    assert last.rates == Rates(failed=1 / 3, confirmed=2 / 3)
    # of what failed more than three times as often as that, nothing is abnormal any more
    assert not order_pulse(drift, now, median_rate=usual * 1.01).verdict.abnormal


def test_the_days_failures_stand_where_they_happened():
    played = Day(DAYS[0])
    now = sim_oslo(DAYS[0], "11:30")
    drift = played.look(now)["DRIFT-2"]
    counts = failures_lately([drift], now)
    assert sum(counts) == drift.tally[Phase.FAILED] == 103
    first = next(step for step, count in enumerate(counts) if count)
    assert span_of(first, now)[0] == sim_oslo(DAYS[0], "11:00")
    assert counts[first] >= 100
    # the import failed from 10:00; all together is what the orders are one by one
    orders = list(played.look(now).values())
    each = [failures_lately([one], now) for one in orders]
    assert failures_lately(orders, now) == tuple(map(sum, zip(*each, strict=True)))
    assert failures_lately(orders, now) != counts
    assert failures_lately(orders, now + 4 * HOUR) == NONE


def test_the_days_failures_by_reason_class_and_country():
    now = sim_oslo(DAYS[0], "15:00")
    known = Day(DAYS[0]).look(now)
    found = breakdown([known["IMPORT-1"]])
    assert named(found.reasons) == [
        ("Failed_InvalidRecipient", 36),
        ("Failed_BarredReceiver", 12),
        ("Failed_RecipientNotIdentified", 8),
    ]
    assert named(found.classes) == [("number", 48), ("register", 8)]
    for shares in (found.reasons, found.classes, found.countries):
        assert sum(share.failed for share in shares) == 56
        assert sum(share.share for share in shares) == pytest.approx(1)
    assert found.classes[0].share == 48 / 56
    together = breakdown(known.values())
    assert named(together.reasons)[:2] == [("Failed", 100), ("Failed_InvalidRecipient", 36)]
    assert sum(share.failed for share in together.countries) == 56 + 103 + 1


# the arithmetic


@pytest.mark.parametrize(
    ("ago", "step"),
    [
        (0 * MINUTE, -1),
        (2 * MINUTE, -1),
        (2 * MINUTE + timedelta(milliseconds=1), -2),
        (7 * MINUTE, -2),
        (117 * MINUTE, 0),
        (118 * MINUTE, None),
        (5 * HOUR, None),
        # a server whose clock is ahead of what we make of it, but not by a step
        (-2 * MINUTE, -1),
        (-3 * MINUTE, None),
    ],
)
def test_a_failure_stands_in_the_step_of_the_clock_it_happened_in(ago, step):
    now = NOW + 2 * MINUTE  # 12:02 in Oslo
    known = order(sms("Failed_Expired", now - ago), sms("Delivered", now, id="b"))
    counts = failures_lately([known], now)
    assert len(counts) == LATELY_STEPS
    assert sum(counts) == (0 if step is None else 1)
    assert step is None or counts[step] == 1


def test_counts_stay_in_their_places_until_the_next_step_begins():
    known = order(*many("Failed", 30, NOW - HOUR, apart=MINUTE))
    counts = failures_lately([known], NOW)
    assert failures_lately([known], NOW + STEP - timedelta(milliseconds=1)) == counts
    assert failures_lately([known], NOW + STEP) == (*counts[1:], 0)
    # and a clock that is put back finds them again
    assert failures_lately([known], NOW) == counts


def test_the_steps_are_those_of_the_clock():
    assert step_end(NOW) == NOW + STEP
    assert span_of(LATELY_STEPS - 1, NOW + 4 * MINUTE) == (NOW, NOW + STEP)
    assert span_of(0, NOW + 4 * MINUTE)[0] == NOW + STEP - 2 * HOUR


def test_countries_are_told_by_their_code_and_what_has_none_apart():
    numbers = ["+4799999999", "0047 99 99 99 98", "99999997", "+358401234567", "+999999999999",
               "12", "", None]  # fmt: skip
    rows = [sms("Failed", NOW, number, id=str(n)) for n, number in enumerate(numbers)]
    found = breakdown([order(*rows, sms("Delivered", NOW, "+46701234567", id="x"))])
    assert dict(named(found.countries)) == {"+47": 3, NO_CODE: 2, NO_NUMBER: 2, "+358": 1}


def test_equals_stand_by_name():
    rows = [sms(status, id=status) for status in ("Failed_Undelivered", FAILED_TTL, "Failed")]
    found = breakdown([order(*rows)])
    assert named(found.reasons) == [("Failed", 1), (FAILED_TTL, 1), ("Failed_Undelivered", 1)]
    assert found.classes[0].share == pytest.approx(1 / 3)


def test_nothing_is_made_of_nothing():
    silent = Order("x")
    calm = order(*many("Delivered", 5))
    for orders in ([], [silent], [calm]):
        assert failures_lately(orders, NOW) == NONE
        assert breakdown(orders).reasons == breakdown(orders).countries == ()
    assert order_pulse(silent, NOW).rates == Rates(None, None)
    assert order_pulse(order(*many("Accepted", 5)), NOW).rates == Rates(None, 0.0)
    assert order_pulse(silent, NOW).verdict.kind is Kind.NOT_READ
    assert ranking(Board(), NOW) == []


def test_equals_keep_the_order_of_the_watch_list():
    calm = [order(*many("Delivered", 5), order_id=key) for key in "cab"]
    assert ranking(board(*calm), NOW) == ["c", "a", "b"]


class Watched(dict):
    """Rows that count how often somebody goes through them."""

    looks = 0

    def values(self):
        Watched.looks += 1
        return CountedRows(super().values())


class CountedRows:
    """Goes through rows, and counts it."""

    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        Watched.looks += 1
        return iter(self.rows)


def test_the_rows_are_gone_through_once_whatever_is_painted():
    known = order(*many("Failed", 30, NOW - HOUR), *many("Delivered", 500, first=100))
    rows = Watched(known.rows)
    known = replace(known, rows=rows, patterns=Patterns(rows))
    Watched.looks = 0
    for second in range(600):
        failures_lately([known], NOW + timedelta(seconds=second))
        breakdown([known])
        order_pulse(known, NOW + timedelta(seconds=second))
    assert Watched.looks <= 4
