"""Whose turn it is to be asked about, within the budget of requests.

First what a person asked for, then the order on the screen, then whatever is most overdue.
Nothing here waits or sends; the poller does.
"""

from __future__ import annotations

from collections.abc import Iterable

from sms_monitor.core.board import Board
from sms_monitor.core.budget import Budget
from sms_monitor.core.order import Order
from sms_monitor.core.schedule import OPEN_FLOOR, usual_pace
from sms_monitor.services.agenda import Agenda
from sms_monitor.services.connection import MAX_CONNECTIONS

CONCURRENCY = MAX_CONNECTIONS
"""Orders that are asked about at once: one a connection."""
TROUBLED_AT_ONCE = 4
"""Of these, how many may be orders whose last attempt failed: one that hangs until its
time-out must not keep the healthy ones waiting."""
OPEN_SHARE = 0.5
"""The most of the budget that goes to the order on the screen."""
HELD_AFTER = 10.0
"""Seconds that an order is due before it is said that the budget holds it back."""


class Turns:
    """What is due, what was asked for, and what the budget leaves for it. Seconds are monotonic."""

    def __init__(self, requests_per_minute: int) -> None:
        self.budget = Budget(requests_per_minute)
        self.wake_at: float | None = None
        """When `next` may have another answer; None when only an answer or a person changes it."""
        self.open: str | None = None
        """The order on the screen."""
        self._open_due: float | None = None
        self._agenda = Agenda()
        self._wanted: dict[str, None] = {}
        self._asking: dict[str, tuple[int, bool]] = {}
        """What each may cost, and whether it had trouble."""
        self._sent = 0
        self._short = False
        self._spacing: tuple[float, float | None] = (0.0, None)

    @property
    def open_floor(self) -> float:
        """Seconds between two looks at the order on the screen, at the least."""
        return max(OPEN_FLOOR, 60 / (OPEN_SHARE * self.budget.per_minute))

    def count(self, sent: int, now: float) -> None:
        """Take in that `sent` requests have left since the start, whoever made them."""
        self.budget = self.budget.spent(sent - self._sent, now)
        self._sent = sent

    def plan(self, order: Order, due: float, pace: float) -> None:
        """Let `order` be due; one that is being asked is planned by its answer."""
        if order.order_id not in self._asking:
            troubled = order.error is not None
            cost = cost_of(order) if order.summary is not None else 1
            self._agenda.put(order.order_id, due, pace, cost, troubled=troubled)

    def look_closer(self, order_id: str | None, due: float | None) -> None:
        """Let the order on the screen be due earlier than it was planned; None for it is not."""
        self.open, self._open_due = order_id, due

    def forget(self, order_ids: Iterable[str]) -> None:
        """Ask no more about orders that are no longer watched."""
        for order_id in order_ids:
            self._agenda.remove(order_id)
            self._wanted.pop(order_id, None)
            if order_id == self.open:
                self.look_closer(None, None)

    def want(self, order_ids: Iterable[str]) -> None:
        """Let orders go before all others, and before those that were wanted before."""
        wanted = dict.fromkeys(order_ids)
        self._wanted = wanted | {o: None for o in self._wanted if o not in wanted}

    def answered(self, order_id: str) -> None:
        """Take in that nothing is under way about an order any more."""
        del self._asking[order_id]

    def next(self, board: Board, now: float) -> str | None:
        """Return the order that is to be asked now, as one that is being asked; None for none."""
        self.wake_at = None
        if len(self._asking) >= CONCURRENCY:
            return None
        if now < board.quiet_until:
            self.wake_at = board.quiet_until
            return None
        order_id = self._first(board, now)
        if order_id is None:
            self._short = False
            self.wake_at = self._next_due(board)
            return None
        order = board.orders[order_id]
        cost = cost_of(order)
        # what is under way may yet send all it can
        held = sum(most for most, _ in self._asking.values())
        wait = self.budget.wait(held + cost, now)
        self._short = wait > 0
        if self._short:
            self.wake_at = now + wait
            return None
        self._agenda.remove(order_id)
        self._wanted.pop(order_id, None)
        if order_id == self.open:
            self._open_due = None
        self._asking[order_id] = cost, order.error is not None
        return order_id

    def spacing(self, interval: float, now: float) -> float | None:
        """Return how far apart two looks at an order that moves are because of the budget.

        Seconds, to two figures; None while the budget holds nothing back. `interval` is the one
        the person chose.
        """
        due = self._agenda.first_due(troubled=False)
        if not self._short or due is None or now - due < HELD_AFTER:
            self._spacing = (now, None)
        elif self._spacing[1] is None or now - self._spacing[0] >= HELD_AFTER:
            self._spacing = (now, float(f"{self._stretched(interval, now):.2g}"))
        return self._spacing[1]

    def _stretched(self, interval: float, now: float) -> float:
        paces = self._agenda.paces()
        wanted = sum(60 * cost / pace for pace, cost in paces)
        moving = [pace for pace, _ in paces if pace <= usual_pace(interval)]
        usual = [1 / pace for pace in moving or [pace for pace, _ in paces]]
        share = wanted / self.budget.per_minute
        if share > 1:
            return share * len(usual) / sum(usual)
        # they only came due at once, as after a break of the network
        return self._agenda.late(now) * 60 / self.budget.per_minute

    def _first(self, board: Board, now: float) -> str | None:
        room = self._room_for_trouble()
        for order_id in self._wanted:
            order = board.orders[order_id]
            sent_away = _sent_away_until(order)
            if order_id not in self._asking and sent_away <= now and (room or order.error is None):
                return order_id
        if board.paused:
            return None
        if self._open_due is not None and self._open_due <= now and self.open not in self._asking:
            return self.open
        return self._agenda.most_overdue(now, troubled=room)

    def _next_due(self, board: Board) -> float | None:
        # those that are due wait for an answer, which comes without being waited for here
        wanted = [board.orders[o] for o in self._wanted if o not in self._asking]
        dues: list[float | None] = [_sent_away_until(order) for order in wanted]
        if not board.paused:
            dues.append(self._agenda.first_due(troubled=self._room_for_trouble()))
            dues.append(self._open_due if self.open not in self._asking else None)
        return min((due for due in dues if due), default=None)

    def _room_for_trouble(self) -> bool:
        return sum(troubled for _, troubled in self._asking.values()) < TROUBLED_AT_ONCE


def cost_of(order: Order) -> int:
    """Return how many requests a look at `order` can take: why there are no SMS is asked too."""
    if order.rows:
        return 1
    status = order.order_status
    return 3 if status is not None and status.ends_without_sms and not status.stopped else 2


def _sent_away_until(order: Order) -> float:
    """Monotonic seconds until which the server asked us not to ask about `order`; 0 for none."""
    asked_away = order.error is not None and order.error.retry_after
    return (order.next_poll or 0.0) if asked_away else 0.0
