"""What an order is to be: its size, its times and the fates of its SMS, written down by hand.

Statuses are the results in the server's database (SmsNotificationResultType.cs), so a time-out
is `Failed_TTL` here and becomes `Failed` only in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

Path = tuple[str, ...]
"""The statuses one SMS goes through, first to last."""

UNCLAIMED: Path = ("New",)
"""Never picked up: New for ever, dead once the validity has passed."""
STUCK: Path = ("New", "Sending")
"""The gateway's answer was lost: Sending for ever."""
NO_REPORT: Path = ("New", "Sending", "Accepted")
"""No delivery report ever comes: ends as Failed_TTL when the validity has passed."""
DELIVERED: Path = (*NO_REPORT, "Delivered")
SENT_BACK: Path = ("New", "Sending", *DELIVERED)
"""Publishing to the queue failed once: back to New, and on again."""
LATE_FAILURE: Path = (*DELIVERED, "Failed_Undelivered")
"""A second report overrules the first: a final status is not final."""
RESERVED: Path = ("Failed_RecipientReserved",)
NOT_IDENTIFIED: Path = ("Failed_RecipientNotIdentified",)
INVALID: Path = (*STUCK, "Failed_InvalidRecipient")
REFUSED: Path = (*STUCK, "Failed")


def reported(failure: str) -> Path:
    """Accepted by the gateway, then `failure` in the delivery report."""
    return (*NO_REPORT, failure)


class Policy(StrEnum):
    """When an order's SMS may go to the gateway. Daytime is 09:00-17:00 Europe/Oslo."""

    ANYTIME = "Anytime"
    DAYTIME = "Daytime"


class Ending(StrEnum):
    """How the processing of an order goes; all but `GENERATED` leave it without notifications."""

    GENERATED = "Processed"
    CANCELLED = "Cancelled"
    CONDITION_NOT_MET = "SendConditionNotMet"


@dataclass(frozen=True, slots=True)
class Group:
    """`count` SMS of an order with the same path.

    `between`: the last change of each is spread evenly over this span. None: after the
    natural delay.
    """

    count: int
    path: Path
    between: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An order before its SMS are worked out. All times are aware.

    `key` tells it from the other orders of a simulator; `reference` None leaves
    `sendersReference` out. `requested` equal to `created` means no send time was asked for.
    SMS that no group names are delivered. `first_person`: where in the population the list of
    recipients begins, so that orders can share recipients. `gateway_seconds`: how long the
    gateway takes per SMS. `cancelled_at` is needed by `Ending.CANCELLED` only.
    """

    key: str
    reference: str | None
    body: str
    created: datetime
    requested: datetime
    recipients: int
    groups: tuple[Group, ...] = ()
    policy: Policy = Policy.DAYTIME
    channel: str = "Sms"
    ending: Ending = Ending.GENERATED
    cancelled_at: datetime | None = None
    first_person: int = 0
    gateway_seconds: float = 0.05

    @property
    def expires(self) -> datetime:
        """When the validity ends: 48 h after the requested time (SmsOrderProcessingService)."""
        return self.requested + timedelta(hours=48)
