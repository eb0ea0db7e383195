"""From the bytes of an answer to clean values; every string is cleaned here, once."""

from __future__ import annotations

from datetime import UTC, datetime
from sys import intern
from typing import TypeVar

import msgspec
from msgspec.structs import force_setattr, replace

from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.models import (
    FoundOrders,
    Notification,
    NotificationOrder,
    OrderedRecipient,
    OrderStatus,
    ProcessingStatus,
    Recipient,
    SendStatus,
    SmsSummary,
    SmsTemplate,
)
from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.text import clean, clean_lines

Buffer = bytes | bytearray
"""A body, whole."""
_SUMMARY = msgspec.json.Decoder(SmsSummary)
_STATUS = msgspec.json.Decoder(OrderStatus)
_ORDER = msgspec.json.Decoder(NotificationOrder)
_FOUND = msgspec.json.Decoder(FoundOrders)
_T = TypeVar("_T")
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""A time of the server outside these is not one."""


def decode_sms_summary(body: Buffer) -> SmsSummary:
    """Return the summary in `body`, cleaned; a row listed twice is kept once, the last.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    summary = _decode(_SUMMARY, body)
    rows = {n.id: n for n in map(clean_notification, summary.notifications)}
    return replace(_clean_head(summary), notifications=tuple(rows.values()))


def decode_sms_head(body: Buffer) -> SmsSummary:
    """Return a summary of which only what it says of the order is cleaned.

    Raises:
        msgspec.DecodeError: `body` is no such JSON.
        UnicodeDecodeError: Its text is not UTF-8.
    """
    return _clean_head(_SUMMARY.decode(body))


def _clean_head(summary: SmsSummary) -> SmsSummary:
    return replace(
        summary,
        order_id=clean(summary.order_id),
        senders_reference=_clean(summary.senders_reference),
    )


def decode_order_status(body: Buffer) -> OrderStatus:
    """Return the order status in `body`, cleaned.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    status = _decode(_STATUS, body)
    processing = status.processing_status
    return replace(
        status,
        id=clean(status.id),
        notification_channel=_clean(status.notification_channel),
        requested_send_time=status.requested_send_time and _utc(status.requested_send_time),
        processing_status=ProcessingStatus(
            status=clean(processing.status),
            description=_clean(processing.description),
        ),
    )


def decode_order(body: Buffer) -> NotificationOrder:
    """Return the order in `body`, cleaned.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    return _clean_order(_decode(_ORDER, body))


def decode_found_orders(body: Buffer) -> tuple[NotificationOrder, ...]:
    """Return the orders in the answer of `GET orders?sendersReference=`, cleaned; oldest first.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape; an id is none.
    """
    found = [_clean_order(order) for order in _decode(_FOUND, body).orders]
    wrong = next((order.id for order in found if parse_order_id(order.id) is None), None)
    if wrong is not None:
        raise InvalidBody(
            f'The API answered 200, but it calls an order "{wrong}", which is no order id.',
            "Try again. If it stays so, a proxy may be answering in the API's place: check "
            "base_url and the network.",
        )
    return tuple(sorted(found, key=lambda order: (order.created, order.id)))


def _clean_order(order: NotificationOrder) -> NotificationOrder:
    template = order.sms_template
    return replace(
        order,
        id=clean(order.id, 100),
        creator=clean(order.creator, 100),
        senders_reference=_clean(order.senders_reference),
        notification_channel=_clean(order.notification_channel, 100),
        resource_id=_clean(order.resource_id, 300),
        condition_endpoint=_clean(order.condition_endpoint, 500),
        requested_send_time=_utc(order.requested_send_time),
        created=_utc(order.created),
        recipients=tuple(map(_clean_recipient, order.recipients)),
        sms_template=template
        and SmsTemplate(
            body=clean_lines(template.body, 5000), sender_number=_clean(template.sender_number, 100)
        ),
    )


def _clean_recipient(r: OrderedRecipient) -> OrderedRecipient:
    return OrderedRecipient(
        mobile_number=_clean(r.mobile_number, 50),
        organization_number=_clean(r.organization_number, 50),
        national_identity_number=_clean(r.national_identity_number, 50),
        email_address=_clean(r.email_address, 200),
    )


def _decode(decoder: msgspec.json.Decoder[_T], body: Buffer) -> _T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = "is not JSON"
        if isinstance(error, msgspec.ValidationError):
            what = "has an unexpected shape"
        elif "truncated" in str(error):
            what = "ends too early"
        raise InvalidBody(
            f"The API answered 200, but the body {what} ({clean(str(error), 200)}).",
            "It is asked again by itself. If it stays so, a proxy may be answering in the "
            "API's place: check base_url and the network.",
        ) from error


def clean_notification(n: Notification) -> Notification:
    """Return `n` with every text cleaned and its time in UTC; itself when all is well."""
    r, s = n.recipient, n.send_status
    description = s.description or ""
    text = (
        f"{n.id}{r.mobile_number}{r.organization_number}{r.national_identity_number}"
        f"{s.status}{description}"
    )
    # a dirty, long or zoneless row is rare; an ordinary one is kept as it was decoded
    at = s.last_update
    plain = at.tzinfo is UTC and FIRST_YEAR <= at.year <= LAST_YEAR
    if plain and text.isprintable() and len(text) < 1000:
        # nobody has seen it yet, and of what 100,000 say in the same words one copy is enough
        force_setattr(s, "status", intern(s.status))
        if s.description is not None:
            force_setattr(s, "description", intern(s.description))
        return n
    return Notification(
        id=clean(n.id, 100),
        recipient=Recipient(
            mobile_number=_clean(r.mobile_number, 50),
            organization_number=_clean(r.organization_number, 50),
            national_identity_number=_clean(r.national_identity_number, 50),
        ),
        send_status=SendStatus(
            status=clean(s.status, 100),
            description=_clean(s.description),
            last_update=_utc(s.last_update),
        ),
    )


def _clean(text: str | None, limit: int = 1000) -> str | None:
    return None if text is None else clean(text, limit)


def _utc(at: datetime) -> datetime:
    """Return `at` in UTC; the API's times are UTC also where an offset is missing.

    A time too far off to reckon with becomes the last one that is not.
    """
    if at.year > LAST_YEAR or at.year < FIRST_YEAR:
        at = at.replace(year=min(max(at.year, FIRST_YEAR), LAST_YEAR), day=min(at.day, 28))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
