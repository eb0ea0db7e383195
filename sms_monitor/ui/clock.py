"""The clock the screen reads: the server's time of day, and seconds that never jump."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class DisplayClock(NamedTuple):
    """What the poller's clock says, corrected by the server's `Date`."""

    now: Callable[[], datetime]
    """UTC; the moment that is shown while the past is replayed."""
    monotonic: Callable[[], float]
    """Seconds."""
    live: Callable[[], datetime]
    """UTC; what it is now, whatever is shown."""
