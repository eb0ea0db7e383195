"""One history file and several programs: nothing lost, nothing twice, whoever is killed."""

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_order_status
from sms_monitor.core.intake import take_in
from sms_monitor.core.timeline import board_at
from sms_monitor.services.client import Fetched, FetchedSms
from sms_monitor.services.poller import Poller
from sms_monitor.simulator.demo import WATCHED, demo, demo_order_ids, demo_start
from sms_monitor.simulator.messages import Request
from sms_monitor.simulator.respond import Simulator
from tests.services.fake_clock import FakeClock
from tests.services.histories import is_sound, opened, rows
from tests.services.scripted import running

START = demo_start(date(2026, 11, 23))
SEED = 7
IDS = dict(zip(WATCHED, demo_order_ids(SEED), strict=True))
PROJECT = Path(__file__).parents[2]
STATES = """
    SELECT order_id, notification, status, at FROM orders JOIN sms ON owner = orders.id
    JOIN state ON sms = sms.id JOIN kind ON kind = kind.id"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "history.sqlite3"


class SimulatedClient:
    """Asks the simulator without a socket, so that an hour passes in seconds."""

    def __init__(self, simulator, clock, latency):
        self._simulator, self._clock, self._latency = simulator, clock, latency
        self.sent = 0

    async def sms_summary(self, order_id, last=None):
        body = await self._get(f"{order_id}/notifications/sms")
        return FetchedSms(take_in(body, last), None)

    async def order_status(self, order_id):
        return Fetched(decode_order_status(await self._get(f"{order_id}/status")), None)

    async def _get(self, path):
        self.sent += 1
        target = f"/notifications/api/v1/orders/{path}"
        answer = self._simulator.respond(Request("GET", target, "localhost", "", "", "", b""))
        # answers come in later than they were made, and not in the order they were made in
        await self._clock.sleep(self._latency())
        return answer.body


class Hour:
    """The simulator's first hour, and programs that watch it on one clock."""

    def __init__(self, *keys):
        self.clock = FakeClock(START)
        self.scenario = demo(SEED, START)
        self.simulator = Simulator(self.scenario, self.clock.now, lambda: 0.0)
        self.order_ids = [IDS[key] for key in keys]

    def poller(self, seed):
        chance = random.Random(seed)
        client = SimulatedClient(self.simulator, self.clock, lambda: chance.uniform(0.05, 9))
        poller = Poller(client, self.clock, chance.random, 15.0, 6000)
        poller.watch((order_id, "") for order_id in self.order_ids)
        return poller

    def truth(self):
        """(order, SMS, status, time) of everything that was true at some time so far."""
        now = self.clock.now()
        return {
            (order_id, sms.id, change.status, change.at)
            for order_id in self.order_ids
            for sms in self.scenario.order(order_id).sms
            for change in sms.changes
            if change.at <= now
        }


class Program:
    """A program that polls, and remembers itself what it has seen."""

    def __init__(self, poller, history):
        self.poller, self.history = poller, history
        self.seen = set()
        self.moments = []

    async def run(self):
        known = {}
        async for board in self.poller.boards():
            self.history.take(board)
            self.moments.append((self.poller.now(), board))
            for order_id, order in board.orders.items():
                if order.summary is known.get(order_id):
                    continue
                known[order_id] = order.summary
                self.seen |= {
                    (order_id, row.id, row.notification.send_status.status, row.last_update)
                    for row in order.rows.values()
                }


async def kept(history, order_ids):
    """The same of the history: everything in it, as often as it is in it."""
    found = Counter()
    for order_id in order_ids:
        record = await history.record(order_id)
        notifications = [one.notification for one in record.sights]
        found.update((order_id, n.id, n.send_status.status, n.last_update) for n in notifications)
    return found


async def test_two_monitors_and_a_recorder_lose_and_double_nothing_in_an_hour(path):
    hour = Hour("KOM-118", "TIME-12", "PURR-31")
    async with AsyncExitStack() as stack:
        programs = []
        for seed in range(3):
            history = await stack.enter_async_context(
                opened(path, now=hour.clock.now, visit=seed < 2)
            )
            programs.append(Program(hour.poller(seed), history))
        tasks = [asyncio.create_task(program.run()) for program in programs[:2]]
        await hour.clock.advance(1200)
        # the recorder is started later, and one monitor is left for a while
        tasks.append(asyncio.create_task(programs[2].run()))
        await hour.clock.advance(900)
        tasks[0].cancel()
        await hour.clock.advance(600)
        programs[0].poller = hour.poller(9)
        tasks[0] = asyncio.create_task(programs[0].run())
        await hour.clock.advance(900)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(program.history.looked_at() for program in programs))
        found = await kept(history, hour.order_ids)
    seen = set().union(*(program.seen for program in programs))
    assert found == Counter(seen)
    assert found.keys() <= hour.truth()
    changes = Counter(key[:2] for key in found)
    # enough happened for something to have been lost
    assert sum(count - 1 for count in changes.values()) > 150


async def test_an_hour_that_is_replayed_shows_the_counts_it_had_live(path):
    hour = Hour("KOM-118", "TIME-12", "VARS-09")
    async with opened(path, now=hour.clock.now) as history:
        poller = hour.poller(1)
        program = Program(poller, history)
        async with running(poller) as boards:
            assert boards
        poller = program.poller = hour.poller(2)
        task = asyncio.create_task(program.run())
        await hour.clock.advance(3600)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        records = [await history.record(order_id) for order_id in hour.order_ids]
    assert len(program.moments) > 100
    near = None
    for at, live in program.moments:
        past = near = board_at(records, live, at, near)
        for order_id, order in live.orders.items():
            if order.summary is not None:
                assert past.orders[order_id].tally == order.tally
                assert past.orders[order_id].summary.succeeded == order.summary.succeeded
        assert past.totals() == live.totals()


WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from datetime import timedelta
from tests.services.histories import NOW, Observer, one, opened
STATUS = ("New", "Sending")
async def main(path, round):
    at = NOW + timedelta(seconds=1000 * round)
    async with opened(path, now=lambda: at, visit=False) as history:
        observer = Observer(history)
        for n in itertools.count(1000 * round):
            await observer.see(n, *(one(STATUS[n % 2], n, f"n{i}") for i in range(30)))
            print(n, flush=True)
asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def test_a_writer_killed_at_any_moment_leaves_a_sound_file_with_all_it_had_written(path):
    chance = random.Random(5)
    written = []
    for turn in range(1, 9):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(turn)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with writer:
            for _ in range(chance.randrange(1, 25)):
                line = writer.stdout.readline()
                assert line, writer.stderr.read()
                written.append(int(line))
            # somewhere in the next transaction
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(chance.uniform(0.0001, 0.02))
            writer.send_signal(signal.SIGKILL)
            written += [int(line) for line in writer.stdout if line.strip()]
        assert is_sound(path)
        states = Counter(rows(path, "SELECT sms, at FROM state"))
        assert set(states.values()) == {1}
        moments = Counter(at // 1_000_000 for _, at in states)
        start = min(moments) - 1000
        assert set(written) <= {at - start for at in moments}
        # a transaction is there as a whole or not at all
        assert set(moments.values()) == {30}
    assert len(rows(path, "SELECT id FROM sms")) == 30
