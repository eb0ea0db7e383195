import random
from collections import Counter
from datetime import timedelta

import pytest

from sms_monitor.core.errors import (
    NotFound,
)
from sms_monitor.core.phase import Phase
from sms_monitor.services.turns import CONCURRENCY, TROUBLED_AT_ONCE
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock
from tests.services.scripted import HANG, HOUR, NO_ANSWER, ScriptedClient, Slow, a_poller, running


@pytest.fixture
def clock():
    return FakeClock()


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
