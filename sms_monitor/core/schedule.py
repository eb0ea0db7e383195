"""When an order is asked again: often while it moves, rarely when it is final.

A longer interval makes the monitor gentler as a whole; one shorter than `EASY` makes it quicker
where something moves, and not where nothing did for long.
"""

from __future__ import annotations

import math
from datetime import datetime

from sms_monitor.core.errors import SourceError
from sms_monitor.core.order import Order
from sms_monitor.core.phase import SETTLED, Phase

BACKOFF_CAP = 300.0
"""Seconds; the longest we stay away from a failing server on our own account, but for jitter."""
FIRST_RETRY = 2.0
"""Seconds after the first failure between us and the API; doubled for each further one."""
REFUSED_RETRY = 60.0
"""Seconds after the first 400 or 404: asking sooner would hardly change the answer."""
JITTER = 0.1
"""Share by which a delay varies either way, so that many monitors do not march in step."""

OPEN_FLOOR = 2.0
"""Seconds between two looks at the order on the screen while it moves, at the least."""
OPEN_SHARE_OF_AGE = 10
"""Part of the time an order stood still after which it is asked again while it is on the screen."""
EASY = 15.0
"""Seconds; the interval of which the longer waits are multiples, unless it is longer itself."""
SMS_A_SECOND = 2000
"""Listed SMS that one order may cost a second: the list comes whole each time, and of 100,000 SMS
it has 40 MB, so that order is asked every 50 s at most."""

_DAY = 86_400.0
_LAST_DAY = 7 * _DAY
"""Seconds after the last change from which a final order is not asked by itself any more."""


def next_delay(
    order: Order, interval: float, now: datetime, chance: float, floor: float | None = None
) -> float:
    """Seconds until `order` is asked again; infinity for not by itself.

    `interval` is in seconds, `now` is UTC by the server's clock, `chance` is a random number
    in [0, 1) that spreads the result by `JITTER`. What the server asked for in `Retry-After`
    is never undercut. `floor`, in seconds, is for the order on the screen: while it moves it is
    asked that often, and less so the longer it stands still; None for all others.
    """
    spread = 1 + JITTER * (2 * chance - 1)
    if order.error is not None:
        # spread as well, or all that were sent away come back at one moment
        asked_for = order.error.retry_after * (1 + JITTER * chance)
        return max(_backoff(order.error, order.failures) * spread, asked_for)
    pace = _pace(order, interval, now, floor)
    return max(pace, len(order.rows) / SMS_A_SECOND) * spread


def usual_pace(interval: float) -> float:
    """Return the seconds at which an order that moves is asked, at the most."""
    return 4 * max(interval, EASY) * (1 + JITTER)


def _backoff(error: SourceError, failures: int) -> float:
    first = FIRST_RETRY if error.transport else REFUSED_RETRY
    # 2.0**1024 overflows; 16 doublings already exceed the cap
    return min(BACKOFF_CAP, first * 2.0 ** min(failures - 1, 16))


def _pace(order: Order, interval: float, now: datetime, floor: float | None) -> float:
    easy = max(interval, EASY)
    # by the rows' own times, so that a restart changes nothing
    since_change = max(0.0, (now - order.changed_at).total_seconds()) if order.changed_at else 0.0
    if order.tally.final:
        # a final status can still change, and hardly ever does
        if since_change >= _LAST_DAY:
            return math.inf
        return easy * (60 if since_change < _DAY else 240)
    if not order.rows:
        stopped = order.order_status is not None and order.order_status.stopped
        return 60 * easy if stopped else 4 * interval
    if all(phase is Phase.WAITING or phase in SETTLED for phase in order.tally.phases):
        return _until(order.phases_until, now, interval, 20 * easy)
    # a change is the less likely the longer there was none: intervals as the root of the age
    usual = max(interval, min(4.4 * math.sqrt(since_change), 4 * easy))
    return usual if floor is None else max(floor, min(since_change / OPEN_SHARE_OF_AGE, usual))


def _until(moment: datetime | None, now: datetime, least: float, most: float) -> float:
    seconds = (moment - now).total_seconds() if moment else most
    return max(least, min(seconds, most))
