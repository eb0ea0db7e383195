"""A poller on a loopback server of prepared answers, asked when a measurement says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.services.client import open_client
from sms_monitor.services.clock import SystemClock
from sms_monitor.services.poller import Poller
from tests.bench.bodies import ORDER
from tests.bench.server import serving


class Polling:
    """One order that is asked about again and again."""

    def __init__(self, url: str, poller: Poller, answers: asyncio.Queue[Board]) -> None:
        self.url = url
        self._poller = poller
        self._answers = answers
        self._answered: float | None = None

    async def poll(self) -> Order:
        """Ask once; return the order as the answer left it."""
        self._poller.refresh()
        while True:
            order = (await self._answers.get()).orders[ORDER]
            if order.error is not None:
                raise order.error
            if order.answered is not None and order.answered != self._answered:
                self._answered = order.answered
                return order


@asynccontextmanager
async def polling(bodies: Sequence[bytes]) -> AsyncIterator[Polling]:
    """Yield what polls a server of `bodies`, which are served in turn."""
    with serving(bodies) as url:
        async with open_client(url, profile="bench", environment="custom") as client:
            poller = Poller(client, SystemClock(), lambda: 0.5, 3600.0, 10_000)
            poller.pause(paused=True)
            poller.watch([(ORDER, "")])
            answers: asyncio.Queue[Board] = asyncio.Queue()

            async def iterate() -> None:
                async with aclosing(poller.boards()) as boards:
                    async for board in boards:
                        answers.put_nowait(board)

            task = asyncio.create_task(iterate())
            try:
                yield Polling(url, poller, answers)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
