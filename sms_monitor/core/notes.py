"""One sentence on time: for an SMS, and for an order that has none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sms_monitor.core.durations import duration, oslo_time
from sms_monitor.core.models import Notification, OrderStatus
from sms_monitor.core.phase import Phase, valid_until
from sms_monitor.core.send_window import next_close, next_open
from sms_monitor.core.status import FAILED_TTL

NEW_SLOW_AFTER = timedelta(minutes=15)
"""Of open send window."""
SENDING_SLOW_AFTER = timedelta(minutes=10)
ACCEPTED_SLOW_AFTER = timedelta(minutes=30)

_NORMAL = {
    "New": ("minutes", NEW_SLOW_AFTER),
    "Sending": ("seconds", SENDING_SLOW_AFTER),
    "Accepted": ("seconds to minutes", ACCEPTED_SLOW_AFTER),
}
"""How long each step takes, and when it is slow."""


def standing_note(notification: Notification, phase: Phase, now: datetime) -> str:
    """Return how this SMS stands at `now` (UTC): how long, what is normal, what time is left."""
    status, since = notification.status, notification.last_update
    when = oslo_time(since, now)
    match phase:
        case Phase.CONFIRMED:
            return f"Receipt recorded {when} Oslo time."
        case Phase.FAILED if status == FAILED_TTL:
            return f"Given up {when} Oslo time without a receipt: it may have arrived."
        case Phase.FAILED:
            return f"Failed {when} Oslo time."
        case Phase.UNKNOWN:
            return f"{duration(now - since)} in {status}; what is normal is not known."
        case Phase.WAITING:
            wait = duration(next_open(now) - now)
            return f"Waits for 09:00 (in {wait}): SMS are handed over 09:00-17:00 Oslo time."
        case Phase.DEAD:
            return _dead(status, oslo_time(valid_until(since), now))
        case Phase.IN_FLIGHT | Phase.STUCK:
            return _moving(notification, phase, now)


def explain_empty(order_status: OrderStatus | None, now: datetime) -> str:
    """Return why an order has no SMS at `now` (UTC).

    `order_status` is the answer of `GET orders/{id}/status`, None when there is none yet. In
    that answer `Completed` also stands for `Processed`: made, not all of them final.
    """
    if order_status is None:
        return "No SMS so far. Why is not known yet: the order's own status has not been read."
    if order_status.notification_channel == "Email":
        return "An e-mail order: it has no SMS."
    match order_status.processing_status.status:
        case "Registered":
            return _registered(order_status.requested_send_time, now)
        case "Processing":
            return "Altinn is making the SMS of this order now; they appear all at once."
        case "Completed" | "Processed":
            return (
                "Altinn has handled the order, and there was nothing to send by SMS. "
                "Look for e-mail of the same order."
            )
        case "SendConditionNotMet":
            return "The sender's condition for sending was not met: no SMS will be sent."
        case "Cancelled":
            return "The order was cancelled before it was sent: no SMS will be sent."
        case unknown:
            text = order_status.processing_status.description
            said = f" The API says: {text}" if text else ""
            return f"The order is {unknown}, which this version does not know.{said}"


def _registered(requested: datetime | None, now: datetime) -> str:
    if requested is None:
        return "The order is registered and waits for its send time, which is not known."
    when = oslo_time(requested, now)
    if requested > now:
        return (
            f"Not due yet: the sender asked for {when} Oslo time (in {duration(requested - now)})."
        )
    return (
        f"Due since {when} Oslo time; the SMS are normally made within minutes. "
        "After 15 minutes report the order id to Altinn."
    )


def _dead(status: str, when: str) -> str:
    if status == "New":
        return f"Past its validity since {when}: will never be sent. Place a new order."
    # the provider may have got it: an answer that comes after the validity is thrown away
    return f"Past its validity since {when}: will never change. It may or may not have been sent."


def _moving(notification: Notification, phase: Phase, now: datetime) -> str:
    status, since = notification.status, notification.last_update
    spent = _open_time(since, now) if status == "New" else now - since
    normal, slow_after = _NORMAL[status]
    left = _left(status, valid_until(since) - now)
    if phase is Phase.STUCK:
        return f"{duration(spent)} in {status}; normal: {normal}; {left}."
    if spent >= slow_after:
        return f"{duration(spent)} in {status}, slow: normally {normal}; {left}."
    return f"{duration(spent)} in {status}, on time; {left}."


def _left(status: str, left: timedelta) -> str:
    # the row does not carry its expiry, so this is the latest it can be
    if left > timedelta(0):
        return f"at most {duration(left)} left"
    # the job that expires Accepted rows takes 100 of them every 15 minutes
    return "validity over, Failed (TTL) comes next" if status == "Accepted" else "validity over"


def _open_time(since: datetime, now: datetime) -> timedelta:
    """Return how long the send window was open between two moments, at most days apart."""
    spent = timedelta(0)
    while (since := next_open(since)) < now:
        closes = next_close(since)
        spent += min(closes, now) - since
        since = closes
    return spent
