"""An order as its sender placed it, in words: for its own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sms_monitor.core.durations import duration, oslo_and_utc
from sms_monitor.core.models import NotificationOrder, OrderedRecipient
from sms_monitor.core.privacy import BULLET, mask_numbers_in, recipient_text

SHOWN = 200
"""Recipients that are listed; of more only the number is told."""


def order_facts(
    order: NotificationOrder, now: datetime, *, unmasked: bool
) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of everything the sender asked for; texts may have line breaks."""
    template = order.sms_template
    if template is not None:
        yield "Message", template.body if unmasked else mask_numbers_in(template.body)
        yield "Sender", template.sender_number or "the name Altinn uses when none is given"
    else:
        yield "Message", "The order has no SMS text."
    yield "Send at", _send_time(order, now)
    yield "Created", f"{oslo_and_utc(order.created)} by {order.creator or 'unknown'}"
    yield "Reference", order.senders_reference or "none"
    yield "Channel", order.notification_channel or "not said"
    if order.condition_endpoint:
        yield "Condition", f"asked right before sending at {order.condition_endpoint}"
    if order.ignore_reservation:
        yield "Reserved", "people who are reserved get it as well (ignoreReservation)"
    if order.resource_id:
        yield "Resource", order.resource_id
    yield "Order", order.id
    yield "Ordered for", _kinds(order)
    for recipient in order.recipients[:SHOWN]:
        yield "", _recipient(recipient, unmasked)
    if len(order.recipients) > SHOWN:
        yield "", f"and {len(order.recipients) - SHOWN} more"


def _send_time(order: NotificationOrder, now: datetime) -> str:
    away = order.requested_send_time - now
    when = oslo_and_utc(order.requested_send_time)
    return f"{when}, in {duration(away)}" if away.total_seconds() > 0 else when


def _kinds(order: NotificationOrder) -> str:
    kinds = Counter(map(_kind, order.recipients))
    parts = [f"{count} {kind}" for kind, count in kinds.most_common()]
    total = len(order.recipients)
    what = "recipient" if total == 1 else "recipients"
    return f"{total} {what}: {', '.join(parts)}" if parts else "nobody"


def _kind(recipient: OrderedRecipient) -> str:
    if recipient.national_identity_number:
        return "by national id"
    if recipient.organization_number:
        return "by organisation number"
    return "by mobile number" if recipient.mobile_number else "by e-mail address"


def _recipient(recipient: OrderedRecipient, unmasked: bool) -> str:
    text = recipient_text(recipient, unmasked=unmasked).removeprefix("- ")
    address = recipient.email_address
    if not address:
        return text
    shown = address if unmasked else BULLET * len(address)
    return shown if text == "none" else f"{text}  {shown}"
