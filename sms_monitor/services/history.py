"""The history of one profile: what the API does not keep, in `history.sqlite3`.

All that touches the file runs in one thread, in the order in which it was asked for: a read
sees what was given to `take` before it, and the event loop never waits for the disk. When the
file cannot be used the history goes on in memory, or is tried again, and that is told once.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

from sms_monitor.core.person import past_hit
from sms_monitor.core.timeline import (
    Delivery,
    OrderRecord,
    Sight,
    Since,
    counts_by_time,
    delivery,
    since,
    transitions,
)
from sms_monitor.services import history_reading as reading
from sms_monitor.services.history_keeping import Keeping

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from sms_monitor.core.board import Board
    from sms_monitor.core.diff import Transition
    from sms_monitor.core.order import Order
    from sms_monitor.core.person import PastHit, Person
    from sms_monitor.services.history_reading import Found

_T = TypeVar("_T")
DEFAULT_DAYS = 30
RATE_ORDERS = 5
"""Orders it takes to say what is usual."""
RATE_DAYS = 7
"""Days the median failure rate is about."""


class History:
    """What was seen with one profile, by every program that used the same file.

    Must be used on one event loop, between `open_history` and the end of its block. Reads
    never raise: of a history that cannot be used they find nothing.
    """

    def __init__(self, keeping: Keeping, thread: ThreadPoolExecutor, *, visit: bool) -> None:
        """Made by `open_history`."""
        self._keeping = keeping
        self._thread = thread
        self._opened = thread.submit(keeping.open, visit)
        self._taken: dict[str, Order] = {}
        self._written: Future[Any] = self._opened
        self._closed = False

    def take(self, board: Board) -> None:
        """Keep what the answers on `board` show. Returns at once."""
        if self._closed:
            return
        if self._written.done():
            self._written.result()  # raises what can only be a bug
        answered = []
        for order_id, order in board.orders.items():
            known = self._taken.get(order_id)
            # every answer brings a moment of its own
            if order.answered_at is not None and (
                known is None or known.answered_at is not order.answered_at
            ):
                answered.append(order)
                self._taken[order_id] = order
        gone = [order_id for order_id in self._taken if order_id not in board.orders]
        for order_id in gone:
            del self._taken[order_id]
        if answered or gone:
            self._written = self._thread.submit(self._keeping.take, answered, gone)

    async def last_visit(self) -> datetime | None:
        """Return when the monitor was last open before, UTC.

        None when it never was, or when this is no visit.
        """
        return await asyncio.shield(asyncio.wrap_future(self._opened))

    async def record(self, order_id: str) -> OrderRecord | None:
        """Return all that is kept of an order; None when nothing is."""
        return await self._ask(lambda c, p: reading.record(c, p, order_id), None)

    async def timeline(self, order_id: str, notification_id: str) -> tuple[Sight, ...]:
        """Return what was seen of one SMS, as the server made it; see `core.timeline.steps`."""

        def ask(connection: sqlite3.Connection, profile: str) -> tuple[Sight, ...]:
            found = reading.lives(
                connection, profile, order_id=order_id, notification_id=notification_id
            )
            return next((life.sights for life in found), ())

        return await self._ask(ask, ())

    async def changes(
        self, after: datetime | None = None, order_ids: Iterable[str] = ()
    ) -> tuple[Transition, ...]:
        """Return the changes after a moment, oldest first; of all orders when none is given.

        By the server's time of the change (`Transition.at`), however late it was noticed.

        SMS that an order had when it was first seen are no change.
        """
        wanted = frozenset(order_ids)

        def ask(connection: sqlite3.Connection, profile: str) -> tuple[Transition, ...]:
            found = [
                change
                # what happened after a moment was not seen before it
                for life in reading.lives(connection, profile, changed_after=after)
                if not wanted or life.order_id in wanted
                for change in transitions(life.order_id, life.sights, first=life.appeared)
                if after is None or change.at > after
            ]
            return tuple(sorted(found, key=lambda change: (change.at, change.seen_at)))

        return await self._ask(ask, ())

    async def since(self, order_id: str, after: datetime) -> Since | None:
        """Return how many SMS of an order have failed or been confirmed after a moment.

        None when the order was not known by then.
        """

        def ask(connection: sqlite3.Connection, profile: str) -> Since | None:
            first = reading.first_seen(connection, profile, order_id)
            if first is None or first > after:
                return None
            found = reading.lives(connection, profile, order_id=order_id, changed_after=after)
            return since((life.sights for life in found), after)

        return await self._ask(ask, None)

    async def looked_at(self) -> dict[str, datetime]:
        """Return when each order was last answered about, UTC, also those not watched now."""
        return await self._ask(reading.looked_at, {})

    async def references(self) -> dict[str, str | None]:
        """Return the sender's reference of every order there is, also those not watched now."""
        return await self._ask(reading.references, {})

    async def delivery(self, order_id: str | None = None) -> Delivery | None:
        """Return how long delivery took in an order, or in all of the profile; None for no SMS."""
        return delivery(await self._ask(lambda c, p: reading.delivery_times(c, p, order_id), []))

    async def failure_rate(self, now: datetime) -> float | None:
        """Return the median over orders of the last seven days of failed / settled, 0 to 1.

        None when fewer than `RATE_ORDERS` orders have a settled SMS: one bad order must not
        become what is usual.
        """
        after = now - timedelta(days=RATE_DAYS)
        nothing: dict[str, float] = {}
        rates = await self._ask(lambda c, p: reading.failure_rates(c, p, after), nothing)
        return median(rates.values()) if len(rates) >= RATE_ORDERS else None

    async def failures_by_time(
        self,
        now: datetime,
        order_id: str | None = None,
        *,
        width: timedelta = timedelta(minutes=5),
        buckets: int = 24,
    ) -> tuple[int, ...]:
        """Return how many SMS failed in each span before `now`, oldest first, by server's time."""
        start = now - width * buckets
        none: list[datetime] = []
        times = await self._ask(lambda c, p: reading.failure_times(c, p, start, order_id), none)
        return counts_by_time(times, now, width, buckets)

    async def with_recipient(self, person: Person) -> tuple[Found, ...]:
        """Return the SMS to a person or organisation, newest first.

        Also those of orders that are not watched any more, as they were last seen.
        """
        return tuple(await self._ask(lambda c, p: reading.with_recipient(c, p, person), []))

    async def past_hits(self, person: Person, board: Board) -> list[PastHit]:
        """Return what orders that `board` has no answer about had for a person, newest first."""
        unread = {key for key, order in board.orders.items() if order.summary is None}
        return [
            past_hit(*found, board)
            for found in await self.with_recipient(person)
            if found.order_id in unread or found.order_id not in board.orders
        ]

    async def close(self) -> None:
        """Write what was taken and let go of the file; nothing is kept or found after that."""
        self._closed = True
        await asyncio.wrap_future(self._thread.submit(self._keeping.close))
        self._thread.shutdown(wait=False)

    async def _ask(self, ask: Callable[[sqlite3.Connection, str], _T], nothing: _T) -> _T:
        if self._closed:
            return nothing
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._keeping.read, ask, nothing)


@asynccontextmanager
async def open_history(
    path: Path | None,
    profile: str,
    now: Callable[[], datetime],
    tell: Callable[[str], None],
    *,
    days: int = DEFAULT_DAYS,
    visit: bool = True,
) -> AsyncIterator[History]:
    """Yield the history of `profile` in the file `path`; None keeps it in memory.

    `days` is how long it is kept, by the server's time of the answers taken: before the first
    nothing is purged. 0 removes the file and keeps nothing on the disk. `now` gives the server's
    time, UTC. `tell` gets, on this event loop, a sentence when history is not kept
    and why. `visit` says whether somebody is looking, as a person in front of the monitor.
    """
    loop = asyncio.get_running_loop()
    telling = True

    def say(sentence: str) -> None:
        # at the end there may be nobody left to tell
        if telling:
            tell(sentence)

    def say_there(sentence: str) -> None:
        loop.call_soon_threadsafe(say, sentence)

    keeping = Keeping(path, profile, days, now, say_there)
    history = History(keeping, ThreadPoolExecutor(1, "history"), visit=visit)
    try:
        yield history
    finally:
        telling = False
        await asyncio.shield(history.close())
