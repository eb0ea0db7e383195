"""Which order to look at first, and which fault comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import FAULTS, Phase

RECENT = timedelta(hours=24)
"""An order that has not changed for longer is old news."""


class Urgency(IntEnum):
    """Why an order stands where it stands in the list, most urgent first."""

    FAULTS = 0
    """Faults in an order that is moving, or that changed within `RECENT`."""
    UNREADABLE = 1
    """It was never answered: unknown, refused, or no connection yet."""
    MOVING = 2
    WAITING = 3
    """For the send window, or for its SMS to be made."""
    OLD_FAULTS = 4
    DONE = 5


def urgency(order: Order, now: datetime) -> Urgency:
    """Return how urgent `order` is at `now` (UTC)."""
    if not order.tally.faults and order.tally.final:
        return Urgency.DONE
    old = order.changed_at is not None and now - order.changed_at > RECENT
    if order.tally.faults:
        return Urgency.OLD_FAULTS if old and order.tally.final else Urgency.FAULTS
    if order.summary is None:
        return Urgency.UNREADABLE
    if order.tally[Phase.IN_FLIGHT] or order.tally[Phase.UNKNOWN]:
        return Urgency.MOVING
    return Urgency.WAITING


def by_urgency(board: Board, now: datetime) -> list[str]:
    """Return the order ids, the one to look at first first; equals keep the list's order."""
    orders = board.orders.values()
    return [o.order_id for o in sorted(orders, key=lambda o: (urgency(o, now), -o.tally.faults))]


def next_fault(
    board: Board,
    order_ids: Sequence[str],
    keys: Sequence[str],
    here: tuple[str, str | None],
    step: int,
    wanted: Callable[[Row], bool],
) -> tuple[str, str | None] | None:
    """Return the (order id, notification id) of the fault after `here`, or None if there is none.

    `order_ids` and `keys` are the orders, and the SMS of the order in `here`, as they are
    listed on the screen. A notification id of None in `here` stands for the near end of its
    rows, and in the result for the first (`step` 1) or last (`step` -1) fault of another order.
    """
    order_id, notification_id = here
    order = board.orders.get(order_id)
    if order is not None:
        for key in _after(keys, notification_id, step):
            if key in order.rows and is_fault(order.rows[key]) and wanted(order.rows[key]):
                return order_id, key
    for other in _after(order_ids, order_id, step):
        known = board.orders[other]
        if known.tally.faults and any(is_fault(r) and wanted(r) for r in known.rows.values()):
            return other, None
    return None


def is_fault(row: Row) -> bool:
    """Whether somebody should look at `row`."""
    return row.phase in FAULTS


def _after(keys: Sequence[str], here: str | None, step: int) -> Sequence[str]:
    if step > 0:
        return keys[keys.index(here) + 1 :] if here in keys else keys
    before = keys[: keys.index(here)] if here in keys else keys
    return before[::-1]
