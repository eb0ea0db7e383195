"""The polling loop that both front ends iterate.

It knows nothing of tables or terminals: it yields the next board, and whoever iterates paints
it or prints it. There is no retry below it: the next poll is the retry, and it can be seen.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from sms_monitor.core.board import Board
from sms_monitor.core.diff import Transition
from sms_monitor.core.errors import RateLimited, SourceError
from sms_monitor.core.freshness import OFFLINE_AFTER
from sms_monitor.core.order import LARGE_ORDER, Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.schedule import FIRST_RETRY, next_delay
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.clock import Clock
from sms_monitor.services.deadlines import Deadlines
from sms_monitor.services.look import aged_order, look_at, worked_out
from sms_monitor.services.turns import Turns

_SILENCE = frozenset({"unreachable", "timeout"})
SKEW_TOLERANCE = timedelta(seconds=2)
"""`Date` has whole seconds and travels; a smaller difference is no difference."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """A look at an order, taken in."""

    before: Order
    after: Order
    news: tuple[Transition, ...]
    date: datetime | None
    """The server's clock, as in `Look`."""


class Poller:
    """Keeps a `Board` up to date, each order at its own pace and all within one budget.

    All methods but `boards` return at once and take effect at the next step of the loop. They
    must be called on the event loop that runs `boards`. Whose turn it is, `turns` decides.
    """

    def __init__(
        self,
        client: NotificationsClient,
        clock: Clock,
        chance: Callable[[], float],
        interval: float,
        requests_per_minute: int,
    ) -> None:
        """`chance` gives random numbers in [0, 1); `interval` is in seconds."""
        self._turns = Turns(requests_per_minute)
        self.board = Board(interval=interval, budget=self._turns.budget)
        self._client = client
        self._clock = clock
        self._chance = chance
        self._asking: dict[asyncio.Task[_Answered | SourceError], str] = {}
        self._changed: dict[str, Order] = {}
        """What this step has changed; the next board takes all of it at once."""
        self._phase_ends: Deadlines[datetime] = Deadlines()
        self._judged_at = datetime.min.replace(tzinfo=UTC)
        self._woken = asyncio.Event()

    def watch(
        self, orders: Iterable[tuple[str, str]], notes: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Watch exactly these (order id, label) pairs; new ones are asked at once.

        `notes` are by order id.
        """
        board = self.board.watching(orders, notes)
        now = self._clock.monotonic()
        fresh = {
            order_id: replace(order, next_poll=now)
            for order_id, order in board.orders.items()
            if order_id not in self.board.orders
        }
        gone = self.board.orders.keys() - board.orders.keys()
        self._turns.forget(gone)
        for order_id in gone:
            self._phase_ends.remove(order_id)
        for order in fresh.values():
            self._turns.plan(order, now, board.interval)
        self._set(board.with_orders(fresh))

    def refresh(self, order_id: str | None = None) -> None:
        """Ask about one order, or all, before all others; also while paused.

        What the server asked for in `Retry-After` is still waited for, and so is the budget.
        """
        if order_id is None:
            self._turns.want(self.board.orders)
        elif order_id in self.board.orders:
            self._turns.want([order_id])
        self._woken.set()

    def look_closer(self, order_id: str | None) -> None:
        """Ask more often about the order on the screen while it moves; None when there is none."""
        if order_id == self._turns.open:
            return
        order = self.board.orders.get(order_id or "")
        self._turns.look_closer(order.order_id if order else None, None)
        if order is not None and order.answered is not None and order.error is None:
            due = order.answered + self._closer_delay(order, math.inf)
            self._turns.look_closer(order.order_id, None if math.isinf(due) else due)
        self._woken.set()

    def pause(self, paused: bool) -> None:
        """Stop or resume asking; answers under way still come in."""
        self._set(replace(self.board, paused=paused, news=()))

    def set_interval(self, seconds: float) -> None:
        """Change the pace; orders due later than it now says are asked earlier."""
        now, changed = self._clock.monotonic(), {}
        for key, order in self.board.orders.items():
            if order.next_poll is not None and order.error is None:
                delay = next_delay(order, seconds, self.now(), self._chance())
                due = min(order.next_poll, now + delay)
                changed[key] = replace(order, next_poll=due)
                self._turns.plan(order, due, delay)
        self._set(replace(self.board.with_orders(changed), interval=seconds, news=()))

    def set_budget(self, requests_per_minute: int) -> None:
        """Change how many requests a minute there may be."""
        turns = self._turns
        turns.budget = turns.budget.limited_to(requests_per_minute, self._clock.monotonic())
        self._set(replace(self.board, budget=turns.budget, news=()))

    def now(self) -> datetime:
        """Return the time by the server's clock, UTC."""
        return self._clock.now() + self.board.skew

    async def boards(self) -> AsyncGenerator[Board, None]:
        """Yield each new board, until cancelled; the first at once. To be iterated once.

        Trouble with an order is an `error` on the board. What is raised is a bug.
        """
        shown: Board | None = None
        try:
            while True:
                self._woken.clear()
                self._take_answers()
                await self._let_time_pass()
                self._ask_due()
                if self.board is not shown:
                    shown = self.board
                    yield shown
                    if self.board is shown:  # else a control has made a newer one meanwhile
                        self.board = shown = replace(shown, news=())
                    continue
                await self._something_to_do()
        finally:
            for task in self._asking:
                task.cancel()
            await asyncio.gather(*self._asking, return_exceptions=True)

    def _set(self, board: Board) -> None:
        self.board = board
        self._woken.set()

    def _take_changes(self) -> None:
        """Make the next board of what has changed."""
        for order in self._changed.values():
            if order.phases_until is None:
                self._phase_ends.remove(order.order_id)
            else:
                self._phase_ends.put(order.order_id, order.phases_until)
            if order.judged_at is not None:
                self._judged_at = max(self._judged_at, order.judged_at)
        self.board = self.board.with_orders(self._changed)
        self._changed = {}

    async def _let_time_pass(self) -> None:
        """Judge anew the orders of which time alone moves a phase, and all when it was put back."""
        now = self.now()
        put_back = now < self._judged_at
        due = [o.order_id for o in self.board.orders.values() if put_back and o.is_aged(now)]
        while (first := self._phase_ends.first()) is not None and first[0] <= now:
            self._phase_ends.remove(first[1])
            due.append(first[1])
        self._judged_at = now
        orders = [self.board.orders[order_id] for order_id in due]
        self._changed = {o.order_id: o.at(now) for o in orders if not o.is_large}
        self._take_changes()
        for order in (o for o in orders if o.is_large):
            aged = await asyncio.to_thread(aged_order, order, now)
            if self.board.orders.get(order.order_id) is order:
                self._changed[order.order_id] = aged
                self._take_changes()
            elif order.order_id in self.board.orders:
                # a control has changed it meanwhile: the next step does it again
                self._phase_ends.put(order.order_id, now)

    def _ask_due(self) -> None:
        now = self._clock.monotonic()
        self._turns.count(self._client.sent, now)
        while (order_id := self._turns.next(self.board, now)) is not None:
            order = self.board.orders[order_id]
            asked = self._changed[order_id] = replace(order, next_poll=None, asked=now)
            self._asking[asyncio.create_task(self._ask(asked))] = order_id
        self._take_changes()
        spacing = self._turns.spacing(self.board.interval, now)
        if (spacing, self._turns.budget) != (self.board.spacing, self.board.budget):
            self.board = replace(self.board, spacing=spacing, budget=self._turns.budget)

    async def _ask(self, order: Order) -> _Answered | SourceError:
        # an error is a value here: one bad order must not cancel its siblings
        try:
            look = await look_at(self._client, order.order_id, order.body)
        except SourceError as error:
            return error
        before = self.board.orders.get(order.order_id, order)
        large = look.taken.body.count > LARGE_ORDER or before.is_large

        def taken_in() -> tuple[Order, tuple[Transition, ...]]:
            now = self._clock.now() + self._skew(look.date)
            answer, body = look.taken
            after, news = before.after_answer(
                answer, look.order_status, now, self._clock.monotonic(), body
            )
            return worked_out(after) if large else after, news

        after, news = await asyncio.to_thread(taken_in) if large else taken_in()
        return _Answered(before, after, news, look.date)

    def _take_answers(self) -> None:
        news = self.board.news
        for task in [task for task in self._asking if task.done()]:
            order_id = self._asking.pop(task)
            self._turns.answered(order_id)
            order = self.board.orders.get(order_id)
            answer = task.result()
            if order is None:
                continue
            match answer:
                case SourceError() as error:
                    order = order.after_error(error)
                    silent = self.board.failed_in_a_row + 1 if error.transport else 0
                    self.board = replace(self.board, failed_in_a_row=silent)
                    if isinstance(error, RateLimited):
                        # the limit is on us, not on the order
                        quiet = self._clock.monotonic() + error.retry_after
                        quiet = max(self.board.quiet_until, quiet)
                        self.board = replace(self.board, quiet_until=quiet)
                case _Answered() as answered if answered.before.body is not order.body:
                    # it was taken away and came back: this answer is about the one before
                    self._turns.want([order_id])
                case _Answered() as answered:
                    if self.board.failed_in_a_row >= OFFLINE_AFTER:
                        self._ask_silent_ones_soon()
                    self.board = replace(
                        self.board, failed_in_a_row=0, skew=self._skew(answered.date)
                    )
                    order = replace(answered.after, label=order.label, note=order.note)
                    news += answered.news
            self._plan(order)
        self._take_changes()
        if news is not self.board.news:
            self.board = replace(self.board, news=news)

    def _ask_silent_ones_soon(self) -> None:
        """Let the orders that nobody answered about come back with the API, not one by one."""
        now = self._clock.monotonic()
        for order in {**self.board.orders, **self._changed}.values():
            if order.next_poll is not None and order.error and order.error.kind in _SILENCE:
                due = min(order.next_poll, now + FIRST_RETRY * self._chance())
                self._changed[order.order_id] = replace(order, next_poll=due)
                self._turns.plan(order, due, FIRST_RETRY)

    def _plan(self, order: Order) -> None:
        now = self._clock.monotonic()
        delay = next_delay(order, self.board.interval, self.now(), self._chance())
        due = now + delay
        self._turns.plan(order, due, delay)
        if order.order_id == self._turns.open and order.error is None:
            due = min(due, now + self._closer_delay(order, delay))
            self._turns.look_closer(order.order_id, due)
        self._changed[order.order_id] = replace(order, next_poll=due, asked=None)

    def _closer_delay(self, order: Order, usual: float) -> float:
        """Seconds to the next look at the order on the screen; `usual` unless it moves."""
        floor, interval = self._turns.open_floor, self.board.interval
        if floor >= interval or not order.tally[Phase.IN_FLIGHT]:
            return usual
        return min(usual, next_delay(order, interval, self.now(), self._chance(), floor))

    def _skew(self, date: datetime | None) -> timedelta:
        if date is None:
            return self.board.skew
        skew = date - self._clock.now()
        if abs(skew) <= SKEW_TOLERANCE:
            return timedelta(0)
        return skew if abs(skew - self.board.skew) > SKEW_TOLERANCE else self.board.skew

    async def _something_to_do(self) -> None:
        """Wait for an answer, a control, the next poll or the next change of a phase."""
        waits: list[asyncio.Task[object]] = [asyncio.create_task(self._woken.wait())]
        seconds = self._seconds_to_next()
        if seconds is not None:
            waits.append(asyncio.create_task(self._clock.sleep(seconds)))
        try:
            await asyncio.wait({*self._asking, *waits}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def _seconds_to_next(self) -> float | None:
        seconds = []
        if self._turns.wake_at is not None:
            seconds.append(self._turns.wake_at - self._clock.monotonic())
        first = self._phase_ends.first()
        if first is not None:
            seconds.append((first[0] - self.now()).total_seconds())
        return max(0.0, min(seconds)) if seconds else None
