"""What the API says about an order, as frozen values; `core.decoding` makes them from bytes.

The same objects travel from the HTTP response to the table cell. Names are the API's in
snake_case; keys this version does not know are ignored.

Shapes: `SmsNotificationSummaryExt.cs`, `SmsNotificationWithResultExt.cs`, `RecipientExt.cs`,
`StatusExt.cs` and `NotificationOrderWithStatusExt.cs` in Altinn/altinn-notifications. The
server never writes null: a key without a value is absent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from sms_monitor.core.status import shown_status

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
        """The status as people should see it."""
        return shown_status(self.send_status.status, self.send_status.description)

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


class FoundOrders(_Wire, frozen=True, gc=False):
    """`GET orders?sendersReference=`."""

    orders: tuple[NotificationOrder, ...]
