"""How the watched orders do: the most abnormal first, when failures came, and of what kind.

All is worked out from the rows: when an SMS failed is its own `last_update`, so that no
history is needed. What takes a look at every row is kept by the order's `patterns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.patterns import LATELY_STEPS, STEP
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import status_class
from sms_monitor.core.tally import Tally
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds
from sms_monitor.core.verdict import Verdict, by_abnormality, verdict

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Rates(NamedTuple):
    """Shares, 0 to 1; None when there is nothing to take a share of."""

    failed: float | None
    """Of the SMS that are final by the API."""
    confirmed: float | None
    """Of all SMS."""

    @classmethod
    def of(cls, tally: Tally) -> Rates:
        """Return the rates of an order, or of all orders together."""
        generated = tally.generated
        confirmed = tally[Phase.CONFIRMED] / generated if generated else None
        return cls(tally.failure_rate, confirmed)


class Share(NamedTuple):
    """A part of the SMS that failed."""

    name: str
    failed: int
    share: float
    """Of all that failed, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The SMS that failed, in three ways, each with the largest part first.

    Each adds up to all of them; () when none failed.
    """

    reasons: tuple[Share, ...]
    """By status."""
    classes: tuple[Share, ...]
    """By where the cause lies."""
    countries: tuple[Share, ...]
    """By country code, as `patterns.failed_by_country` names them."""


@dataclass(frozen=True, slots=True)
class OrderPulse:
    """How one order does at one moment."""

    order: Order
    verdict: Verdict
    rates: Rates
    failures: tuple[int, ...]
    """As `failures_lately` returns them."""


def order_pulse(
    order: Order,
    now: datetime,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    median_rate: float | None = None,
) -> OrderPulse:
    """Return how `order` does at `now` (UTC); `median_rate` as for `verdict`."""
    found = verdict(order, now, thresholds, median_rate)
    return OrderPulse(order, found, Rates.of(order.tally), failures_lately([order], now))


def ranking(
    board: Board,
    now: datetime,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    median_rate: float | None = None,
) -> list[str]:
    """Return the order ids, the most abnormal first; see `by_abnormality`."""
    ranked = by_abnormality(board, now, thresholds, median_rate)
    return [order.order_id for order, _ in ranked]


def failures_lately(orders: Iterable[Order], now: datetime) -> tuple[int, ...]:
    """Return how many SMS of `orders` failed in each `STEP` of the last two hours, oldest first.

    The steps are those of the clock (14:20, 14:25), so that a count stays in its place until
    the next one begins; the last step is the one that `now` is in.
    """
    end = step_end(now)
    counts = [o.patterns.failed_lately(end) for o in orders if o.tally[Phase.FAILED]]
    return tuple(map(sum, zip(*counts, strict=True))) if counts else (0,) * LATELY_STEPS


def step_end(now: datetime) -> datetime:
    """Return when the step of the clock that `now` is in ends."""
    return now + STEP - (now - _EPOCH) % STEP


def breakdown(orders: Iterable[Order]) -> Breakdown:
    """Return of what kind the failures of all `orders` together are."""
    reasons: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for order in orders:
        if order.tally[Phase.FAILED]:
            reasons.update(order.tally.failures)
            countries.update(order.patterns.failed_by_country)
    classes: Counter[str] = Counter()
    for status, count in reasons.items():
        classes[status_class(status)] += count
    return Breakdown(_shares(reasons), _shares(classes), _shares(countries))


def span_of(step: int, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when a step of `failures_lately` is, UTC."""
    end = step_end(now) - (LATELY_STEPS - 1 - step) * STEP
    return end - STEP, end


def _shares(counts: Mapping[str, int]) -> tuple[Share, ...]:
    total = sum(counts.values())
    # by name among equals: nothing changes places without a reason
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Share(name, count, count / total) for name, count in ordered)
