"""What was seen of the SMS of an order over time, and how the order looked at any moment of it.

The API keeps the last status only; this is made from what programs of ours have seen.
`last_update` says when the server changed an SMS, `seen_at` when one of us first knew.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sms_monitor.core.board import Board
from sms_monitor.core.diff import Transition
from sms_monitor.core.lazy import lazy
from sms_monitor.core.models import Notification, OrderStatus, SmsSummary
from sms_monitor.core.order import Order
from sms_monitor.core.status import is_failed


class Sight(NamedTuple):
    """One SMS as some answer showed it, when it had not been seen like this before."""

    notification_id: str
    notification: Notification | None
    """None when the API no longer listed it."""
    seen_at: datetime
    """UTC by the server's clock; of several programs that saw it, the first one's."""
    unseen_since: datetime | None = None
    """The answer before this one, when so long passed in between that nobody can have been
    looking; None when somebody was."""


# no slots: `moments` is worked out once
@dataclass(frozen=True)
class OrderRecord:
    """All that is kept of one order."""

    order_id: str
    senders_reference: str | None
    first_seen_at: datetime
    """The first answer about it, UTC."""
    sights: tuple[Sight, ...]
    """By `seen_at`; those of one SMS in the order in which the server made them."""
    succeeded: tuple[tuple[datetime, int], ...] = ()
    """The API's own count, from when on it was seen."""

    @lazy
    def moments(self) -> tuple[datetime, ...]:
        """When something new was seen, each once, sorted; the first is the first answer."""
        return tuple(sorted({self.first_seen_at, *(sight.seen_at for sight in self.sights)}))


class Step(NamedTuple):
    """One status in the life of an SMS."""

    status: str | None
    """As people should see it; None while it was not listed."""
    since: datetime
    """When the server gave it this status, as far as anybody saw; UTC. For None: when it was
    missed."""
    until: datetime | None
    """When it gave it the next one; None for the last."""
    seen_at: datetime
    unseen_since: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """How long it had the status, up to `now` when it still has; never negative."""
        return max((self.until or now) - self.since, timedelta(0))


class Delivery(NamedTuple):
    """How long delivery took, of the SMS that were seen before and after it."""

    median: timedelta
    slow: timedelta
    """The 95th percentile."""
    sms: int
    """How many this is about."""


def in_server_order(sights: Iterable[Sight]) -> tuple[Sight, ...]:
    """Return the sights of one SMS, given as the server made them, fit to be sorted by `seen_at`.

    Two programs may see two changes the other way round; what came before a thing that was
    seen is taken as seen by then.
    """
    kept: list[Sight] = []
    for sight in reversed(tuple(sights)):
        seen_at = min(sight.seen_at, kept[-1].seen_at) if kept else sight.seen_at
        kept.append(sight if seen_at == sight.seen_at else sight._replace(seen_at=seen_at))
    return tuple(reversed(kept))


def order_at(
    record: OrderRecord, at: datetime, label: str = "", order_status: OrderStatus | None = None
) -> Order:
    """Return the order as it was known at `at`, judged then; without answer when it was not.

    `order_status` is what is known today of why it has no SMS; taken when it had none then.
    """
    order = Order(record.order_id, label)
    if at < record.first_seen_at:
        return order
    known: dict[str, Notification] = {}
    for sight in record.sights[: bisect_right(record.sights, at, key=lambda one: one.seen_at)]:
        if sight.notification is None:
            known.pop(sight.notification_id, None)
        else:
            known[sight.notification_id] = sight.notification
    counted = [count for seen_at, count in record.succeeded if seen_at <= at]
    summary = SmsSummary(
        order_id=record.order_id,
        notifications=tuple(known.values()),
        succeeded=counted[-1] if counted else 0,
        senders_reference=record.senders_reference,
    )
    # no seconds have passed since: freshness means nothing in the past
    return order.after_answer(summary, order_status, at, 0.0)[0]


def board_at(
    records: Iterable[OrderRecord], live: Board, at: datetime, near: Board | None = None
) -> Board:
    """Return the orders of `live` as they were known at `at`, judged then.

    `near` is the board of another moment: orders that looked the same then are taken from it.
    """
    by_id = {record.order_id: record for record in records}
    orders = {}
    for order_id, order in live.orders.items():
        record = by_id.get(order_id)
        if record is None:
            orders[order_id] = Order(order_id, order.label, note=order.note)
            continue
        known = near.orders.get(order_id) if near is not None else None
        if known is not None and known.answered_at is not None and _same(record, known, at):
            then = known.at(at)
        else:
            then = order_at(record, at, order.label, order.order_status)
        # what a person wrote about it is of no time
        orders[order_id] = replace(then, note=order.note)
    return replace(live, orders=orders, news=())


def _same(record: OrderRecord, known: Order, at: datetime) -> bool:
    assert known.answered_at is not None
    moments = record.moments
    place = bisect_right(moments, at)
    return place > 0 and place == bisect_right(moments, known.answered_at)


def moments_of(records: Iterable[OrderRecord]) -> tuple[datetime, ...]:
    """Return when anything new was seen of any of `records`, each moment once, sorted."""
    return tuple(sorted({moment for record in records for moment in record.moments}))


def neighbour(moments: Sequence[datetime], at: datetime, step: int) -> datetime | None:
    """Return the moment `step` places after `at`, before it when negative; None past the ends.

    `moments` is sorted; `at` need not be one of them, and `step` is not 0.
    """
    place = bisect_right(moments, at) - 1 + step if step > 0 else bisect_left(moments, at) + step
    return moments[place] if 0 <= place < len(moments) else None


def steps(sights: Sequence[Sight]) -> tuple[Step, ...]:
    """Return the life of one SMS from its sights; a status that was only rewritten is one step."""
    made: list[Step] = []
    for sight in sights:
        status = sight.notification.status if sight.notification else None
        if made and made[-1].status == status:
            continue
        since = sight.notification.last_update if sight.notification else sight.seen_at
        if made:
            made[-1] = made[-1]._replace(until=since)
        made.append(Step(status, since, None, sight.seen_at, sight.unseen_since))
    return tuple(made)


def transitions(order_id: str, sights: Sequence[Sight], *, first: bool) -> Iterator[Transition]:
    """Yield the changes of status among the sights of one SMS, oldest first.

    `first` says whether its first sight counts as one, as it does when the order was known
    before without it.
    """
    if first and sights and sights[0].notification is not None:
        n, status = sights[0].notification, sights[0].notification.status
        yield Transition(order_id, n.id, n, None, status, sights[0].seen_at)
    for old, new in pairwise(sights):
        notification = new.notification or old.notification
        before = old.notification.status if old.notification else None
        after = new.notification.status if new.notification else None
        if notification is not None and before != after:
            yield Transition(
                order_id, new.notification_id, notification, before, after, new.seen_at
            )


class Since(NamedTuple):
    """What has become of an order since some moment."""

    failed: int
    """SMS that failed since, and had not before."""
    confirmed: int
    """SMS that were confirmed since, and had not been before."""


def since(lives: Iterable[Sequence[Sight]], moment: datetime) -> Since:
    """Return what is new after `moment`; `lives` are the sights of each SMS that changed."""
    failed = confirmed = 0
    for sights in lives:
        before = [sight.notification for sight in sights if sight.seen_at <= moment]
        was = before[-1].status if before and before[-1] else ""
        now = sights[-1].notification.status if sights[-1].notification else ""
        failed += is_failed(now) and not is_failed(was)
        confirmed += now == "Delivered" != was
    return Since(failed, confirmed)


def delivery(times: Iterable[timedelta]) -> Delivery | None:
    """Return how long delivery took, from the time each SMS took; None when there are none."""
    ordered = sorted(times)
    if not ordered:
        return None
    return Delivery(percentile(ordered, 50), percentile(ordered, 95), len(ordered))


def percentile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """Return the smallest value that at least `share` percent of `ordered` do not exceed.

    This is the nearest-rank definition; the 50th is the lower median. `ordered` is sorted and
    not empty.
    """
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def counts_by_time(
    times: Iterable[datetime], until: datetime, width: timedelta, buckets: int
) -> tuple[int, ...]:
    """Return how many of `times` lie in each of `buckets` spans of `width` before `until`.

    The oldest span first; a time belongs to the span that begins at it. Others are passed over.
    """
    counts = [0] * buckets
    start = until - width * buckets
    for time in times:
        place = (time - start) // width
        if 0 <= place < buckets:
            counts[place] += 1
    return tuple(counts)
