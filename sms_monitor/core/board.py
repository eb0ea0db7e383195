"""What is known of all watched orders: one frozen value for the whole screen.

Every answer or error makes the next board. An order that cannot be refreshed keeps its rows
and gains an `error`; how old they are is always known.

Two clocks: `datetime`s are the server's time (UTC), in which rows age; `float`s are monotonic
seconds, in which we wait, so that a wall clock that jumps makes nothing look fresh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from sms_monitor.core.budget import Budget
from sms_monitor.core.diff import Transition, diff
from sms_monitor.core.errors import SourceError
from sms_monitor.core.models import Notification, OrderStatus, SmsSummary
from sms_monitor.core.patterns import Patterns
from sms_monitor.core.phase import FAULTS, SETTLED, Phase, standing
from sms_monitor.core.status import status_class

_NOTHING: Mapping[str, Row] = MappingProxyType({})
_NOTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One SMS of a watched order. An unchanged SMS stays the same object from poll to poll."""

    notification: Notification
    phase: Phase
    phase_until: datetime | None
    """When time alone moves it to another phase; None for never."""
    seen: tuple[Transition, ...] = ()
    """The changes this program has watched, oldest first."""

    @property
    def id(self) -> str:
        """The notification's id."""
        return self.notification.id

    @property
    def status(self) -> str:
        """The status as people should see it."""
        return self.notification.status

    @property
    def status_class(self) -> str:
        """Where the cause lies; of a fault of time, its phase."""
        if self.phase in (Phase.STUCK, Phase.DEAD):
            return self.phase
        return status_class(self.status)

    @property
    def last_update(self) -> datetime:
        """When the server last wrote the row, UTC."""
        return self.notification.last_update


@dataclass(frozen=True)
class Tally:
    """How many SMS are in each phase; counted from the rows, never from the API's numbers.

    What is worked out from the counts is kept: a thousand orders are asked for it each second.
    """

    phases: Mapping[Phase, int]
    failures: Mapping[str, int]
    """Failed SMS by status, worst first as `Counter.most_common`."""

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Tally:
        """Count `rows`."""
        phases: Counter[Phase] = Counter()
        failures: Counter[str] = Counter()
        for row in rows:
            phases[row.phase] += 1
            if row.phase is Phase.FAILED:
                failures[row.status] += 1
        return cls(phases, dict(failures.most_common()))

    def __getitem__(self, phase: Phase) -> int:
        """Return how many SMS are in `phase`."""
        return self.phases.get(phase, 0)

    @cached_property
    def generated(self) -> int:
        """All SMS."""
        return sum(self.phases.values())

    @cached_property
    def faults(self) -> int:
        """SMS that somebody should look at: failed, dead or stuck."""
        return sum(self[phase] for phase in FAULTS)

    @property
    def failure_rate(self) -> float | None:
        """Share of the SMS that are final by the API which failed, 0 to 1; None when none are.

        Of all SMS it would look good for as long as nothing is final.
        """
        final = self[Phase.FAILED] + self[Phase.CONFIRMED]
        return self[Phase.FAILED] / final if final else None

    @cached_property
    def final(self) -> bool:
        """Whether there is at least one SMS and none can be expected to change."""
        return 0 < self.generated == sum(self[phase] for phase in SETTLED)


EMPTY_TALLY = Tally({}, {})


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One watched order: the last good answer, and what went wrong since."""

    order_id: str
    label: str = ""
    """The person's own name for it; "" when none was given."""
    note: str = ""
    """What the person wrote about it; "" for nothing."""
    summary: SmsSummary | None = None
    """The last good answer; None until the first."""
    order_status: OrderStatus | None = None
    """Why there are no SMS; None when there are, or when it is not known."""
    rows: Mapping[str, Row] = field(default_factory=lambda: _NOTHING)
    """By notification id, in the order of the last answer, which means nothing."""
    tally: Tally = EMPTY_TALLY
    patterns: Patterns = field(default_factory=lambda: Patterns(_NOTHING))
    """What the rows have in common, worked out when it is asked for."""
    error: SourceError | None = None
    """Why the last attempt failed; None when it did not."""
    failures: int = 0
    """Attempts in a row that failed."""
    answered: float | None = None
    """Monotonic seconds of the last good answer; None before the first."""
    answered_at: datetime | None = None
    """The server's time of the last good answer, UTC; None before the first."""
    next_poll: float | None = None
    """Monotonic seconds at which it is asked again, infinity for not by itself; None while it is
    being asked."""
    asked: float | None = None
    """Monotonic seconds since when an answer is waited for; None when none is."""
    changed_at: datetime | None = None
    """Newest `last_update` of the rows; None when there are none."""
    phases_until: datetime | None = None
    """When time alone moves some row to another phase."""
    judged_at: datetime | None = None
    """When phases were last worked out; a clock that is put back makes them void."""

    @property
    def worst(self) -> Phase | None:
        """The worst phase any of its SMS is in; None when there are none."""
        return next((phase for phase in Phase if self.tally[phase]), None)

    @property
    def final(self) -> bool:
        """Whether nothing can be expected to change: all SMS are final, or there will be none."""
        if self.rows or self.summary is None:
            return self.tally.final
        return self.order_status is not None and self.order_status.ends_without_sms

    @property
    def name(self) -> str:
        """Label, else sender's reference, else the ends of the id."""
        reference = self.summary.senders_reference if self.summary else None
        return self.label or reference or f"{self.order_id[:4]}..{self.order_id[-2:]}"

    def after_answer(
        self,
        summary: SmsSummary,
        order_status: OrderStatus | None,
        now: datetime,
        answered: float,
    ) -> tuple[Order, tuple[Transition, ...]]:
        """Return this order with a good answer taken in, and what that changed."""
        news = diff(self.summary, summary, now) if self.summary else ()
        changes = {t.notification_id: t for t in news if t.after is not None}
        known = self.at(now)
        rows = {n.id: known._row(n, changes.get(n.id), now) for n in summary.notifications}
        order = replace(
            self,
            summary=summary,
            order_status=None if rows else order_status or self.order_status,
            rows=rows,
            error=None,
            failures=0,
            answered=answered,
            answered_at=now,
            changed_at=max((n.last_update for n in summary.notifications), default=None),
            judged_at=now,
        )
        return order._counted(), news

    def after_error(self, error: SourceError) -> Order:
        """Return this order with a failed attempt noted; its rows stay."""
        return replace(self, error=error, failures=self.failures + 1)

    def at(self, now: datetime) -> Order:
        """Return this order with every phase as it is at `now`; itself when none has changed."""
        put_back = self.judged_at is not None and now < self.judged_at
        if not put_back and (self.phases_until is None or now < self.phases_until):
            return self
        rows = {
            key: row
            if not put_back and (row.phase_until is None or now < row.phase_until)
            else Row(row.notification, *standing(row.notification, now), row.seen)
            for key, row in self.rows.items()
        }
        return replace(self, rows=rows, judged_at=now)._counted()

    def _row(self, notification: Notification, change: Transition | None, now: datetime) -> Row:
        known = self.rows.get(notification.id)
        if known is None:
            return Row(notification, *standing(notification, now))
        if known.notification == notification:
            return known
        seen = (*known.seen, change) if change else known.seen
        return Row(notification, *standing(notification, now), seen)

    def _counted(self) -> Order:
        limits = (row.phase_until for row in self.rows.values() if row.phase_until)
        return replace(
            self,
            tally=Tally.of(self.rows.values()),
            patterns=Patterns(self.rows),
            phases_until=min(limits, default=None),
        )


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

    def watching(
        self, orders: Iterable[tuple[str, str]], notes: Mapping[str, str] = _NOTES
    ) -> Board:
        """Return a board of exactly these (order id, label) pairs, keeping what is known.

        `notes` are by order id; an order that is not in them has none.
        """
        return replace(
            self,
            news=(),
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

    def at(self, now: datetime) -> Board:
        """Return this board with every phase as it is at `now`; itself when none has changed."""
        orders = {key: order.at(now) for key, order in self.orders.items()}
        if all(orders[key] is order for key, order in self.orders.items()):
            return self
        return replace(self, orders=orders)

    def totals(self) -> Tally:
        """Return the tally over all orders."""
        phases: Counter[Phase] = Counter()
        failures: Counter[str] = Counter()
        for order in self.orders.values():
            # `update` costs ten times as much, and most orders have one SMS
            for phase, count in order.tally.phases.items():
                phases[phase] += count
            for status, count in order.tally.failures.items():
                failures[status] += count
        return Tally(phases, dict(failures.most_common()))
