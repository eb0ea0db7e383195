"""A long watch in simulated time: the real poller and history, and orders that come and go.

The answers are out of a script, so that a day takes minutes; each goes through the client's own
decoding. In `schedule.py` there is a network, and it fails.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from sms_monitor.core.board import Board
from sms_monitor.core.errors import ServerError, TimedOut
from sms_monitor.core.intake import Body, take_in
from sms_monitor.core.models import Notification
from sms_monitor.core.order import Order
from sms_monitor.services.client import FetchedSms
from sms_monitor.services.history import History, open_history
from sms_monitor.services.poller import Poller
from tests.core.orders import summary
from tests.core.rows import sms
from tests.services.fake_clock import START, FakeClock, settle

WATCHED = 100
CHURN = 5
"""Orders that are unwatched in each `TURN`, and as many watched; every other one came before."""
TURN = 300.0
"""Seconds of simulated time."""
BUDGET = 60
"""Requests a minute."""
LIFE = 7200.0
"""Seconds within which the SMS of an order take their steps."""
STEPS = ("New", "Sending", "Accepted", "Delivered")
TROUBLE = 0.02
"""Share of requests that fail."""


class Sample(NamedTuple):
    """What the process holds at one moment of the run."""

    rss: int
    """Bytes."""
    held: int
    """Orders that are still known anywhere, watched or not."""
    descriptors: int
    tasks: int


class Soaked(NamedTuple):
    """What a run came to."""

    samples: tuple[Sample, ...]
    requests: int
    failed: int
    orders: int
    """That were watched at one time or another."""
    shown: int
    """States of SMS that the boards showed, each counted once."""
    kept: int
    """States the file has."""
    size: int
    """Bytes of the file and its journal once it is closed."""
    packed: int
    """Bytes of the same rows in a file written in one go."""
    told: tuple[str, ...]
    """Sentences about a history that is not kept, of which there should be none."""
    left: tuple[int, int]
    """Tasks and descriptors more than there were before the run."""


class _Clock(FakeClock):
    """One that remembers no waits: there are too many in a day."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.sleeps.clear()


class _Server:
    """Orders whose SMS go on with the time, each from when it was first asked about."""

    def __init__(self, clock: FakeClock, chance: random.Random) -> None:
        self.sent = self.failed = 0
        self._clock, self._chance = clock, chance
        self._born: dict[str, float] = {}

    async def sms_summary(self, order_id: str, last: Body | None = None) -> FetchedSms:
        """Answer as the client does, or raise its error."""
        self.sent += 1
        await self._clock.sleep(0.2)
        if self._chance.random() < TROUBLE:
            self.failed += 1
            raise self._chance.choice((TimedOut, ServerError))("No answer.", "Wait.")
        rows = self._rows(order_id)
        self._chance.shuffle(rows)
        body = msgspec.json.encode(summary(*rows, order_id=order_id))
        return FetchedSms(take_in(body, last), self._clock.now().replace(microsecond=0))

    def _rows(self, order_id: str) -> list[Notification]:
        now = self._clock.monotonic()
        born = self._born.setdefault(order_id, now)
        # drawn anew each time: to remember them would be memory of the test in what is measured
        own = random.Random(order_id)
        rows = []
        for n in range(own.choice((1, 5, 30))):
            life = (born, *sorted(born + own.uniform(0, LIFE) for _ in STEPS[1:]))
            step = sum(at <= now for at in life) - 1
            at = START + timedelta(seconds=life[step])
            number = f"{order_id[:8]}-0000-4000-8000-{n:012x}"
            rows.append(sms(STEPS[step], at, f"+47{40_000_000 + n}", id=number))
        return rows


class _Watcher:
    """Takes the boards as the monitor does, and counts the states they show."""

    def __init__(self, history: History) -> None:
        self.shown = 0
        self._history = history
        self._answered: dict[str, datetime | None] = {}
        self._steps: dict[str, bytearray] = {}

    async def iterate(self, poller: Poller) -> None:
        async for board in poller.boards():
            self._history.take(board)
            self._count(board)

    def _count(self, board: Board) -> None:
        for order_id, order in board.orders.items():
            if order.answered_at is None or self._answered.get(order_id) is order.answered_at:
                continue
            self._answered[order_id] = order.answered_at
            steps = self._steps.setdefault(order_id, bytearray(30))
            for row in order.rows.values():
                n, step = int(row.id[-12:], 16), 1 + STEPS.index(row.notification.status)
                # they only go forward, so a step that is another one is a new one
                self.shown += steps[n] != step
                steps[n] = step


async def soak(file: Path, moments: Sequence[float], seed: int = 1) -> Soaked:
    """Watch until the last of `moments`, seconds of simulated time; take a sample at each."""
    before = len(asyncio.all_tasks()), _descriptors()
    clock, chance = _Clock(), random.Random(seed)
    server = _Server(clock, chance)
    poller = Poller(server, clock, chance.random, 15.0, BUDGET)
    told: list[str] = []
    orders = [_order_id(n) for n in range(WATCHED)]
    known = list(orders)
    samples = []
    async with open_history(file, "soak", poller.now, told.append) as history:
        watcher = _Watcher(history)
        poller.watch((order_id, "") for order_id in orders)
        task = asyncio.create_task(watcher.iterate(poller))
        try:
            for moment in moments:
                while (left := moment - clock.monotonic()) > 0:
                    await clock.advance(min(left, TURN - clock.monotonic() % TURN))
                    # the thread of the history must not fall behind: its time is real
                    await history.looked_at()
                    if clock.monotonic() % TURN == 0 and clock.monotonic() < moment:
                        _churn(orders, known, chance)
                        poller.watch((order_id, "") for order_id in orders)
                assert not task.done(), "what the monitor iterates came to an end"
                samples.append(_sample())
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    await settle()
    size, kept, packed = _sizes(file)
    left = len(asyncio.all_tasks()) - before[0], _descriptors() - before[1]
    return Soaked(
        tuple(samples),
        server.sent,
        server.failed,
        len(known),
        watcher.shown,
        kept,
        size,
        packed,
        tuple(told),
        left,
    )


def _order_id(number: int) -> str:
    return f"{number:08x}-50a4-4000-8000-000000000000"


def _churn(orders: list[str], known: list[str], chance: random.Random) -> None:
    """Replace the orders watched longest, in part by ones that were watched before."""
    del orders[:CHURN]
    for n in range(CHURN):
        earlier = [order_id for order_id in known[-3 * WATCHED :] if order_id not in orders]
        if n % 2 and earlier:
            orders.append(chance.choice(earlier))
        else:
            known.append(_order_id(len(known)))
            orders.append(known[-1])


def _sample() -> Sample:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    # of this run alone: other tests in the process have orders too
    held = {o.order_id for o in gc.get_objects() if isinstance(o, Order) and "-50a4-" in o.order_id}
    return Sample(
        pages * os.sysconf("SC_PAGESIZE"), len(held), _descriptors(), len(asyncio.all_tasks())
    )


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _sizes(file: Path) -> tuple[int, int, int]:
    """Return bytes on the disk, states in it, and bytes of a copy without any room to spare."""
    size = sum(
        one.stat().st_size for one in file.parent.iterdir() if one.name.startswith(file.name)
    )
    copy = file.with_name("packed.sqlite3")
    with closing(sqlite3.connect(file)) as connection:
        kept = connection.execute("SELECT count(*) FROM state").fetchone()[0]
        connection.execute("VACUUM INTO ?", (str(copy),))
    return size, kept, copy.stat().st_size
