"""How many requests a minute this program allows itself: a token bucket.

Half a minute's worth of what was not used may be spent at once, so that a few orders are
looked at as soon as they are watched; after that requests are spread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

LEAST_BUDGET, MOST_BUDGET = 6, 6000
"""Requests a minute that may be chosen; the config file and the monitor allow the same."""
BURST = 0.5
"""Share of a minute's requests that may be sent at once."""
LEAST_BURST = 4.0
"""Requests that may be sent at once at the least; one look can take three."""
STEP = 5.0
"""Seconds for which requests are counted together: what is shown changes no oftener."""
_STEPS = round(60 / STEP)
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Budget:
    """What was spent and what is left. All times are monotonic seconds."""

    per_minute: int = 60
    """Requests that may be sent in a minute, in the long run."""
    left: float = math.inf
    """Requests that could be sent at `at`; below 0 when more were sent than there were, and any
    number above the burst is the burst."""
    at: float = 0.0
    recent: tuple[tuple[int, int], ...] = ()
    """(number of the step, requests in it), oldest first; those of the last minute."""

    @property
    def burst(self) -> float:
        """The most requests that can be saved up."""
        return max(LEAST_BURST, BURST * self.per_minute)

    def left_at(self, now: float) -> float:
        """Return how many requests can be sent at `now`; less than 0 is a debt."""
        return min(self.burst, self.left + max(0.0, now - self.at) * self.per_minute / 60)

    def spent(self, count: int, now: float) -> Budget:
        """Return what is left after `count` requests at `now`; itself for none.

        There is no refusal: what a person asks for is sent, and others wait for it.
        """
        if count <= 0:
            return self
        step = int(now // STEP)
        known = tuple(one for one in self.recent if step - _STEPS < one[0])
        if known and known[-1][0] == step:
            known, count_now = known[:-1], known[-1][1] + count
        else:
            count_now = count
        return replace(
            self, left=self.left_at(now) - count, at=now, recent=(*known, (step, count_now))
        )

    def wait(self, count: float, now: float) -> float:
        """Return the seconds until `count` requests may be sent; 0 when they may be now."""
        missing = count - self.left_at(now)
        # whoever has waited as told has waited enough, whatever rounding made of it
        return missing * 60 / self.per_minute if missing > _ROUNDING else 0.0

    def used(self, now: float) -> int:
        """Return how many requests were sent in the last minute."""
        oldest = int(now // STEP) - _STEPS
        return sum(count for step, count in self.recent if step > oldest)

    def limited_to(self, per_minute: int, now: float) -> Budget:
        """Return the same with another limit; what was saved up shrinks with it."""
        return replace(self, per_minute=per_minute, left=self.left_at(now), at=now)
