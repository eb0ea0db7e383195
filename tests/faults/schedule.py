"""One seeded life of some orders behind a server that fails in many ways, and what must hold."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from sms_monitor.core.freshness import freshness
from sms_monitor.core.intake import Body
from sms_monitor.services.answers import Peer
from sms_monitor.services.client import FetchedSms, NotificationsClient
from sms_monitor.services.connection import open_http
from sms_monitor.services.poller import Poller
from tests import LIMIT
from tests.core.orders import summary
from tests.core.rows import sms
from tests.faults.server import FAULTS, GOOD, faulty_server
from tests.one_demo import START
from tests.ui.stage import HandClock

HOLD = 0.15
"""Seconds of real time after which the client gives up on an answer."""
ROUNDS = 12
ORDERS = 4
STATUSES = ("New", "Sending", "Accepted", "Delivered", "Failed", "Failed_InvalidRecipient")


class Outcome(NamedTuple):
    """What one schedule tried, and what it found."""

    tried: Counter[str]
    """How often each way to answer was taken."""
    lost: int
    """Orders that did not show the last good answer, or not all of it."""
    fresh: int
    """Orders that were shown as newer than their last good answer."""
    busy: int
    """Rounds with more requests than there is reason for."""


async def play_all(seeds: Iterable[int]) -> list[Outcome]:
    """Play schedules side by side: they wait for time-outs of a server that is silent.

    Raises:
        AssertionError: Something of them is left over.
    """
    before, files = asyncio.all_tasks(), _open_files()
    outcomes = await asyncio.gather(*map(play, seeds))
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before, "tasks are left over"
    assert _open_files() <= files, "files or sockets are left open"
    return outcomes


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class _Clock(HandClock):
    """One whose wall can be put forward and back."""

    offset = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.offset


class _Truth:
    """What the server has, and what it last told in full."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.rows: dict[str, dict[str, str]] = {
            f"{n:08d}-0000-4000-8000-000000000000": {
                f"{n}-{k}": "New" for k in range(chance.choice((1, 3, 40)))
            }
            for n in range(ORDERS)
        }
        self.good = False
        self.tried: Counter[str] = Counter()
        self.told: dict[str, dict[str, str]] = {}
        """By order id the last good answer."""
        self.taken: dict[str, dict[str, str]] = {}
        """By order id the last good answer that came in time."""
        self.taken_at: dict[str, float] = {}
        self.clock = _Clock(START)

    def move(self) -> None:
        """Let some SMS go on, come or go."""
        for order_id, rows in self.rows.items():
            for key in rows:
                if self.chance.random() < 0.3:
                    rows[key] = self.chance.choice(STATUSES)
            if self.chance.random() < 0.2:
                rows[f"{order_id[:8]}-{len(rows)}-{self.chance.random()}"] = "New"
            if len(rows) > 1 and self.chance.random() < 0.1:
                del rows[self.chance.choice(list(rows))]

    def body(self, order_id: str) -> bytes:
        """What the server would say, in an order of its own."""
        rows = [sms(status, START, id=key) for key, status in self.rows[order_id].items()]
        self.chance.shuffle(rows)
        return msgspec.json.encode(summary(*rows, order_id=order_id))

    def way(self, order_id: str) -> str:
        """How it says it this time."""
        good = self.good or self.chance.random() < 0.4
        way = self.chance.choice(GOOD if good else FAULTS)
        self.tried[way] += 1
        if good:
            self.told[order_id] = dict(self.rows[order_id])
        return way


async def play(seed: int) -> Outcome:
    """Play one schedule; the wall clock is put forward and back in it too."""
    truth = _Truth(random.Random(seed))
    clock = truth.clock
    lost = fresh = busy = 0
    async with faulty_server(truth.body, truth.way, 4 * HOLD) as server:
        http = open_http(server.url, None, None, httpx.Timeout(HOLD, connect=LIMIT, pool=LIMIT))
        client = _Client(
            http, Peer("work", "custom", "server"), deadline=2 * HOLD, max_body=1_000_000
        )
        client.truth = truth
        async with http:
            poller = Poller(client, clock, truth.chance.random, 15.0, 10_000)
            poller.watch((order_id, "") for order_id in truth.rows)
            watching = asyncio.create_task(_iterate(poller))
            for number in range(ROUNDS):
                truth.good = number == ROUNDS - 1
                truth.move()
                asked = len(server.sent)
                await _ask_all(poller, clock)
                lost += sum(not _shows(poller, truth, order_id) for order_id in truth.rows)
                fresh += sum(_too_fresh(poller, truth, order_id) for order_id in truth.rows)
                # each is asked for once, was due a moment before, and a wait may be asked for
                busy += len(server.sent) - asked > 4 * ORDERS
                if truth.chance.random() < 0.2:
                    clock.offset += timedelta(hours=truth.chance.choice((-30, 30)))
            for _ in range(ROUNDS):
                # a good answer can be too late where the machine has much else to do
                if all(o.error is None for o in poller.board.orders.values()):
                    break
                await _ask_all(poller, clock)
            else:
                raise AssertionError(f"seed {seed}: no answer, though the server is well again")
            lost += sum(not _shows(poller, truth, order_id) for order_id in truth.rows)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            assert watching.cancelled(), "what the monitor iterates came to an end"
    return Outcome(truth.tried, lost, fresh, busy)


async def _iterate(poller: Poller) -> None:
    async for _ in poller.boards():
        pass


async def _ask_all(poller: Poller, clock: _Clock) -> None:
    """Let every wait the server asked for go by, and ask about every order once."""
    clock.advance(4000.0)
    await _idle(poller)
    mark = clock.monotonic() + 1.0
    clock.advance(1.0)
    poller.refresh()
    await _idle(poller)
    while not all((o.next_poll or 0.0) > mark for o in poller.board.orders.values()):
        # one was told to wait, and with it all of them
        clock.advance(30.0)
        await _idle(poller)


async def _idle(poller: Poller) -> None:
    """Wait in real time until nothing is under way."""
    end = time.monotonic() + LIMIT
    quiet = 0
    while quiet < 3:
        await asyncio.sleep(0.004)
        orders = poller.board.orders.values()
        idle = all(o.asked is None and o.next_poll is not None for o in orders)
        quiet = quiet + 1 if idle else 0
        assert time.monotonic() < end, "an order is being asked for ever"


def _shows(poller: Poller, truth: _Truth, order_id: str) -> bool:
    """Whether the rows are those of the last good answer, all of them and no others."""
    order = poller.board.orders[order_id]
    rows = {row.id: row.notification.send_status.status for row in order.rows.values()}
    whole = order.tally.generated == len(rows)
    return whole and rows == truth.taken.get(order_id, {})


def _too_fresh(poller: Poller, truth: _Truth, order_id: str) -> bool:
    order, at = poller.board.orders[order_id], truth.taken_at.get(order_id)
    if order.answered is None or at is None:
        return order.answered is not None
    age = freshness(poller.board, truth.clock.monotonic()).age
    youngest = truth.clock.monotonic() - max(truth.taken_at.values())
    return order.answered > at or (age is not None and age < youngest)


class _Client(NotificationsClient):
    """Notes which of the good answers it took for good; a bad one would not be what was told."""

    truth: _Truth

    async def sms_summary(self, order_id: str, last: Body | None = None) -> FetchedSms:
        fetched = await super().sms_summary(order_id, last)
        self.truth.taken[order_id] = self.truth.told[order_id]
        self.truth.taken_at[order_id] = self.truth.clock.monotonic()
        return fetched
