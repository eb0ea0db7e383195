"""One profile while it is watched: its client, its poller, its watch list, what was unwatched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from sms_monitor.core.errors import SourceError, StorageError
from sms_monitor.ui.setup import Setup

if TYPE_CHECKING:
    from sms_monitor.services.client import NotificationsClient
    from sms_monitor.services.history import History
    from sms_monitor.services.poller import Poller
    from sms_monitor.services.watch_list import RemovedOrder

_T = TypeVar("_T")


class Watching:
    """Made anew for every profile and dropped as a whole, so that two never mix.

    What changes the watch list may raise `StorageError`; it waits for the file in a thread,
    so that a lock that another program holds does not hold the screen.
    """

    def __init__(
        self,
        setup: Setup,
        client: NotificationsClient,
        poller: Poller,
        history: History,
        tell: Callable[[str], None],
    ) -> None:
        """`tell` gets a sentence when the watch list on the disk had to be made anew."""
        self.client = client
        self.history = history
        self._reports = setup.reports
        self._tell = tell
        self.poller = poller
        self._watched = setup.watched
        self._removed: list[tuple[RemovedOrder, ...]] = []
        self._changing = asyncio.Lock()

    @property
    def can_undo(self) -> bool:
        """Whether an order was unwatched that `undo` would take back."""
        return bool(self._removed)

    async def check(self, order_id: str) -> SourceError | None:
        """Ask the API about one order; return why it cannot be watched, None when it can."""
        try:
            await self.client.sms_summary(order_id)
        except SourceError as error:
            return error
        return None

    async def add(self, order_ids: Sequence[str]) -> None:
        """Watch more orders."""
        await self._change(lambda: self._watched.add(order_ids))

    async def remove(self, order_id: str) -> None:
        """Stop watching an order."""
        self._removed.append(await self._change(lambda: self._watched.remove([order_id])))

    async def describe(self, order_id: str, label: str, note: str) -> None:
        """Give an order another label and note."""
        await self._change(lambda: self._watched.describe(order_id, label, note))

    async def undo(self) -> None:
        """Watch again what was unwatched last; nothing happens when there is nothing left."""
        if not self._removed:
            return
        # taken at once: a second undo, typed before this one is done, is about another order
        removed = self._removed.pop()
        try:
            await self._change(lambda: self._watched.restore(removed))
        except StorageError:
            self._removed.append(removed)
            raise

    async def _change(self, change: Callable[[], _T]) -> _T:
        # one after the other: an older list must not be read after a newer one is shown
        async with self._changing:
            return await self._change_now(change)

    async def _change_now(self, change: Callable[[], _T]) -> _T:
        known = list(self.poller.board.orders.values())
        result = await asyncio.to_thread(change)
        for sentence in self._reports():
            # the file made no sense and was set aside, but what it held is on the screen
            for o in known:
                await asyncio.to_thread(self._watched.add, [o.order_id], o.label, o.note)
            result = await asyncio.to_thread(change)
            self._tell(f"{sentence} The orders on the screen were written back.")
        await self.reload()
        return result

    async def reload(self) -> None:
        """Watch what the file says now; another program may have changed it."""
        orders = await asyncio.to_thread(self._watched.orders)
        notes = {o.order_id: o.note for o in orders}
        self.poller.watch(((o.order_id, o.label) for o in orders), notes)


@asynccontextmanager
async def open_watching(setup: Setup, tell: Callable[[str], None]) -> AsyncIterator[Watching]:
    """Yield what watches the profile of `setup`; may raise `MonitorError`."""
    # the screen is there already, and loading an HTTP client must not hold it
    await asyncio.to_thread(import_module, "sms_monitor.services.poller")
    from sms_monitor.services.poller import Poller

    async with setup.connect() as client:
        poller = Poller(
            client, setup.clock, setup.chance, setup.interval, setup.requests_per_minute
        )
        async with setup.history(poller.now, tell) as history:
            watching = Watching(setup, client, poller, history, tell)
            await watching.reload()
            for sentence in setup.reports():
                tell(sentence)
            yield watching
