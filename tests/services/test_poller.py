import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest

from sms_monitor.core.errors import NotFound, RateLimited, ServerError, Unreachable
from sms_monitor.core.freshness import Connection, freshness
from sms_monitor.core.models import OrderStatus, ProcessingStatus
from sms_monitor.core.phase import Phase
from sms_monitor.services.client import Fetched
from sms_monitor.services.poller import CONCURRENCY, TROUBLED_AT_ONCE, Poller, look_at
from tests.core.orders import summary
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock, settle

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

    async def sms_summary(self, order_id):
        self.asked.append((self._clock.monotonic(), order_id))
        self.in_flight[order_id] += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight.total())
        assert self.in_flight[order_id] == 1, f"{order_id} is asked twice at once"
        try:
            return await self._play(order_id)
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
        return Fetched(status, self._date(), 0)

    async def _play(self, order_id):
        steps = self.script.get(order_id, [[moving(self._clock)]])
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, Slow):
            await self._clock.sleep(step.seconds)
            step = step.what or [moving(self._clock)]
        if isinstance(step, BaseException):
            raise step
        return Fetched(summary(*step, order_id=order_id), self._date(), 0)

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


def a_poller(client, clock, *order_ids, interval=15.0, chance=lambda: 0.5):
    poller = Poller(client, clock, chance, interval)
    poller.watch((order_id, "") for order_id in order_ids)
    return poller


@pytest.fixture
def clock():
    return FakeClock()


# the pace


async def test_the_first_board_comes_before_any_answer(clock):
    poller = a_poller(ScriptedClient(clock, a=[HANG]), clock, "a", "b")
    async with running(poller) as boards:
        assert list(boards[0].orders) == ["a", "b"]
        assert boards[0].orders["b"].summary is None
        assert boards[-1].orders["b"].summary is not None
        assert boards[-1].orders["a"].summary is None


async def test_without_orders_there_is_one_board_and_then_silence(clock):
    client = ScriptedClient(clock)
    async with running(a_poller(client, clock)) as boards:
        await clock.advance(HOUR)
        assert len(boards) == 1
        assert clock.sleeps == []


async def test_an_order_that_moves_is_asked_every_interval(clock):
    client = ScriptedClient(clock)
    async with running(a_poller(client, clock, "a", interval=20.0)) as boards:
        await clock.advance(100)
        assert client.times("a") == [0, 20, 40, 60, 80, 100]
        assert boards[-1].orders["a"].next_poll == 120
        assert boards[-1].orders["a"].answered == 100


async def test_an_order_is_never_asked_twice_at_once(clock):
    client = ScriptedClient(clock, a=[Slow(47)])
    poller = a_poller(client, clock, "a")
    async with running(poller):
        for second in range(300):
            if second % 7 == 0:
                poller.refresh("a")
            if second % 11 == 0:
                poller.watch([])
                poller.watch([("a", "again")])
            if second % 13 == 0:
                poller.set_interval(5 + second % 3)
            await clock.advance(1)
        # the client itself checks that no two overlap
        assert len(client.gaps("a")) >= 5
        assert min(client.gaps("a")) >= 47


async def test_at_most_eight_requests_are_under_way_and_nobody_waits_needlessly(clock):
    orders = [str(n) for n in range(30)]
    client = ScriptedClient(clock, **{o: [Slow(1)] for o in orders})
    async with running(a_poller(client, clock, *orders)):
        assert len(client.asked) == CONCURRENCY == 8
        await clock.advance(3)
        assert len({o for _, o in client.asked}) == 30
        assert Counter(at for at, _ in client.asked) == {0: 8, 1: 8, 2: 8, 3: 6}
        await clock.advance(120)
        assert client.most_in_flight == 8


async def test_orders_that_hang_never_hold_up_the_others(clock):
    hanging = [f"h{n}" for n in range(20)]
    healthy = [f"w{n}" for n in range(5)]
    client = ScriptedClient(clock, **{o: [NO_ANSWER, HANG] for o in hanging})
    async with running(a_poller(client, clock, *hanging, *healthy)):
        await clock.advance(600)
        assert client.in_flight.total() == TROUBLED_AT_ONCE == 4
        for order_id in healthy:
            assert set(client.gaps(order_id)) == {15}


async def test_orders_that_time_out_take_turns_and_each_gets_one(clock):
    slow = [f"s{n}" for n in range(12)]
    client = ScriptedClient(clock, **{o: [NO_ANSWER, Slow(30, NO_ANSWER)] for o in slow})
    async with running(a_poller(client, clock, *slow, "well")):
        await clock.advance(900)
        assert min(len(client.times(o)) for o in slow) >= 4
        assert client.most_in_flight <= 8
        assert set(client.gaps("well")) == {15}


async def test_a_thousand_orders_are_all_asked_soon(clock):
    orders = [str(n) for n in range(1000)]
    client = ScriptedClient(clock, **{o: [Slow(0.05)] for o in orders})
    rng = random.Random(1)
    async with running(a_poller(client, clock, *orders, chance=rng.random)) as boards:
        await clock.advance(6.5)
        assert len({o for _, o in client.asked}) == 1000
        assert all(o.summary is not None for o in boards[-1].orders.values())
        assert client.most_in_flight == 8


async def test_a_final_order_is_asked_seldom(clock):
    client = ScriptedClient(clock, a=[[sms("Delivered", clock.now())]])
    async with running(a_poller(client, clock, "a")):
        await clock.advance(2 * HOUR)
        assert client.gaps("a") == [900] * 8


async def test_ten_final_orders_and_one_that_moves_cost_less_than_five_requests_a_minute(clock):
    done = [f"d{n}" for n in range(10)]
    client = ScriptedClient(clock, **{o: [[sms("Delivered", clock.now())]] for o in done})
    async with running(a_poller(client, clock, *done, "a")):
        await clock.advance(60)
        before = len(client.asked)
        await clock.advance(HOUR)
        assert len(client.asked) - before <= 5 * 60


async def test_an_hour_of_watching_wakes_up_only_for_a_reason(clock):
    past = clock.now() - timedelta(hours=3)
    script = {
        "done": [[sms("Delivered", past)]],
        "stuck": [[sms("Accepted", past - timedelta(hours=2))]],
        "dead": [[sms("New", past - timedelta(days=9))]],
        "late": [[sms("Sending", past + timedelta(hours=1, minutes=30))]],
        "empty": [[]],
        "gone": [NotFound("No.", "Look.")],
        "down": [NO_ANSWER],
        "hang": [HANG],
        "news": [[sms("New", clock.now())]],
    }
    client = ScriptedClient(clock, **script)
    async with running(a_poller(client, clock, *script)) as boards:
        await clock.advance(HOUR)
        requests = len(client.asked)
        assert requests < 300
        assert len(clock.sleeps) <= 3 * requests
        assert len(boards) <= 3 * requests


async def test_a_quiet_hour_is_a_quiet_hour(clock):
    client = ScriptedClient(clock, a=[[sms("Delivered", clock.now() - timedelta(days=2))]])
    async with running(a_poller(client, clock, "a")) as boards:
        clock.sleeps.clear()
        shown = len(boards)
        await clock.advance(HOUR - 1)
        assert len(boards) == shown
        assert clock.sleeps == []


async def test_what_waits_for_the_window_is_asked_when_it_opens():
    clock = FakeClock(FakeClock().now().replace(hour=20))
    client = ScriptedClient(clock, a=[[sms("New", clock.now())]])
    async with running(a_poller(client, clock, "a")) as boards:
        assert boards[-1].orders["a"].tally[Phase.WAITING] == 1
        await clock.advance(11 * HOUR - 1)
        assert boards[-1].orders["a"].tally[Phase.WAITING] == 1
        assert len(client.asked) < 11 * 12 + 2
        await clock.advance(16)
        assert boards[-1].orders["a"].tally[Phase.IN_FLIGHT] == 1
        assert client.times("a")[-1] >= 11 * HOUR - 1


# trouble


async def test_an_order_that_fails_is_asked_less_and_less_until_it_answers(clock):
    well = [sms("Accepted", clock.now())]
    client = ScriptedClient(clock, a=[*[NO_ANSWER] * 10, well])
    async with running(a_poller(client, clock, "a")) as boards:
        await clock.advance(1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 300 + 300)
        assert client.gaps("a")[:10] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        order = boards[-1].orders["a"]
        assert (order.error, order.failures) == (None, 0)
        assert order.next_poll == client.times("a")[-1] + 60


async def test_an_error_keeps_the_rows_and_their_age_and_an_answer_clears_it(clock):
    row = sms("Accepted", clock.now())
    client = ScriptedClient(clock, a=[[row], NO_ANSWER, NO_ANSWER, NO_ANSWER, [row]])
    async with running(a_poller(client, clock, "a")) as boards:
        first = boards[-1].orders["a"]
        await clock.advance(15)
        failed = boards[-1].orders["a"]
        assert failed.rows is first.rows
        assert (failed.error, failed.answered, failed.next_poll) == (NO_ANSWER, 0, 17)
        assert freshness(boards[-1], clock.monotonic())[:2] == (Connection.STALE, 15)
        await clock.advance(2 + 4)
        assert freshness(boards[-1], clock.monotonic())[:2] == (Connection.OFFLINE, 21)
        await clock.advance(8)
        well = boards[-1].orders["a"]
        assert well.rows[row.id] is first.rows[row.id]
        assert freshness(boards[-1], clock.monotonic())[:2] == (Connection.LIVE, 0)
        assert boards[-1].failed_in_a_row == 0


async def test_a_refused_order_is_asked_slowly_and_says_nothing_about_the_connection(clock):
    client = ScriptedClient(clock, a=[NotFound("No.", "Look.")])
    async with running(a_poller(client, clock, "a")) as boards:
        await clock.advance(700)
        assert client.gaps("a") == [60, 120, 240]
        assert boards[-1].failed_in_a_row == 0
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.LIVE


async def test_an_answer_about_another_order_ends_the_row_of_failures(clock):
    client = ScriptedClient(clock, a=[NO_ANSWER], b=[Slow(10)])
    async with running(a_poller(client, clock, "a", "b")) as boards:
        await clock.advance(9)
        assert boards[-1].failed_in_a_row == 3
        await clock.advance(1)
        assert boards[-1].failed_in_a_row == 0


@pytest.mark.parametrize("asked", [1.0, 100.0, 4000.0])
async def test_what_the_server_asks_for_is_obeyed(clock, asked):
    client = ScriptedClient(clock, a=[RateLimited("Slower.", "Wait.", retry_after=asked)])
    async with running(a_poller(client, clock, "a", chance=lambda: 0.0)):
        await clock.advance(9000)
        assert len(client.gaps("a")) >= 2
        assert min(client.gaps("a")) >= asked


async def test_one_bad_order_does_not_touch_its_siblings(clock):
    client = ScriptedClient(clock, a=[ServerError("500.", "Wait.")])
    async with running(a_poller(client, clock, "a", "b", "c")) as boards:
        await clock.advance(60)
        assert boards[-1].orders["a"].error is not None
        assert client.gaps("b") == client.gaps("c") == [15] * 4


async def test_an_unexpected_exception_comes_out_and_takes_the_other_requests_along(clock):
    client = ScriptedClient(clock, a=[Slow(5, ZeroDivisionError("a bug"))], b=[HANG])
    poller = a_poller(client, clock, "a", "b")

    async def iterate():
        async for _ in poller.boards():
            pass

    task = asyncio.create_task(iterate())
    await clock.advance(4)
    assert not task.done()
    await clock.advance(1)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        await task
    assert client.in_flight.total() == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_unexpected_exception_about_an_unwatched_order_comes_out_too(clock):
    client = ScriptedClient(clock, a=[Slow(5, ZeroDivisionError("a bug"))])
    poller = a_poller(client, clock, "a")
    # asyncio would only write a line about it, and later
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)

    async def iterate():
        async for _ in poller.boards():
            pass

    task = asyncio.create_task(iterate())
    await settle()
    poller.watch([])
    await clock.advance(6)
    done = task.done()
    task.cancel()
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    assert done
    assert isinstance(outcome, ZeroDivisionError)


async def test_a_limit_holds_for_all_orders(clock):
    orders = [str(n) for n in range(100)]
    slower = RateLimited("Slower.", "Wait.", retry_after=60)
    client = ScriptedClient(clock, **{o: [Slow(0.1, slower)] for o in orders})
    async with running(a_poller(client, clock, *orders)) as boards:
        await clock.advance(59)
        assert len(client.asked) == CONCURRENCY
        await clock.advance(540)
        assert len({o for _, o in client.asked}) > 50
        assert len(client.asked) < 100
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.OFFLINE


async def test_cancelling_leaves_no_task_behind(clock):
    client = ScriptedClient(clock, a=[HANG], b=[Slow(3)], c=[NO_ANSWER])
    async with running(a_poller(client, clock, "a", "b", "c")):
        await clock.advance(100)
        assert len(asyncio.all_tasks()) > 2
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert client.in_flight.total() == 0


async def test_closing_the_boards_early_leaves_no_task_behind(clock):
    client = ScriptedClient(clock, a=[HANG])
    boards = a_poller(client, clock, "a").boards()
    await anext(boards)
    await settle()
    assert client.in_flight.total() == 1
    await boards.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


# controls


async def test_a_pause_sends_nothing_and_its_end_asks_what_is_due(clock):
    client = ScriptedClient(clock, b=[[sms("Delivered", clock.now())]], c=[NO_ANSWER])
    poller = a_poller(client, clock, "a", "b", "c")
    async with running(poller) as boards:
        poller.pause(True)
        await clock.advance(HOUR / 2)
        assert boards[-1].paused
        assert [at for at, _ in client.asked] == [0, 0, 0]
        poller.pause(False)
        await settle()
        assert not boards[-1].paused
        assert client.asked[3:] == [(1800, "c"), (1800, "a"), (1800, "b")]


async def test_an_answer_under_way_comes_in_during_a_pause(clock):
    client = ScriptedClient(clock, a=[Slow(5)])
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        poller.pause(True)
        await clock.advance(60)
        assert boards[-1].orders["a"].answered == 5
        assert len(client.asked) == 1


async def test_a_refresh_during_a_pause_asks_once(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a", "b")
    async with running(poller):
        poller.pause(True)
        await clock.advance(100)
        poller.refresh("a")
        await clock.advance(100)
        poller.refresh()
        await clock.advance(HOUR)
        assert client.times("a") == [0, 100, 200]
        assert client.times("b") == [0, 200]


async def test_time_moves_phases_during_a_pause(clock):
    row = sms("Sending", clock.now() - timedelta(hours=1, minutes=59))
    client = ScriptedClient(clock, a=[[row]])
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        poller.pause(True)
        await clock.advance(59)
        assert boards[-1].orders["a"].tally[Phase.IN_FLIGHT] == 1
        await clock.advance(1)
        assert boards[-1].orders["a"].tally[Phase.STUCK] == 1
        assert len(client.asked) == 1


async def test_a_refresh_asks_at_once_and_the_pace_starts_anew(clock):
    client = ScriptedClient(clock, a=[[sms("Delivered", clock.now())]])
    poller = a_poller(client, clock, "a", "b")
    async with running(poller):
        await clock.advance(100)
        poller.refresh("a")
        await clock.advance(1000)
        assert client.times("a") == [0, 100, 1000]


async def test_a_refresh_while_it_is_asked_asks_again_right_after(clock):
    client = ScriptedClient(clock, a=[Slow(4)])
    poller = a_poller(client, clock, "a")
    async with running(poller):
        await clock.advance(1)
        poller.refresh("a")
        poller.refresh("a")
        await clock.advance(12)
        assert client.times("a") == [0, 4]


async def test_a_refresh_of_an_order_that_is_not_watched_does_nothing(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a")
    async with running(poller):
        poller.refresh("x")
        await clock.advance(1)
        assert client.asked == [(0, "a")]


@pytest.mark.parametrize("how", ["never watched", "watched no more"])
async def test_a_refresh_is_forgotten_with_its_order(clock, how):
    client = ScriptedClient(clock, a=[Slow(9)])
    poller = a_poller(client, clock, *(["a"] if how == "watched no more" else []))
    async with running(poller):
        poller.refresh("a")
        poller.watch([])
        await clock.advance(10)
        poller.pause(True)
        before = len(client.asked)
        poller.watch([("a", "")])
        await clock.advance(10)
        assert len(client.asked) == before


async def test_a_refreshed_order_is_asked_before_all_others(clock):
    orders = [str(n) for n in range(100)]
    client = ScriptedClient(clock, **{o: [Slow(1)] for o in orders})
    poller = a_poller(client, clock, *orders)
    async with running(poller):
        await clock.advance(3)
        poller.refresh("99")
        await clock.advance(1)
        assert client.times("99") == [4]


async def test_a_shorter_interval_takes_effect_at_once(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a", interval=60.0)
    async with running(poller) as boards:
        await clock.advance(10)
        poller.set_interval(2)
        await clock.advance(12)
        assert boards[-1].interval == 2
        # it has not changed for a while, so it starts at four times the interval
        assert client.times("a") == [0, 18, 20, 22]


async def test_a_longer_interval_takes_effect_with_the_next_answer_at_the_latest(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a", interval=15.0)
    async with running(poller):
        await clock.advance(20)
        poller.set_interval(60)
        await clock.advance(200)
        assert set(client.gaps("a")[2:]) == {60}


async def test_an_interval_does_not_shorten_a_back_off(clock):
    client = ScriptedClient(clock, a=[RateLimited("Slower.", "Wait.", retry_after=500)])
    poller = a_poller(client, clock, "a")
    async with running(poller):
        await clock.advance(1)
        poller.set_interval(1)
        await clock.advance(499)
        assert client.times("a") == [0, 500]


async def test_choosing_intervals_does_not_put_off_what_is_due_soon(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a")
    async with running(poller):
        for seconds in (20, 30, 20, 15) * 5:
            await clock.advance(10)
            poller.set_interval(seconds)
        assert client.times("a")[1] <= 15


async def test_choosing_an_interval_does_not_put_off_the_first_look_at_an_order(clock):
    orders = [str(n) for n in range(9)]
    client = ScriptedClient(clock, **{o: [Slow(1)] for o in orders})
    poller = a_poller(client, clock, *orders)
    async with running(poller):
        poller.set_interval(30)
        await clock.advance(2)
        assert client.times("8") == [1]


async def test_a_new_order_is_asked_at_once_and_keeps_the_others_as_they_are(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        await clock.advance(7)
        poller.watch([("b", "Mine"), ("a", "Other")])
        await settle()
        assert client.asked == [(0, "a"), (7, "b")]
        assert [o.name for o in boards[-1].orders.values()] == ["Mine", "Other"]
        await clock.advance(8)
        assert client.times("a") == [0, 15]


async def test_an_order_unwatched_while_it_is_asked_leaves_no_trace(clock):
    client = ScriptedClient(clock, a=[Slow(5)])
    poller = a_poller(client, clock, "a", "b")
    async with running(poller) as boards:
        await clock.advance(1)
        poller.watch([("b", "")])
        await clock.advance(100)
        assert list(boards[-1].orders) == ["b"]
        assert client.times("a") == [0]
        assert client.in_flight["a"] == 0


async def test_an_order_watched_again_while_it_is_asked_takes_the_answer(clock):
    client = ScriptedClient(clock, a=[Slow(5)])
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        await clock.advance(1)
        poller.watch([])
        await clock.advance(1)
        poller.watch([("a", "")])
        await clock.advance(4)
        assert boards[-1].orders["a"].answered == 5
        assert client.times("a") == [0]
        await clock.advance(15)
        assert client.times("a") == [0, 20]


async def test_an_unwatched_order_that_was_asked_for_is_not_asked_later(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a", "b")
    async with running(poller):
        poller.watch([("b", "")])
        await clock.advance(HOUR)
        assert client.times("a") == [0]


# news


def life(clock):
    """The SMS of one order, as six polls see it."""
    at = clock.now()
    return [
        [sms(status, at + timedelta(seconds=15 * n))]
        for n, status in enumerate(["New", "Sending", "New", "Sending", "Accepted", "Delivered"])
    ]


async def test_every_change_is_told_exactly_once(clock):
    client = ScriptedClient(clock, a=life(clock), b=life(clock), c=[Slow(40)])
    async with running(a_poller(client, clock, "a", "b", "c")) as boards:
        await clock.advance(200)
        told = Counter((t.order_id, t.before, t.after) for b in boards for t in b.news)
        steps = ["New>Sending", "Sending>New", "Sending>Accepted", "Accepted>Delivered"]
        for order_id in "ab":
            for step in steps:
                assert told[order_id, *step.split(">")] == 1 + (step == "New>Sending")
        assert told.total() == 10


async def test_every_change_is_told_once_while_somebody_plays_with_the_controls(clock):
    rng = random.Random(4)
    client = ScriptedClient(clock, a=life(clock), c=[Slow(0.5)])
    poller = a_poller(client, clock, "a", "c")
    told = Counter()

    async def iterate():
        async for board in poller.boards():
            told.update((t.before, t.after) for t in board.news)
            # whoever paints may use the controls at once
            rng.choice(controls)()

    controls = [
        lambda: poller.refresh("c"),
        lambda: poller.watch([("a", ""), ("c", ""), ("d", str(len(client.asked)))]),
        lambda: None,
        lambda: None,
        lambda: None,
    ]
    task = asyncio.create_task(iterate())
    await clock.advance(200)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert told.total() == 5


async def test_news_are_told_also_when_time_moves_a_phase_in_the_same_step(clock):
    late = sms("Sending", clock.now() - timedelta(hours=1, minutes=59, seconds=40))
    first, second = life(clock)[:2]
    client = ScriptedClient(clock, a=[first, Slow(5, second)], b=[[late]])
    poller = a_poller(client, clock, "a", "b")
    async with running(poller) as boards:
        # the answer about "a" comes in at the very moment "b" gets stuck
        await clock.advance(20)
        assert boards[-1].orders["b"].tally[Phase.STUCK] == 1
        assert [t.after for b in boards for t in b.news] == ["Sending"]


# the server's clock


@pytest.mark.parametrize(
    ("skew", "taken"),
    [(0, 0), (1.9, 0), (-2, 0), (2.5, 2.5), (-600, -600), (7200, 7200), (None, 0)],
)
async def test_the_clock_of_the_server_counts_when_it_differs(clock, skew, taken):
    client = ScriptedClient(clock)
    client.skew = None if skew is None else timedelta(seconds=skew)
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        assert boards[-1].skew == timedelta(seconds=taken)
        assert poller.now() == clock.now() + timedelta(seconds=taken)


async def test_a_difference_that_wobbles_by_a_second_stays_as_it_was(clock):
    client = ScriptedClient(clock)
    client.skew = timedelta(minutes=10)
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        for wobble in (0.4, -0.6, 1.0, -1.9):
            client.skew = timedelta(minutes=10, seconds=wobble)
            poller.refresh()
            await settle()
            assert boards[-1].skew == timedelta(minutes=10)
        client.skew = timedelta(minutes=10, seconds=30)
        poller.refresh()
        await settle()
        assert boards[-1].skew == client.skew
        client.skew = None
        poller.refresh()
        await settle()
        assert len(client.asked) == 7
        assert boards[-1].skew == timedelta(minutes=10, seconds=30)
        client.skew = timedelta(seconds=1)
        poller.refresh()
        await settle()
        assert boards[-1].skew == timedelta(0)


async def test_rows_are_judged_by_the_servers_clock_from_the_first_answer_on(clock):
    clock.offset = timedelta(days=-3)
    client = ScriptedClient(clock, a=[[sms("Sending", clock.now() + timedelta(days=3))]])
    client.skew = timedelta(days=3)
    async with running(a_poller(client, clock, "a")) as boards:
        assert boards[-1].orders["a"].tally[Phase.IN_FLIGHT] == 1
        await clock.advance(2 * HOUR)
        assert boards[-1].orders["a"].tally[Phase.STUCK] == 1


@pytest.mark.parametrize("why", [None, ServerError("500.", "Wait.")])
async def test_the_time_it_takes_to_ask_why_is_no_difference_of_clocks(clock, why):
    client = ScriptedClient(clock, a=[[]])
    client.skew = timedelta(0)
    client.status = Slow(25, why or "Registered")
    async with running(a_poller(client, clock, "a")) as boards:
        await clock.advance(25)
        assert boards[-1].orders["a"].answered == 25
        assert boards[-1].skew == timedelta(0)


async def test_a_wall_clock_that_jumps_makes_nothing_look_fresh_or_due(clock):
    client = ScriptedClient(clock)
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        await clock.advance(5)
        clock.offset = timedelta(days=-1)
        assert freshness(boards[-1], clock.monotonic())[:3] == (Connection.LIVE, 5, 10)
        await clock.advance(9)
        assert client.times("a") == [0]


async def test_a_wall_clock_put_right_brings_the_rows_back_with_the_next_answer(clock):
    row = sms("Sending", clock.now())
    client = ScriptedClient(clock, a=[[row]])
    client.skew = timedelta(0)
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        clock.offset, client.skew = timedelta(days=3), timedelta(days=-3)
        poller.pause(False)
        await settle()
        assert boards[-1].orders["a"].tally[Phase.DEAD] == 1
        await clock.advance(20)
        poller.refresh()
        await settle()
        assert boards[-1].skew == timedelta(days=-3)
        assert boards[-1].orders["a"].tally[Phase.IN_FLIGHT] == 1


# one look


async def test_an_order_without_sms_is_asked_why(clock):
    client = ScriptedClient(clock, a=[[]])
    client.status = "Cancelled"
    look = await look_at(client, "a")
    assert look.order_status.processing_status.status == "Cancelled"
    assert look.summary.notifications == ()
    assert look.date is None
    async with running(a_poller(client, clock, "a")) as boards:
        await clock.advance(60)
        assert boards[-1].orders["a"].order_status == look.order_status
        assert client.times("a") == [0, 0, 60]


async def test_a_reason_that_cannot_be_had_does_not_spoil_the_answer(clock):
    client = ScriptedClient(clock, a=[[]])
    client.status = ServerError("500.", "Wait.")
    look = await look_at(client, "a")
    assert look.order_status is None
    assert client.status_asked == 1


async def test_an_order_with_sms_is_not_asked_why(clock):
    client = ScriptedClient(clock)
    look = await look_at(client, "a")
    assert look.order_status is None
    assert client.status_asked == 0


async def test_a_look_that_fails_raises_what_went_wrong(clock):
    with pytest.raises(Unreachable):
        await look_at(ScriptedClient(clock, a=[NO_ANSWER]), "a")
