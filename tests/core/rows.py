"""Rows for the tests of core, made in one line."""

from datetime import UTC, datetime

from sms_monitor.core.models import Notification, Recipient, SendStatus
from sms_monitor.core.order import Row
from sms_monitor.core.phase import standing
from sms_monitor.core.status import FAILED_TTL

NOW = datetime(2026, 6, 22, 10, 0, tzinfo=UTC)
"""A Monday, 12:00 in Oslo: the send window is open."""

TTL_TEXT = (
    "The SMS was in indefinite state Accepted for too long (TTL), "
    "and was subsequently set to failed."
)


def sms(
    status="New",
    at=NOW,
    number="+4799999999",
    *,
    org=None,
    nin=None,
    description=None,
    id="5b1e0000-0000-4000-8000-0000000077c0",  # noqa: A002
):
    """One SMS as the API sends it: `Failed (TTL)` is `Failed` with its own text."""
    if status == FAILED_TTL:
        status, description = "Failed", TTL_TEXT
    return Notification(
        id=id,
        recipient=Recipient(
            mobile_number=number, organization_number=org, national_identity_number=nin
        ),
        send_status=SendStatus(status=status, last_update=at, description=description),
    )


def row(status="New", at=NOW, number="+4799999999", *, now=NOW, **more):
    """One row as the board holds it at `now`."""
    notification = sms(status, at, number, **more)
    return Row(notification, *standing(notification, now))
