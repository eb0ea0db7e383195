"""One look at an order: what the API is asked, and what is worked out from the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sms_monitor.core.errors import Forbidden, RateLimited, SourceError, Unauthorized
from sms_monitor.core.intake import Body, Taken
from sms_monitor.core.models import OrderStatus
from sms_monitor.core.order import Order
from sms_monitor.services.client import NotificationsClient


@dataclass(frozen=True, slots=True)
class Look:
    """One good look at an order."""

    taken: Taken
    order_status: OrderStatus | None
    """Asked for only when there are no SMS, to say why; None when it could not be had."""
    date: datetime | None
    """The server's clock, UTC; None when it did not say."""


async def look_at(client: NotificationsClient, order_id: str, last: Body | None = None) -> Look:
    """Ask the API about one order; `last` is the body before, to tell only what differs.

    Raises:
        SourceError: No usable answer.
    """
    answer = await client.sms_summary(order_id, last)
    if answer.count:
        return Look(answer.taken, None, answer.date)
    try:
        status = await client.order_status(order_id)
    except (RateLimited, Unauthorized, Forbidden):
        raise
    except SourceError:
        # the list itself is good; an explanation that was known before stays
        return Look(answer.taken, None, None)
    if status.value.ends_without_sms and not status.value.stopped:
        # they may have been made between the two answers
        again = await client.sms_summary(order_id, last)
        if again.count:
            return Look(again.taken, None, again.date)
    return Look(answer.taken, status.value, status.date)


def worked_out(order: Order) -> Order:
    """Return `order` when what its screen asks for has been worked out."""
    order.patterns.work_out()
    return order


def aged_order(order: Order, now: datetime) -> Order:
    """Return `order` judged at `now`, worked out."""
    return worked_out(order.at(now))
