"""What a step from one board to the next is worth telling, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sms_monitor.core.board import Board
from sms_monitor.core.diff import Direction, Transition
from sms_monitor.core.errors import SourceError
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import is_failed

KEPT = 500
"""Events, and requests, that are kept and shown; older ones are forgotten."""


class Event(NamedTuple):
    """One line of the event list."""

    at: datetime
    text: str
    """Plain, cleaned text."""
    bad: bool = False
    """Whether somebody should look at it."""
    alert: int = 0
    """Number of the alert it tells; 0 when it tells none."""


def events_of(old: Board, new: Board, now: datetime) -> Iterator[Event]:
    """Yield what a step from `old` to `new` is worth telling: changes by order, and trouble."""
    yield from (Event(now, text, bad) for text, bad in _connection(old, new))
    for order_id, order in new.orders.items():
        before = old.orders.get(order_id)
        if before is order:
            continue
        news = [t for t in new.news if t.order_id == order_id]
        told = [*_changes(news), *_standing(before, order), *_refused(before, order)]
        yield from (Event(now, f"{order.name}: {text}", bad) for text, bad in told)


def _connection(old: Board, new: Board) -> Iterator[tuple[str, bool]]:
    """Tell trouble with the API once, however many orders meet it."""
    # an order that is no longer watched took its trouble with it: nobody answered
    watched = {key: order for key, order in old.orders.items() if key in new.orders}
    before, after = _troubles(watched), _troubles(new.orders)
    for kind, error in after.items():
        if kind not in before:
            yield f"{error.message} {error.next_step}", True
    if before and not after:
        yield "The API answers again", False


def _troubles(orders: Mapping[str, Order]) -> dict[str, SourceError]:
    errors = (order.error for order in orders.values())
    return {error.kind: error for error in errors if error is not None and error.transport}


def _refused(before: Order | None, order: Order) -> Iterator[tuple[str, bool]]:
    error, had = order.error, before.error if before else None
    if error is None or error.transport or (had is not None and had.kind == error.kind):
        return
    yield f"{error.message} {error.next_step}", True


def _standing(before: Order | None, order: Order) -> Iterator[tuple[str, bool]]:
    """Tell what time has done, or the last change."""
    if before is None or before.summary is None:
        return
    for phase in (Phase.STUCK, Phase.DEAD):
        more = order.tally[phase] - before.tally[phase]
        if more > 0:
            yield f"{more} more {phase}", True
    if order.tally.final and not before.tally.final:
        yield "every SMS is final", False


def _changes(news: Sequence[Transition]) -> Iterator[tuple[str, bool]]:
    counts = Counter((t.direction, t.before, t.after) for t in news)
    for (direction, before, after), count in counts.most_common():
        failed = after is not None and is_failed(after)
        match direction:
            case Direction.FIRST_SEEN:
                yield f"{count} new SMS, {after}", failed
            case Direction.GONE:
                yield f"{count} SMS no longer listed by the API, last {before}", True
            case Direction.BACKWARD:
                yield f"{count} went back from {before} to {after}", True
            case Direction.AFTER_FINAL:
                yield f"{count} changed after final: {before} to {after}", True
            case Direction.FORWARD:
                yield f"{count} {before} to {after}", failed
