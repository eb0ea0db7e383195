"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 6, 22, 10, 0, tzinfo=UTC)
"""A Monday, 12:00 in Oslo: the send window is open."""


class FakeClock:
    """Wall and monotonic time that pass only in `advance`."""

    def __init__(self, start=START):
        self.offset = timedelta(0)
        """What a person or NTP did to the wall clock."""
        self.sleeps = []
        """Every wait that was begun, in seconds."""
        self._start = start
        self._seconds = 0.0
        self._waiting = []
        self._number = count()

    def now(self):
        return self._start + timedelta(seconds=self._seconds) + self.offset

    def monotonic(self):
        return self._seconds

    async def sleep(self, seconds):
        self.sleeps.append(seconds)
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._seconds + seconds, next(self._number), waiter))
        await waiter

    async def advance(self, seconds):
        """Let `seconds` pass, and whoever wakes up in them do all it has to do."""
        end = self._seconds + seconds
        await settle()
        while self._waiting and self._waiting[0][0] <= end:
            due, _, waiter = heapq.heappop(self._waiting)
            if not waiter.done():
                self._seconds = max(self._seconds, due)
                waiter.set_result(None)
                await settle()
        self._seconds = end
        await settle()


async def settle():
    """Run every task that can run without time passing."""
    loop = asyncio.get_running_loop()
    for _ in range(100_000):
        await asyncio.sleep(0)
        # no public name tells whether anything is left to run
        if not loop._ready:  # type: ignore[attr-defined]
            return
    raise AssertionError("something runs for ever without waiting for time to pass")
