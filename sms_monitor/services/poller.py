"""The polling loop that both front ends iterate.

It knows nothing of tables or terminals: it yields the next board, and whoever iterates paints
it or prints it. There is no retry below it: the next poll is the retry, and it can be seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sms_monitor.core.board import LARGE_ORDER, Board, Order
from sms_monitor.core.diff import Transition
from sms_monitor.core.errors import Forbidden, RateLimited, SourceError, Unauthorized
from sms_monitor.core.freshness import OFFLINE_AFTER
from sms_monitor.core.intake import Body, Taken
from sms_monitor.core.models import OrderStatus
from sms_monitor.core.schedule import FIRST_RETRY, next_delay
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.clock import Clock
from sms_monitor.services.connection import MAX_CONNECTIONS

CONCURRENCY = MAX_CONNECTIONS
"""Requests in flight at once: one a connection."""
TROUBLED_AT_ONCE = 4
"""Of these, how many may be for orders whose last attempt failed: one that hangs until its
time-out must not keep the healthy ones waiting."""
_SILENCE = frozenset({"unreachable", "timeout"})
SKEW_TOLERANCE = timedelta(seconds=2)
"""`Date` has whole seconds and travels; a smaller difference is no difference."""


@dataclass(frozen=True, slots=True)
class Look:
    """One good look at an order."""

    taken: Taken
    order_status: OrderStatus | None
    """Asked for only when there are no SMS, to say why; None when it could not be had."""
    date: datetime | None
    """The server's clock, UTC; None when it did not say."""


async def look_at(client: NotificationsClient, order_id: str, last: Body | None = None) -> Look:
    """Ask the API about one order; `last` is the body before, to tell only what differs.

    Raises:
        SourceError: No usable answer.
    """
    answer = await client.sms_summary(order_id, last)
    if answer.count:
        return Look(answer.taken, None, answer.date)
    try:
        status = await client.order_status(order_id)
    except (RateLimited, Unauthorized, Forbidden):
        raise
    except SourceError:
        # the list itself is good; an explanation that was known before stays
        return Look(answer.taken, None, None)
    if status.value.ends_without_sms and not status.value.stopped:
        # they may have been made between the two answers
        again = await client.sms_summary(order_id, last)
        if again.count:
            return Look(again.taken, None, again.date)
    return Look(answer.taken, status.value, status.date)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A look at an order, taken in."""

    before: Order
    after: Order
    news: tuple[Transition, ...]
    date: datetime | None
    """The server's clock, as in `Look`."""


class Poller:
    """Keeps a `Board` up to date, each order at its own pace.

    All methods but `boards` return at once and take effect at the next step of the loop. They
    must be called on the event loop that runs `boards`.
    """

    def __init__(
        self,
        client: NotificationsClient,
        clock: Clock,
        chance: Callable[[], float],
        interval: float,
    ) -> None:
        """`chance` gives random numbers in [0, 1); `interval` is in seconds."""
        self.board = Board(interval=interval)
        self._client = client
        self._clock = clock
        self._chance = chance
        self._wanted: set[str] = set()
        self._asking: dict[asyncio.Task[_Answered | SourceError], str] = {}
        self._asked_at = 0.0
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
        self._wanted &= board.orders.keys()
        self._set(replace(board, orders={**board.orders, **fresh}))

    def refresh(self, order_id: str | None = None) -> None:
        """Ask about one order, or all, without waiting; also while paused.

        Only what the server asked for in `Retry-After` is still waited for.
        """
        self._wanted |= self.board.orders.keys() & ({order_id} if order_id else self.board.orders)
        self._woken.set()

    def pause(self, paused: bool) -> None:
        """Stop or resume asking; answers under way still come in."""
        self._set(replace(self.board, paused=paused, news=()))

    def set_interval(self, seconds: float) -> None:
        """Change the pace; orders due later than it now says are asked earlier."""
        orders = dict(self.board.orders)
        for key, order in orders.items():
            if order.next_poll is not None and order.error is None:
                delay = next_delay(order, seconds, self.now(), self._chance())
                due = min(order.next_poll, self._clock.monotonic() + delay)
                orders[key] = replace(order, next_poll=due)
        self._set(replace(self.board, interval=seconds, orders=orders, news=()))

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
                await self._age_large()
                self.board = self.board.at(self.now())
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

    def _ask_due(self) -> None:
        now = self._asked_at = self._clock.monotonic()
        asking = set(self._asking.values())
        due = sorted(
            (o for o in self.board.orders.values() if self._is_due(o, now, asking)),
            key=lambda o: (o.order_id not in self._wanted, o.next_poll or 0.0),
        )
        troubled = sum(
            1 for order_id in asking if self._has_trouble(self.board.orders.get(order_id))
        )
        for order in due:
            if len(self._asking) >= CONCURRENCY:
                break
            if self._has_trouble(order):
                if troubled >= TROUBLED_AT_ONCE:
                    continue
                troubled += 1
            self._wanted.discard(order.order_id)
            asked = replace(order, next_poll=None, asked=now)
            self.board = self.board.with_order(asked)
            self._asking[asyncio.create_task(self._ask(asked))] = order.order_id

    def _is_due(self, order: Order, now: float, asking: set[str]) -> bool:
        due_at = self._due_at(order)
        return order.order_id not in asking and due_at is not None and due_at <= now

    def _due_at(self, order: Order) -> float | None:
        """Monotonic seconds at which `order` may be asked; None when it is not to be asked."""
        if order.order_id in self._wanted:
            asked_away = order.error is not None and order.error.retry_after
            return max(self.board.quiet_until, (order.next_poll or 0.0) if asked_away else 0.0)
        if self.board.paused or order.next_poll is None:
            return None
        return max(order.next_poll, self.board.quiet_until)

    @staticmethod
    def _has_trouble(order: Order | None) -> bool:
        return order is not None and order.error is not None

    async def _ask(self, order: Order) -> _Answered | SourceError:
        # an error is a value here: one bad order must not cancel its siblings
        try:
            look = await look_at(self._client, order.order_id, order.body)
        except SourceError as error:
            return error
        before = self.board.orders.get(order.order_id, order)

        large = max(look.taken.body.count, len(before.rows)) > LARGE_ORDER

        def taken_in() -> tuple[Order, tuple[Transition, ...]]:
            now = self._clock.now() + self._skew(look.date)
            answer, body = look.taken
            after, news = before.after_answer(
                answer, look.order_status, now, self._clock.monotonic(), body
            )
            return _worked_out(after) if large else after, news

        after, news = await asyncio.to_thread(taken_in) if large else taken_in()
        return _Answered(before, after, news, look.date)

    async def _age_large(self) -> None:
        """Let time move the rows of large orders to other phases, on a thread."""
        now = self.now()
        for order in [o for o in self.board.orders.values() if len(o.rows) > LARGE_ORDER]:
            if order.is_aged(now):
                aged = await asyncio.to_thread(_aged, order, now)
                # a control can have changed it meanwhile; then the next step does it again
                if self.board.orders.get(order.order_id) is order:
                    self.board = self.board.with_order(aged)

    def _take_answers(self) -> None:
        news = self.board.news
        for task in [task for task in self._asking if task.done()]:
            order = self.board.orders.get(self._asking.pop(task))
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
                case _Answered() as answered:
                    if order.body is not answered.before.body:
                        # it was taken away and came back: this answer is about the one before
                        self._wanted.add(order.order_id)
                        self.board = self.board.with_order(replace(order, asked=None))
                        continue
                    if self.board.failed_in_a_row >= OFFLINE_AFTER:
                        self._ask_silent_ones_soon()
                    self.board = replace(
                        self.board, failed_in_a_row=0, skew=self._skew(answered.date)
                    )
                    order = replace(answered.after, label=order.label, note=order.note)
                    news += answered.news
            self._plan(order)
        if news is not self.board.news:
            self.board = replace(self.board, news=news)

    def _ask_silent_ones_soon(self) -> None:
        """Let the orders that nobody answered about come back with the API, not one by one."""
        for order in self.board.orders.values():
            if order.next_poll is not None and order.error and order.error.kind in _SILENCE:
                soon = self._clock.monotonic() + FIRST_RETRY * self._chance()
                sooner = replace(order, next_poll=min(order.next_poll, soon))
                self.board = self.board.with_order(sooner)

    def _plan(self, order: Order) -> None:
        delay = next_delay(order, self.board.interval, self.now(), self._chance())
        planned = replace(order, next_poll=self._clock.monotonic() + delay, asked=None)
        self.board = self.board.with_order(planned)

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
        orders = self.board.orders.values()
        now = self._clock.monotonic()
        polls = [due_at for o in orders if (due_at := self._due_at(o)) is not None]
        # what was due and not asked waits for a free slot, and an answer frees one
        seconds = [poll - now for poll in polls if poll > self._asked_at]
        changes = [o.phases_until for o in orders if o.phases_until is not None]
        if changes:
            seconds.append((min(changes) - self.now()).total_seconds())
        return max(0.0, min(seconds)) if seconds else None


def _worked_out(order: Order) -> Order:
    """Return `order` when what its screen asks for has been worked out."""
    order.patterns.work_out()
    return order


def _aged(order: Order, now: datetime) -> Order:
    return _worked_out(order.at(now))
