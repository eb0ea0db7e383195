"""The JSON of the answers, letter for letter as System.Text.Json writes it.

camelCase, two spaces, Norwegian letters and `+` unescaped, absent instead of null. Models:
SmsNotificationSummaryExt.cs, NotificationOrderExt.cs, NotificationOrderWithStatusExt.cs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .lifecycle import Change
from .people import addressee
from .scenario import Order, Sms

API = "/notifications/api/v1"

DESCRIPTIONS = {
    "New": "The SMS has been created, but has not been picked up for processing yet.",
    "Sending": "The SMS is being processed and will be attempted sent shortly.",
    "Accepted": "The SMS has been accepted by the gateway service and will be sent shortly.",
    "Delivered": "The SMS was successfully delivered to its destination.",
    "Failed": "The SMS was not delivered due to an unspecified failure.",
    "Failed_InvalidRecipient": (
        "The SMS was not delivered because the recipient's mobile number was invalid."
    ),
    "Failed_RecipientReserved": (
        "The SMS was not sent because the recipient has reserved themselves from electronic"
        " communication."
    ),
    "Failed_BarredReceiver": (
        "The SMS was not delivered because the recipient's number is barred, blocked or not in use."
    ),
    "Failed_Deleted": "The SMS was not delivered because the message has been deleted.",
    "Failed_Expired": "The SMS was not delivered because it has expired.",
    "Failed_Undelivered": (
        "The SMS was not delivered due to invalid number or no available route to destination."
    ),
    "Failed_RecipientNotIdentified": (
        "The SMS was not delivered because the recipient's mobile number was not found."
    ),
    "Failed_Rejected": "The SMS was not delivered because it was rejected.",
    "Failed_TTL": (
        "The SMS was in indefinite state Accepted for too long (TTL), and was subsequently set"
        " to failed."
    ),
}
"""The server's text for each result (SmsNotificationSummaryService.cs)."""

PROCESSING = {
    "Registered": (
        "Order has been registered and is awaiting requested send time before processing."
    ),
    "Processing": "Order processing is ongoing. Notifications are being generated.",
    "Processed": "Order processing is done. Notifications have been successfully generated.",
    "Completed": "Order processing is completed. All notifications have a final status.",
    "SendConditionNotMet": "Order processing was stopped due to send condition not being met.",
    "Cancelled": "Order processing was stopped due to order being cancelled.",
}
"""The server's text for each order status (GetOrderService.cs)."""

_NOTIFICATION = """\
    {{
      "id": "{id}",
      "succeeded": {succeeded},
      "recipient": {{
{recipient}
      }},
      "sendStatus": {{
        "status": "{status}",
        "description": "{description}",
        "lastUpdate": "{last_update}"
      }}
    }}"""


def as_json(value: object) -> bytes:
    """Pretty-printed as System.Text.Json does it with WriteIndented."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def timestamp(at: datetime) -> str:
    """UTC with a Z and 0 to 6 digits of the second: zeros at its end are dropped."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def ticks_timestamp(at: datetime, ticks: int) -> str:
    """Like `timestamp`, with `ticks` of 100 ns (0 to 9) after the microseconds."""
    if not ticks:
        return timestamp(at)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}{ticks}Z"


def sms_summary(order: Order, at: datetime) -> bytes:
    """The body of `GET orders/{id}/notifications/sms`, with no notifications when none exist.

    Built as text: an encoder takes ten times as long, and there may be thousands of rows.
    """
    rows = order.sms_at(at)
    head: dict[str, Any] = {"orderId": order.id}
    if order.plan.reference is not None:
        head["sendersReference"] = order.plan.reference
    head["generated"] = len(rows)
    head["succeeded"] = sum(_succeeded(change.status) for _, change in rows)
    head["notifications"] = []
    body = as_json(head)
    if rows:
        listed = ",\n".join(_notification(sms, change) for sms, change in rows)
        body = body.removesuffix(b"]\n}") + f"\n{listed}\n  ]\n}}".encode()
    return body


def _succeeded(status: str) -> bool:
    return status in ("Accepted", "Delivered")


def _notification(sms: Sms, change: Change) -> str:
    recipient = ",\n".join(f'        "{key}": "{value}"' for key, value in sms.recipient.items())
    return _NOTIFICATION.format(
        id=sms.id,
        succeeded="true" if _succeeded(change.status) else "false",
        recipient=recipient,
        # this endpoint hides Failed_TTL (SmsNotificationSummaryMapper.cs), but not its text
        status="Failed" if change.status == "Failed_TTL" else change.status,
        description=DESCRIPTIONS[change.status],
        last_update=timestamp(change.at),
    )


def order(found: Order, creator: str, base_url: str) -> dict[str, Any]:
    """One order as `GET orders/{id}` and `GET orders?sendersReference=` show it.

    Its times come from stored JSON and may have 7 digits of the second.
    """
    plan = found.plan
    immediate = plan.requested == plan.created
    requested = ticks_timestamp(plan.requested, found.spare_ticks if immediate else 0)
    created = ticks_timestamp(plan.created, found.spare_ticks)
    return {
        **_head(found, creator, requested, created),
        "recipients": _addressees(found),
        **_template(found),
        "links": {
            "self": f"{base_url}{API}/orders/{found.id}",
            "status": f"{base_url}{API}/orders/{found.id}/status",
        },
    }


def order_with_status(
    found: Order, processing: Change, creator: str, base_url: str, at: datetime
) -> dict[str, Any]:
    """The order of `GET orders/{id}/status`, whose times are stored to the microsecond.

    Version 1 of the API calls Processed Completed and keeps its text (OrderMapper.cs). The
    summary is there once something was generated; its `succeeded` counts Accepted alone
    (getorderincludestatus.sql).
    """
    plan = found.plan
    round_up = timedelta(microseconds=found.spare_ticks >= 5)
    created = timestamp(plan.created + round_up)
    requested = created if plan.requested == plan.created else timestamp(plan.requested)
    shown = "Completed" if processing.status == "Processed" else processing.status
    body = {
        **_head(found, creator, requested, created),
        "processingStatus": {
            "status": shown,
            "description": PROCESSING[processing.status],
            "lastUpdate": timestamp(processing.at),
        },
    }
    counts = _counts(found, processing, at)
    if counts:
        channel = plan.channel.lower()
        link = f"{base_url}{API}/orders/{found.id}/notifications/{channel}"
        body["notificationsStatusSummary"] = {channel: {"links": {"self": link}, **counts}}
    return body


def _counts(found: Order, processing: Change, at: datetime) -> Mapping[str, int]:
    if found.plan.channel == "Sms":
        rows = found.sms_at(at)
        accepted = sum(change.status == "Accepted" for _, change in rows)
        return {"generated": len(rows), "succeeded": accepted} if rows else {}
    if processing.status != "Completed":
        return {}
    return {"generated": found.plan.recipients, "succeeded": found.plan.recipients}


def _head(found: Order, creator: str, requested: str, created: str) -> dict[str, Any]:
    reference = found.plan.reference
    return {
        "id": found.id,
        **({} if reference is None else {"sendersReference": reference}),
        "requestedSendTime": requested,
        "creator": creator,
        "created": created,
        "notificationChannel": found.plan.channel,
    }


def _addressees(found: Order) -> list[dict[str, str]]:
    if found.plan.channel != "Sms":
        first = found.plan.first_person
        people = range(first, first + found.plan.recipients)
        return [{"emailAddress": f"mottaker{person}@example.com"} for person in people]
    asked = [addressee(sms.recipient) for sms in found.sms]
    return [dict(one) for one in dict.fromkeys(tuple(one.items()) for one in asked)]


def _template(found: Order) -> dict[str, Any]:
    body = found.plan.body
    if found.plan.channel == "Sms":
        return {"smsTemplate": {"senderNumber": "Altinn", "body": body}}
    subject = {"subject": "Melding fra Altinn", "body": body}
    sender = "noreply@example.com"
    return {"emailTemplate": {"fromAddress": sender, **subject, "contentType": "Plain"}}
