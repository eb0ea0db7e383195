"""What a measurement gives, and how it is taken."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Scale(NamedTuple):
    """How much is measured."""

    rounds: int
    """Of the cheap measurements; one that takes seconds takes fewer, two at the least."""
    rows: int
    """SMS in the large order."""

    @property
    def few(self) -> int:
        """Rounds of what takes seconds."""
        return max(2, self.rounds // 3)


class Ratio(NamedTuple):
    """One cost of the program against one that it is held to."""

    what: str
    against: str
    mine: float
    other: float
    """Of the floor or peer; more than 0."""
    unit: str
    """Of both: `ms` of CPU where nothing else is said."""
    limit: float | None = None
    """Most that `ratio` may be; None for a peer that is only named."""

    @property
    def ratio(self) -> float:
        """How many times the other one it is."""
        return self.mine / self.other

    @property
    def met(self) -> bool:
        """Whether it is within its limit."""
        return self.limit is None or self.ratio <= self.limit


class Bound(NamedTuple):
    """A cost that is held to a number of its own."""

    what: str
    mine: float
    unit: str
    limit: float

    @property
    def met(self) -> bool:
        """Whether it is within its limit."""
        return self.mine <= self.limit


class Counts(NamedTuple):
    """What one event costs in several surroundings: a line of a table of its own."""

    what: str
    by: Mapping[str, float]
    """The cost by the name of the surroundings, the same ones for each event."""
    unit: str


class Skipped(NamedTuple):
    """What could not be measured here, and why, in a sentence."""

    what: str
    why: str


Result = Ratio | Bound | Counts | Skipped


def interleaved(
    rounds: int, cases: Mapping[str, Callable[[], float]], *, warm: bool = True
) -> dict[str, float]:
    """Return the median of each case, taken in turn `rounds` times; `warm` drops one before.

    A case returns what it cost, in any unit.
    """
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(-1 if warm else 0, rounds):
        for name, case in cases.items():
            gc.collect()
            cost = case()
            if number >= 0:
                taken[name].append(cost)
    return {name: statistics.median(costs) for name, costs in taken.items()}


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
