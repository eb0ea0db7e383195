"""What is known of all watched orders: one frozen value for the whole screen.

Every answer or error makes the next board. `core/order.py` has its orders and says which clock a
time is in: `datetime`s are the server's, `float`s are monotonic seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from sms_monitor.core.budget import Budget

if TYPE_CHECKING:
    # an empty board is there before the first paint, and what these load is not needed for it
    from sms_monitor.core.diff import Transition
    from sms_monitor.core.order import Order
    from sms_monitor.core.phase import Phase
    from sms_monitor.core.tally import Tally

_NOTES: Mapping[str, str] = MappingProxyType({})


# eq=False: a reactive compares old with new, and identity is what "changed" means here
@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """All watched orders at one moment."""

    orders: Mapping[str, Order] = field(default_factory=lambda: MappingProxyType({}))
    """By order id, in the watch list's order."""
    news: tuple[Transition, ...] = ()
    """What the last step changed; empty after a step that changed no status."""
    paused: bool = False
    interval: float = 15.0
    """Seconds between two polls of an order that is moving."""
    failed_in_a_row: int = 0
    """Attempts since the API last answered about any order; a 404 is an answer."""
    quiet_until: float = 0.0
    """Monotonic seconds until which nothing is asked: the API asked us to slow down."""
    budget: Budget = field(default_factory=Budget)
    """The requests a minute we allow ourselves, and how many were sent."""
    spacing: float | None = None
    """Seconds between two looks at an order that moves, when the budget makes them that many;
    None while it holds nothing back."""
    skew: timedelta = timedelta(0)
    """The server's clock less ours, from its `Date`; rows are judged by the server's."""
    listed: bool = False
    """Whether the watch list has been read; until then no orders does not mean that none are
    watched."""

    @property
    def heard_of_all(self) -> bool:
        """Whether there was an answer about each order, or trouble with it."""
        orders = self.orders.values()
        return self.listed and all(o.answered is not None or o.error is not None for o in orders)

    def watching(
        self, orders: Iterable[tuple[str, str]], notes: Mapping[str, str] = _NOTES
    ) -> Board:
        """Return a board of exactly these (order id, label) pairs, keeping what is known.

        `notes` are by order id; an order that is not in them has none.
        """
        from sms_monitor.core.order import Order

        return replace(
            self,
            news=(),
            listed=True,
            orders={
                order_id: replace(
                    self.orders.get(order_id, Order(order_id)),
                    label=label,
                    note=notes.get(order_id, ""),
                )
                for order_id, label in orders
            },
        )

    def with_orders(self, changed: Mapping[str, Order]) -> Board:
        """Return this board with some of its orders replaced; itself for none.

        All of `changed`, by order id, must be watched.
        """
        return replace(self, orders={**self.orders, **changed}) if changed else self

    def only_asks_since(self, old: Board) -> bool:
        """Whether all that is new since `old` is which orders are asked and when, and the budget.

        Little is to be seen of that, and it is over when the answer comes.
        """
        if self.news or list(old.orders) != list(self.orders):
            return False
        if any(getattr(self, name) != getattr(old, name) for name in _STANDING):
            return False
        orders = zip(self.orders.values(), old.orders.values(), strict=True)
        return all(order is before or order.only_asked_since(before) for order, before in orders)

    def at(self, now: datetime) -> Board:
        """Return this board with every phase as it is at `now`; itself when none has changed."""
        orders = {key: order.at(now) for key, order in self.orders.items()}
        if all(orders[key] is order for key, order in self.orders.items()):
            return self
        return replace(self, orders=orders)

    def totals(self) -> Tally:
        """Return the tally over all orders."""
        from sms_monitor.core.tally import Tally

        phases: Counter[Phase] = Counter()
        failures: Counter[str] = Counter()
        for order in self.orders.values():
            # `update` costs ten times as much, and most orders have one SMS
            for phase, count in order.tally.phases.items():
                phases[phase] += count
            for status, count in order.tally.failures.items():
                failures[status] += count
        return Tally(phases, dict(failures.most_common()))


_STANDING = tuple(f.name for f in fields(Board) if f.name not in ("orders", "news", "budget"))
