"""Requests for 1,000 orders over two days, against asking about each every few seconds.

Simulated with the program's own policy, `core.schedule.next_delay`. The orders begin within ten
minutes; 70 % have 1 SMS, 20 % have 10, 10 % have 100. 90 % of the SMS are final within half a
minute (lognormal, median 6 s), the others within 30 s to 48 h (evenly on a logarithmic scale); each
changes three times on the way. Fixed polling never stops and is tuned to the same median delay
between a change and the answer that shows it.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sms_monitor.core.models import Notification, Recipient, SendStatus, SmsSummary
from sms_monitor.core.order import Order
from sms_monitor.core.schedule import next_delay
from tests.bench.ratio import Ratio, Result, Scale, percentile

ORDERS = 1000
HOUR, DAY = 3600.0, 86_400.0
END = 2 * DAY
INTERVAL = 4.0
"""Seconds, so that the fixed polling it is held to is about every 5."""
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
STEPS = ("New", "Sending", "Accepted", "Delivered")


class Life:
    """One order: when each of its SMS changes, in seconds from the start."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.order = Order(f"{number:08x}-0000-4000-8000-000000000000")
        self.begins = chance.uniform(0, 600)
        size = chance.choices((1, 10, 100), (70, 20, 10))[0]
        self.sms = [self._changes(chance) for _ in range(size)]
        self.moments = sorted(at for changes in self.sms for at in changes)
        self._next = 0

    def _changes(self, chance: random.Random) -> tuple[float, float, float]:
        quick = chance.random() < 0.9
        lasts = chance.lognormvariate(math.log(6), 0.7) if quick else 0.0
        if not quick or lasts > 30:
            lasts = math.exp(chance.uniform(math.log(30), math.log(END)))
        ends = self.begins + lasts
        return self.begins + lasts / 3, self.begins + 2 * lasts / 3, ends

    def seen_at(self, now: float) -> list[float]:
        """Take in an answer at `now`; return how long ago each change it shows was."""
        delays = []
        while self._next < len(self.moments) and self.moments[self._next] <= now:
            delays.append(now - self.moments[self._next])
            self._next += 1
        if delays or self.order.summary is None:
            at = _time(now)
            summary = SmsSummary(self.order.order_id, tuple(self._rows(now)))
            self.order = self.order.after_answer(summary, None, at, now)[0]
        else:
            self.order = self.order.at(_time(now))
        return delays

    def _rows(self, now: float) -> Iterator[Notification]:
        for number, changes in enumerate(self.sms):
            done = sum(at <= now for at in changes)
            at = _time(changes[done - 1] if done else self.begins)
            status = SendStatus(STEPS[done], at)
            yield Notification(str(number), Recipient("+4740000000"), status)


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios and the delays."""
    count = min(ORDERS, scale.rows)
    lives = [Life(number, random.Random(number)) for number in range(count)]
    first_hour, both_days, delays = _asked_by_the_policy(lives)
    median = statistics.median(delays)
    # a change falls anywhere between two polls: half of the period is the median
    period = 2 * median
    orders = f"{count:,} orders"
    against = f"every {period:.1f} s"
    unit = "requests"
    hour = sum((HOUR - life.begins) / period for life in lives)
    days = sum((END - life.begins) / period for life in lives)
    yield Ratio(f"{orders}, first hour", against, first_hour, hour, unit, 0.05)
    yield Ratio(f"{orders}, two days", against, both_days, days, unit, 0.02)
    for share in (0.9, 0.99):
        late = percentile(delays, share)
        yield Ratio(
            f"{orders}, change to answer, p{100 * share:.0f}", against, late, share * period, "s"
        )


def _asked_by_the_policy(lives: list[Life]) -> tuple[int, int, list[float]]:
    """Return requests in the first hour and in all, and the delays in seconds."""
    chance = random.Random(1)
    due = [(life.begins, number) for number, life in enumerate(lives)]
    heapq.heapify(due)
    first_hour = both_days = 0
    delays: list[float] = []
    while due:
        now, number = heapq.heappop(due)
        if now > END:
            continue
        life = lives[number]
        both_days += 1
        first_hour += now <= HOUR
        delays += life.seen_at(now)
        delay = next_delay(life.order, INTERVAL, _time(now), chance.random())
        heapq.heappush(due, (now + delay, number))
    return first_hour, both_days, delays


def _time(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
