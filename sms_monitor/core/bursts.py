"""Many failures of one cause in a short time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sms_monitor.core.status import FAILED_TTL, status_class

if TYPE_CHECKING:
    from sms_monitor.core.order import Row


class Burst(NamedTuple):
    """Many failures of one cause in a short time."""

    cause: str
    """A status, or "" for several statuses whose cause is the sending systems or unknown."""
    failures: int
    """Failures of that cause in that time."""
    began: datetime
    """UTC, of the first of them."""


def is_data_quality(status: str) -> bool:
    """Whether a failure lies in the number or in a register, not in the sending of it."""
    return status_class(status) in ("number", "register")


def largest_burst(
    failures: Sequence[Row], within: timedelta, at_least: int, share: float
) -> Burst | None:
    """Return the largest stretch of `failures` that one cause dominates; None without one.

    They are first to last. The stretch is `within` long and holds `at_least` failures of one
    cause, more than `share` (0 to 1) of all failures in it. A cause is one status, or all that
    are the sending systems' or nobody's. Numbers and registers are no cause here: a list with
    bad numbers fails in a minute too, and at no fault of the systems.
    """
    statuses = [row.status for row in failures]
    causes = {status: _causes(status) for status in set(statuses)}
    counts: dict[str, int] = dict.fromkeys((c for found in causes.values() for c in found), 0)
    best, most, began = "", 0, 0
    start = 0
    for end, row in enumerate(failures):
        for cause in causes[statuses[end]]:
            counts[cause] += 1
        while row.last_update - failures[start].last_update > within:
            for cause in causes[statuses[start]]:
                counts[cause] -= 1
            start += 1
        for cause in causes[statuses[end]]:
            # one status says more than several together, so these must be more
            if counts[cause] > max(most, at_least - 1, share * (end - start + 1)):
                best, most, began = cause, counts[cause], start
    if not most:
        return None
    first = next(i for i in range(began, len(failures)) if best in causes[statuses[i]])
    return Burst(best, most, failures[first].last_update)


def _causes(status: str) -> tuple[str, ...]:
    """Return what a failure counts as in a burst."""
    if is_data_quality(status):
        return ()
    # a job sets Failed (TTL), up to a hundred a run: only together with others is it a sign
    both = (status, "") if status_class(status) in ("system", "unknown") else (status,)
    return both if status != FAILED_TTL else ("",)
