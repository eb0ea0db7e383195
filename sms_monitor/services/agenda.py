"""When each order is due, and which of those that are due has waited longest for its pace.

An order that is asked every 15 s and is 30 s late goes before one that is asked every 15 min
and is 5 min late. When there are more orders than can be asked, all fall behind by the same
share of their own pace, and none is left out.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sms_monitor.services.deadlines import Deadlines


class _Lane(NamedTuple):
    """Orders of about the same pace, so that among them the one that is due first goes first."""

    troubled: bool
    octave: int
    """The pace is at most 2**octave seconds, and more than half of that."""


class _Entry(NamedTuple):
    lane: _Lane
    due: float
    pace: float
    cost: int


class Agenda:
    """One entry an order; every step is as cheap with a thousand of them as with ten."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._lanes: dict[_Lane, Deadlines[float]] = {}

    def put(self, order_id: str, due: float, pace: float, cost: int, *, troubled: bool) -> None:
        """Let an order be due at monotonic second `due`, in the place of when it was.

        `pace` is the seconds it waits when nothing holds it up, `cost` the requests one look
        is likely to take, `troubled` whether the last one failed. One that is due at infinity
        never is.
        """
        self.remove(order_id)
        if math.isinf(due):
            return
        lane = _Lane(troubled, math.ceil(math.log2(max(pace, 1.0))))
        self._entries[order_id] = _Entry(lane, due, max(pace, 1.0), cost)
        self._lanes.setdefault(lane, Deadlines()).put(order_id, due)

    def remove(self, order_id: str) -> None:
        """Forget an order; nothing happens when it is not there."""
        entry = self._entries.pop(order_id, None)
        if entry is not None:
            self._lanes[entry.lane].remove(order_id)

    def first_due(self, *, troubled: bool) -> float | None:
        """Return when the first order is due, of those without trouble or of all."""
        firsts = (lane.first() for key, lane in self._lanes.items() if troubled or not key.troubled)
        return min((first[0] for first in firsts if first is not None), default=None)

    def most_overdue(self, now: float, *, troubled: bool) -> str | None:
        """Return the order that is latest for its pace, None when none is due."""
        latest, found = -1.0, None
        for key, lane in self._lanes.items():
            first = lane.first()
            if first is None or first[0] > now or (key.troubled and not troubled):
                continue
            late = (now - first[0]) / self._entries[first[1]].pace
            if late > latest:
                latest, found = late, first[1]
        return found

    def late(self, now: float) -> int:
        """Return how many orders are due; goes over all of them."""
        return sum(entry.due <= now for entry in self._entries.values())

    def paces(self) -> list[tuple[float, int]]:
        """Return the pace in seconds and the cost in requests of each order."""
        return [(entry.pace, entry.cost) for entry in self._entries.values()]
