"""When an SMS changes status: the jobs, the gateway and the phones, in simulated time.

The rules are those of Altinn/altinn-notifications: its cron jobs, `updatesmsnotification.sql`,
`updateexpirednotifications.sql` and `SmsClient.cs`.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from .clock import next_daytime_minute, next_minute
from .plan import Ending, Plan, Policy

PUBLISH_BATCH = 500
"""SMS picked up by one run of the send job, which runs every minute."""
TERMINATION_BATCH = 100
"""SMS ended by one run of the expiry job (TerminationBatchSize), which runs every 15 minutes."""
EXPIRY_GRACE = timedelta(seconds=300)
"""ExpiryOffsetSeconds: a report may still come this long after the validity."""


class Change(NamedTuple):
    """The status from `at` (UTC) until the next change."""

    at: datetime
    status: str


def is_final(status: str) -> bool:
    """True for the statuses that let an order be Completed."""
    return status == "Delivered" or status.startswith("Failed")


def processing(plan: Plan, rng: random.Random) -> tuple[Change, ...]:
    """The life of the order itself, without Completed, which its SMS decide.

    The order job takes what is due within the next minute, so the notifications can be there
    up to a minute before the requested time.
    """
    made = [Change(plan.created, "Registered")]
    if plan.ending is Ending.CANCELLED and plan.cancelled_at is not None:
        return (*made, Change(plan.cancelled_at, "Cancelled"))
    due = next_minute(max(plan.created, plan.requested - timedelta(minutes=1)))
    begun = due + timedelta(seconds=rng.uniform(0.1, 0.9))
    done = begun + timedelta(seconds=rng.uniform(0.5, 2) + plan.recipients / 1000)
    return (*made, Change(begun, "Processing"), Change(done, plan.ending))


class Lifecycle:
    """Works out the changes of one order's SMS, in the order they are to be sent.

    `born`: when the notifications of the order were made. Chance comes from `rng` alone.
    """

    def __init__(self, plan: Plan, born: datetime, rng: random.Random) -> None:
        self._plan = plan
        self._born = born
        self._rng = rng
        self._job_lag = timedelta(seconds=rng.uniform(0.2, 2.5))
        self._ended_by_expiry = 0

    def changes(
        self, path: tuple[str, ...], place: int, last_at: datetime | None
    ) -> tuple[Change, ...]:
        """The changes of an SMS that is number `place` in the queue and goes along `path`.

        `last_at`: when the last one is to come, if later than the one before. After the
        validity nothing changes any more, but that Accepted becomes Failed_TTL.
        """
        made = [Change(self._born, path[0])]
        for number, (before, after) in enumerate(pairwise(path), start=2):
            at = self._next(made[-1].at, before, after, place)
            if last_at is not None and number == len(path):
                at = max(last_at, made[-1].at + timedelta(milliseconds=100))
            if at > self._plan.expires:
                break
            made.append(Change(at, after))
        if made[-1].status == "Accepted":
            made.append(Change(self._expiry_run(), "Failed_TTL"))
        return tuple(made)

    def _next(self, since: datetime, before: str, after: str, place: int) -> datetime:
        match before, after:
            case "New", _:
                return self._claim(since, place)
            case "Sending", "New":
                return since + timedelta(seconds=self._rng.uniform(1, 4))
            case "Sending", _:
                return since + timedelta(seconds=self._gateway(place))
            case "Accepted", "Failed_Expired":
                return since + timedelta(hours=self._rng.uniform(20, 44))
            case "Delivered", _:
                return since + timedelta(minutes=self._rng.uniform(1, 40))
        return since + timedelta(seconds=self._rng.lognormvariate(1.6, 0.8))

    def _claim(self, since: datetime, place: int) -> datetime:
        """When the send job takes it: every minute, at most a batch, in the send window."""
        opens = next_daytime_minute if self._plan.policy is Policy.DAYTIME else next_minute
        first = opens(max(since, self._plan.requested))
        return opens(first + timedelta(minutes=place // PUBLISH_BATCH)) + self._job_lag

    def _gateway(self, place: int) -> float:
        """Seconds to the gateway's answer; now and then it has to be asked again."""
        asked_again = 300 if self._rng.random() < 0.005 else 0
        queue = place % PUBLISH_BATCH * self._plan.gateway_seconds
        return queue + self._rng.uniform(0.3, 2) + asked_again

    def _expiry_run(self) -> datetime:
        """When the expiry job gets to the next SMS of the order that no report came for."""
        quarter = timedelta(minutes=15)
        over = self._plan.expires + EXPIRY_GRACE
        first = over.replace(minute=over.minute // 15 * 15, second=0, microsecond=0)
        if first < over:
            first += quarter
        runs = self._ended_by_expiry // TERMINATION_BATCH
        self._ended_by_expiry += 1
        return first + runs * quarter + self._job_lag
