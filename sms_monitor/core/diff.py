"""What changed between two answers about one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sms_monitor.core.models import Notification
from sms_monitor.core.status import is_settled, is_step_back


class Direction(Enum):
    """Which way a status went."""

    FIRST_SEEN = "first seen"
    FORWARD = "forward"
    BACKWARD = "back"
    """`Sending` to `New` happens when publishing to the gateway's queue failed."""
    AFTER_FINAL = "after final"
    """The server does not enforce that a final status is final."""
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Transition:
    """One SMS went from one status to another."""

    order_id: str
    notification_id: str
    notification: Notification
    """As it is after the change; as it was before, when it is no longer listed."""
    before: str | None
    """None when the SMS was not listed before."""
    after: str | None
    """None when the SMS is no longer listed."""
    seen_at: datetime
    """UTC; when the answer that shows it came."""

    @property
    def at(self) -> datetime:
        """When it happened by the server, UTC; of an SMS that came or went, when that was seen."""
        came_or_went = self.before is None or self.after is None
        return self.seen_at if came_or_went else self.notification.last_update

    @property
    def direction(self) -> Direction:
        """Which way the status went."""
        return direction_of(self.before, self.after)


def direction_of(before: str | None, after: str | None) -> Direction:
    """Return which way it is from one status to another; None for not listed."""
    if before is None:
        return Direction.FIRST_SEEN
    if after is None:
        return Direction.GONE
    if is_settled(before):
        return Direction.AFTER_FINAL
    return Direction.BACKWARD if is_step_back(before, after) else Direction.FORWARD


def diff(
    order_id: str,
    before: Iterable[Notification],
    after: Iterable[Notification],
    seen_at: datetime,
) -> tuple[Transition, ...]:
    """Return a transition for every SMS whose status is not what it was, by id.

    SMS that are the same on both sides may be left out on both. The place of an SMS in the
    array means nothing: the server has no ORDER BY.
    """
    known = {n.id: n for n in before}
    changes = []
    for n in after:
        old = known.pop(n.id, None)
        was = old.status if old else None
        if was != n.status:
            changes.append(Transition(order_id, n.id, n, was, n.status, seen_at))
    changes += [Transition(order_id, n.id, n, n.status, None, seen_at) for n in known.values()]
    return tuple(changes)
