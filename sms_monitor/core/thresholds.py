"""When an order is abnormal, stalled, or looks like an outage: numbers that a person may set.

How long one SMS may take before it is slow or stuck follows from how Altinn works and is not
set here: see `phase` and `notes`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The defaults are judgement, not Altinn's: `[thresholds]` in the config changes them."""

    abnormal_failures: int = 5
    """SMS. An order with fewer failures is not abnormal, whatever its rate."""
    abnormal_percent: float = 5.0
    """Of the SMS that are final. An order with a lower failure rate is not abnormal."""
    abnormal_times_median: float = 3.0
    """Nor is one whose rate is less than this many times the usual one of the environment."""
    outage_percent: float = 50.0
    """Of the failures in a stretch of `outage_minutes`: one cause in more than this share of
    them, if it is not the numbers, is a sign of an outage."""
    outage_minutes: float = 10.0
    stalled_minutes: float = 30.0
    """Of open send window in which nothing of an order moves, though something should."""
    same_minute: int = 5
    """SMS that fail with one status in one minute: from here on that is worth a hint."""


DEFAULT_THRESHOLDS = Thresholds()
