"""What history says of the SMS in the detail: its life with times, and how long delivery takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sms_monitor.core.diff import Direction, Transition, direction_of
from sms_monitor.core.durations import oslo_time, span
from sms_monitor.core.order import Row
from sms_monitor.core.timeline import Delivery, Sight, Step, steps


class Recalled(NamedTuple):
    """What the history was asked about one row."""

    order_id: str
    row_id: str
    sights: tuple[Sight, ...]
    delivery: Delivery | None
    """Of the whole order; None when no SMS was seen on its way."""


def seen_lines(row: Row, recalled: Recalled | None, now: datetime) -> Iterator[str]:
    """Yield the life of an SMS as far as it was seen by `now`, oldest first.

    Until the history has answered, what this program has seen itself.
    """
    known = recalled if recalled is not None and recalled.row_id == row.id else None
    sights = [one for one in known.sights if one.seen_at <= now] if known is not None else []
    if not sights:
        yield from (_change(t) for t in row.seen)
        if not row.seen:
            yield "no change since this program was started"
        return
    life = steps(sights)
    for place, step in enumerate(life):
        yield _step(life[place - 1] if place else None, step, now)


def delivery_line(delivery: Delivery | None) -> str:
    """Return `half within 12 s, 95 % within 4 m, of 940 SMS`; "" when there is nothing to say."""
    if delivery is None:
        return ""
    half, most = span(delivery.median), span(delivery.slow)
    return f"half within {half}, 95 % within {most}, of {delivery.sms} SMS seen on their way"


def _step(before: Step | None, step: Step, now: datetime) -> str:
    when = oslo_time(step.since, now)
    seen = f"seen {oslo_time(step.seen_at, now)}"
    if step.unseen_since is not None:
        seen += f", not looked at since {oslo_time(step.unseen_since, now)}"
    if before is None:
        return f"{when} {step.status or 'not listed'}, first {seen}"
    name = step.status or "no longer listed"
    if before.status is not None:
        name += _remark(direction_of(before.status, step.status))
    was = f"as {before.status}" if before.status else "away"
    return f"{when} {name}, after {span(before.lasted(now))} {was}, {seen}"


def _remark(direction: Direction) -> str:
    return f" ({direction.value})" if direction in _REMARKABLE else ""


def _change(t: Transition) -> str:
    when = f"{oslo_time(t.notification.last_update, t.notification.last_update)}"
    return (
        f"{when} {t.before or 'not listed'} to {t.after}{_remark(t.direction)}, "
        f"seen {oslo_time(t.seen_at, t.seen_at)}"
    )


_REMARKABLE = frozenset({Direction.BACKWARD, Direction.AFTER_FINAL, Direction.FIRST_SEEN})
