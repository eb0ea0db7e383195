"""What the API says about an order, decoded straight from bytes into frozen values.

The same objects travel from the HTTP response to the table cell. Names are the API's in
snake_case; keys this version does not know are ignored; every string is cleaned here, once.

Shapes: `SmsNotificationSummaryExt.cs`, `SmsNotificationWithResultExt.cs`, `RecipientExt.cs`,
`StatusExt.cs` and `NotificationOrderWithStatusExt.cs` in Altinn/altinn-notifications. The
server never writes null: a key without a value is absent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec.structs import replace

from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.text import clean, clean_lines

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""An int32 of the server; a body with another number in its place is refused."""


class _Wire(msgspec.Struct, frozen=True, rename="camel", gc=False, omit_defaults=True):
    """camelCase on the wire, snake_case here; written out without null, as the server does."""


class Recipient(_Wire, frozen=True, gc=False):
    """Who the SMS was for; personal data, masked wherever it is shown."""

    mobile_number: str | None = None
    """As the sender wrote it (`+47…`, `0047…`) or as the register had it. "" or None when there
    is none: `Failed_RecipientReserved` and `Failed_RecipientNotIdentified`."""
    organization_number: str | None = None
    """Nine digits when the order addressed an organisation."""
    national_identity_number: str | None = None
    """A fødselsnummer, eleven digits, when the order addressed a person."""


class SendStatus(_Wire, frozen=True, gc=False):
    """The latest result of one SMS."""

    status: str
    """An open set: values this version has not heard of keep their spelling."""
    last_update: datetime
    """UTC, when the server last wrote the row, also when the status stayed the same."""
    description: str | None = None
    """English, the server's own text."""


class Notification(_Wire, frozen=True, gc=False):
    """One SMS to one recipient."""

    id: str
    """A GUID, the same for the life of the SMS: the only safe key."""
    recipient: Recipient
    send_status: SendStatus

    @property
    def status(self) -> str:
        """The status as people should see it: `Failed` is told from `Failed (TTL)`.

        `SmsNotificationSummaryMapper.MapStatus` sends `Failed_TTL` as plain `Failed`; only the
        description tells, and its wording has changed before, so the token is what counts.
        """
        status = self.send_status.status
        if status == "Failed_TTL" or (
            status == "Failed" and "(TTL)" in (self.send_status.description or "")
        ):
            return FAILED_TTL
        return status

    @property
    def last_update(self) -> datetime:
        """When the server last wrote this row, UTC."""
        return self.send_status.last_update


class SmsSummary(_Wire, frozen=True, gc=False):
    """`GET orders/{id}/notifications/sms`."""

    order_id: str
    notifications: tuple[Notification, ...]
    """In no order: the server has no ORDER BY, rows move when they are updated. Ids are unique."""
    succeeded: Count = 0
    """Accepted and Delivered together, as the server counts."""
    senders_reference: str | None = None
    """Free text of the sender; None when the order has none."""


class ProcessingStatus(_Wire, frozen=True, gc=False):
    """How far the order itself has come."""

    status: str
    """`Registered`, `Processing`, `Completed`, `SendConditionNotMet`, `Cancelled`, or newer."""
    description: str | None = None


class ChannelSummary(_Wire, frozen=True, gc=False):
    """How many notifications an order has in one channel."""

    generated: Count = 0


class StatusSummary(_Wire, frozen=True, gc=False):
    """By channel; absent until something was generated."""

    sms: ChannelSummary | None = None


class OrderStatus(_Wire, frozen=True, gc=False):
    """`GET orders/{id}/status`, as far as it explains an order without SMS."""

    id: str
    processing_status: ProcessingStatus
    requested_send_time: datetime | None = None
    notification_channel: str | None = None
    """`Email`, `Sms`, `EmailPreferred`, `SmsPreferred`, `EmailAndSms`, or newer."""
    notifications_status_summary: StatusSummary | None = None

    @property
    def sms_generated(self) -> int:
        """How many SMS the order has by this answer; the list may be older."""
        summary = self.notifications_status_summary
        return summary.sms.generated if summary and summary.sms else 0

    @property
    def stopped(self) -> bool:
        """Whether there never will be SMS: cancelled, its condition not met, e-mail only."""
        status = self.processing_status.status
        return self.notification_channel == "Email" or status in (
            "Cancelled",
            "SendConditionNotMet",
        )

    @property
    def ends_without_sms(self) -> bool:
        """Whether an order that has no SMS so far is over: stopped, or handled without one."""
        return self.stopped or self.processing_status.status in ("Completed", "Processed")


class OrderedRecipient(Recipient, frozen=True, gc=False):
    """One recipient as the sender ordered it, before any register was asked."""

    email_address: str | None = None
    """For an order that also goes by e-mail; personal data."""


class SmsTemplate(_Wire, frozen=True, gc=False):
    """What is sent."""

    body: str
    """The text of the SMS, with its line breaks."""
    sender_number: str | None = None
    """Name or number the SMS comes from; None or "" for the API's own."""


class NotificationOrder(_Wire, frozen=True, gc=False):
    """`GET orders/{id}`, and each hit of `GET orders?sendersReference=`."""

    id: str
    requested_send_time: datetime
    created: datetime
    creator: str = ""
    """Short name of the organisation."""
    senders_reference: str | None = None
    notification_channel: str | None = None
    """As in `OrderStatus`."""
    recipients: tuple[OrderedRecipient, ...] = ()
    sms_template: SmsTemplate | None = None
    """None for an order without SMS."""
    ignore_reservation: bool | None = None
    resource_id: str | None = None
    """The Altinn resource whose access decides who of an organisation is told."""
    condition_endpoint: str | None = None
    """Asked right before sending whether to send; None when there is no condition."""


class _FoundOrders(_Wire, frozen=True, gc=False):
    orders: tuple[NotificationOrder, ...]


_SUMMARY = msgspec.json.Decoder(SmsSummary)
_STATUS = msgspec.json.Decoder(OrderStatus)
_ORDER = msgspec.json.Decoder(NotificationOrder)
_FOUND = msgspec.json.Decoder(_FoundOrders)
_T = TypeVar("_T")
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""A time of the server outside these is not one."""


def decode_sms_summary(body: bytes) -> SmsSummary:
    """Return the summary in `body`, cleaned; a row listed twice is kept once, the last.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    summary = _decode(_SUMMARY, body)
    rows = {n.id: n for n in map(_clean_notification, summary.notifications)}
    return replace(
        summary,
        order_id=clean(summary.order_id),
        senders_reference=_clean(summary.senders_reference),
        notifications=tuple(rows.values()),
    )


def decode_order_status(body: bytes) -> OrderStatus:
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


def decode_order(body: bytes) -> NotificationOrder:
    """Return the order in `body`, cleaned.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    return _clean_order(_decode(_ORDER, body))


def decode_found_orders(body: bytes) -> tuple[NotificationOrder, ...]:
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


def _decode(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
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


def _clean_notification(n: Notification) -> Notification:
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
