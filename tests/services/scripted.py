"""A client that answers out of a script, for the tests of the poller."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from sms_monitor.core.errors import Unreachable
from sms_monitor.core.intake import take_in
from sms_monitor.core.models import OrderStatus, ProcessingStatus
from sms_monitor.services.client import Fetched, FetchedSms
from sms_monitor.services.poller import Poller
from tests.core.orders import summary
from tests.core.rows import sms
from tests.services.fake_clock import settle

NO_ANSWER = Unreachable("No answer.", "Wait.")
HOUR = 3600.0


@dataclass(frozen=True)
class Slow:
    """An answer or error that takes its time; seconds."""

    seconds: float
    what: object = ()


HANG = Slow(1e9)


class ScriptedClient:
    """What the poller needs of a client, with answers out of a script.

    `script` holds, by order id, what the next requests get, the last of it for ever: an error,
    a list of SMS, or one of these in `Slow`. An order it does not name has one SMS on its way.
    """

    def __init__(self, clock, **script):
        self.script = {order_id: list(steps) for order_id, steps in script.items()}
        self.asked = []
        """(monotonic second, order id) of every request for SMS."""
        self.status_asked = 0
        self.status = None
        self.skew = None
        self.in_flight = Counter()
        self.most_in_flight = 0
        self._clock = clock

    @property
    def sent(self):
        return len(self.asked) + self.status_asked

    async def sms_summary(self, order_id, last=None):
        self.asked.append((self._clock.monotonic(), order_id))
        self.in_flight[order_id] += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight.total())
        assert self.in_flight[order_id] == 1, f"{order_id} is asked twice at once"
        try:
            body = msgspec.json.encode(await self._play(order_id))
            return FetchedSms(take_in(body, last), self._date())
        finally:
            self.in_flight[order_id] -= 1

    async def order_status(self, order_id):
        self.status_asked += 1
        step = self.status
        if isinstance(step, Slow):
            await self._clock.sleep(step.seconds)
            step = step.what
        if isinstance(step, BaseException):
            raise step
        status = OrderStatus(order_id, ProcessingStatus(step or "Registered"))
        return Fetched(status, self._date())

    async def _play(self, order_id):
        steps = self.script.get(order_id, [[moving(self._clock)]])
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, Slow):
            await self._clock.sleep(step.seconds)
            step = step.what or [moving(self._clock)]
        if isinstance(step, BaseException):
            raise step
        return summary(*step, order_id=order_id)

    def _date(self):
        return None if self.skew is None else self._clock.now() + self.skew

    def times(self, order_id):
        return [at for at, asked in self.asked if asked == order_id]

    def gaps(self, order_id):
        return [b - a for a, b in pairwise(self.times(order_id))]


def moving(clock):
    """An SMS that changed this moment, so that its order is asked every interval."""
    return sms("Accepted", clock.now())


@asynccontextmanager
async def running(poller):
    """Yield the boards that come out of `poller`, a list that grows."""
    boards = []

    async def iterate():
        async for board in poller.boards():
            boards.append(board)

    task = asyncio.create_task(iterate())
    await settle()
    try:
        yield boards
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def a_poller(client, clock, *order_ids, interval=15.0, chance=lambda: 0.5, budget=1_000_000):
    poller = Poller(client, clock, chance, interval, budget)
    poller.watch((order_id, "") for order_id in order_ids)
    return poller
