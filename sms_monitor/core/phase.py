"""Which phase an SMS is in: the API's status, its age, the send window and the validity.

The API says `New` of an SMS that waits for the morning, one that is late and one that will
never be sent. These rules tell them apart.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sms_monitor.core.models import Notification
from sms_monitor.core.send_window import after_open_time, is_open, next_close, next_open
from sms_monitor.core.status import is_failed, status_class

VALIDITY = timedelta(hours=48)
"""How long Altinn keeps trying, counted from the first moment the SMS could be sent
(`SmsOrderProcessingService.GetExpirationDateTime`)."""

NEW_STUCK_AFTER = timedelta(hours=2)
"""Of open send window. The publish job runs every minute."""
SENDING_STUCK_AFTER = timedelta(hours=2)
"""The gateway is retried after 5, 10, 15 and 30 minutes, then the message is dead-lettered and
the row stays `Sending`."""
ACCEPTED_STUCK_AFTER = timedelta(hours=4)
"""A phone that is off is retried for 48 hours; most reports come within minutes."""


class Phase(StrEnum):
    """What to think of an SMS, worst first. Every SMS is in exactly one."""

    FAILED = "failed"
    """The API says it failed. `Failed (TTL)` may have arrived all the same."""
    DEAD = "dead"
    """`New` or `Sending` past its validity: the server will never touch it again."""
    STUCK = "stuck"
    """Not final and later than normal for its state."""
    UNKNOWN = "unknown"
    """A status this version has not heard of."""
    IN_FLIGHT = "in_flight"
    """On its way and on time. `Accepted` is here, though the API counts it as succeeded."""
    WAITING = "waiting"
    """`New` while the send window is closed: normal."""
    CONFIRMED = "confirmed"
    """The phone confirmed receipt."""

    @property
    def glyph(self) -> str:
        """One ASCII character that says it without colour."""
        return _GLYPHS[self]


_GLYPHS = {
    Phase.FAILED: "X",
    Phase.DEAD: "!",
    Phase.STUCK: "!",
    Phase.UNKNOWN: "?",
    Phase.IN_FLIGHT: ">",
    Phase.WAITING: ".",
    Phase.CONFIRMED: "+",
}


FAULTS = frozenset({Phase.FAILED, Phase.DEAD, Phase.STUCK})
"""The phases somebody should look at."""

SETTLED = frozenset({Phase.FAILED, Phase.DEAD, Phase.CONFIRMED})
"""The phases of a final order."""


def class_of(phase: Phase, status: str) -> str:
    """Return where the cause lies; of a fault of time and of what waits, its phase."""
    of_time = phase in (Phase.STUCK, Phase.DEAD, Phase.WAITING)
    return phase if of_time else status_class(status)


class Standing(NamedTuple):
    """A phase, and until when it holds if the API says nothing new."""

    phase: Phase
    until: datetime | None
    """UTC; None when time alone will not change it."""


def valid_until(last_update: datetime) -> datetime:
    """Return the latest moment at which a `New` or `Sending` row can still change.

    The row does not carry its expiry, which is 48 hours after the requested send time, or
    after the next opening of the send window. `last_update` is never before the requested
    time, so this errs towards hope: nothing is called dead that could still be sent.
    """
    return next_open(last_update) + VALIDITY


def standing(notification: Notification, now: datetime) -> Standing:
    """Return the phase of `notification` at `now` (UTC)."""
    since = notification.last_update
    match notification.status:
        case "Delivered":
            return Standing(Phase.CONFIRMED, None)
        case "New":
            return _unsent(since, now, after_open_time(since, NEW_STUCK_AFTER), windowed=True)
        case "Sending":
            return _unsent(since, now, since + SENDING_STUCK_AFTER, windowed=False)
        case "Accepted":
            stuck_at = since + ACCEPTED_STUCK_AFTER
            if now >= stuck_at:
                return Standing(Phase.STUCK, None)
            return Standing(Phase.IN_FLIGHT, stuck_at)
        case status:
            return Standing(Phase.FAILED if is_failed(status) else Phase.UNKNOWN, None)


def _unsent(since: datetime, now: datetime, stuck_at: datetime, *, windowed: bool) -> Standing:
    dead_at = valid_until(since)
    if now >= dead_at:
        return Standing(Phase.DEAD, None)
    if now >= stuck_at:
        return Standing(Phase.STUCK, dead_at)
    if not windowed:
        return Standing(Phase.IN_FLIGHT, stuck_at)
    if is_open(now):
        return Standing(Phase.IN_FLIGHT, min(stuck_at, next_close(now)))
    return Standing(Phase.WAITING, next_open(now))
