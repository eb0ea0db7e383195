"""A thousand watched orders within a budget, on a clock that the test moves."""

import random
from bisect import bisect_right
from datetime import timedelta

import pytest

from sms_monitor.core.errors import NotFound, RateLimited
from sms_monitor.core.freshness import Connection, freshness
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock, settle
from tests.services.scripted import HOUR, ScriptedClient, Slow, a_poller, running


@pytest.fixture
def clock():
    return FakeClock()


class CountingClient(ScriptedClient):
    """Knows when every request left, those that ask why there are no SMS too."""

    def __init__(self, clock, **script):
        super().__init__(clock, **script)
        self.left = []

    async def sms_summary(self, order_id, last=None):
        self.left.append(self._clock.monotonic())
        return await super().sms_summary(order_id, last)

    async def order_status(self, order_id):
        self.left.append(self._clock.monotonic())
        return await super().order_status(order_id)

    def most_within(self, seconds):
        """The most requests in any window of so many seconds."""
        return max(bisect_right(self.left, at + seconds) - i for i, at in enumerate(self.left))


def thousand(clock):
    """A thousand orders of all kinds, most of them over."""
    now, days = clock.now(), timedelta(days=1)
    script = {f"over{n}": [[sms("Delivered", now - 30 * days)]] for n in range(500)}
    script |= {f"done{n}": [[sms("Delivered", now - 2 * days)]] for n in range(150)}
    script |= {f"today{n}": [[sms("Failed", now - timedelta(hours=1))]] for n in range(50)}
    script |= {f"slow{n}": [[sms("Accepted", now - timedelta(hours=1))]] for n in range(240)}
    script |= {f"empty{n}": [[]] for n in range(40)}
    script |= {f"gone{n}": [NotFound("No.", "Look.")] for n in range(20)}
    return script


async def test_a_thousand_orders_keep_to_the_budget_and_none_is_left_out(clock):
    script = thousand(clock)
    client = CountingClient(clock, **{k: [Slow(0.2, v[0])] for k, v in script.items()})
    client.script |= {f"empty{n}": [[]] for n in range(40)}
    poller = a_poller(client, clock, *script, chance=random.Random(2).random, budget=60)
    async with running(poller) as boards:
        await clock.advance(2 * HOUR)
        assert {asked for _, asked in client.asked} == set(script), "each was heard of"
        for seconds in (1, 60, 600, 3600):
            assert client.most_within(seconds) <= 30 + seconds + 1
        assert len(client.left) > 0.95 * 2 * 3600, "and it is used, for there is much to ask"
        assert poller.board.budget.used(clock.monotonic()) <= 60
        # 240 + 2 x 40 requests a minute are wanted, so all fall behind by the same share
        slow = [client.times(f"slow{n}") for n in range(240)]
        since = [at for times in slow for at in times if at > 1.4 * HOUR]
        gaps = [b - a for times in slow for a, b in zip(times[-2:], times[-1:], strict=False)]
        assert len(since) > 240
        assert max(gaps) < 2 * min(gaps)
        assert all(clock.monotonic() - times[-1] < 0.25 * HOUR for times in slow)
        assert all(len(client.times(f"over{n}")) == 1 for n in range(500))
        assert all(len(client.times(f"done{n}")) <= 2 for n in range(150))
        told = boards[-1].spacing
        assert told == pytest.approx(sum(gaps) / len(gaps), rel=0.2)
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.LIVE


async def test_a_thousand_final_orders_are_nearly_free(clock):
    hours = timedelta(hours=1)
    script = {f"old{n}": [[sms("Delivered", clock.now() - 200 * hours)]] for n in range(700)}
    script |= {f"week{n}": [[sms("Delivered", clock.now() - 30 * hours)]] for n in range(200)}
    script |= {f"day{n}": [[sms("Delivered", clock.now() - hours)]] for n in range(100)}
    client = CountingClient(clock, **script)
    poller = a_poller(client, clock, *script, chance=random.Random(1).random, budget=6000)
    async with running(poller) as boards:
        await clock.advance(1)
        first = len(client.left)
        assert first == 1000
        await clock.advance(3 * HOUR)
        # 100 x 4 an hour and 200 x 1
        assert len(client.left) - first == pytest.approx(3 * (400 + 200), rel=0.1)
        assert boards[-1].spacing is None
        poller.refresh("old7")
        await settle()
        assert len(client.times("old7")) == 2, "who asks is answered"


async def test_what_a_person_asks_for_and_the_order_on_the_screen_go_first(clock):
    script = {f"a{n}": [[sms("Accepted", clock.now())]] for n in range(400)}
    client = CountingClient(clock, **script)
    poller = a_poller(client, clock, *script, budget=120)
    async with running(poller):
        await clock.advance(600)
        poller.refresh()
        poller.refresh("a399")
        await clock.advance(1)
        assert client.times("a399")[-1] >= 600
        await clock.advance(300)
        client.script["a5"] = [[sms("Accepted", clock.now())]]
        poller.refresh("a5")
        await clock.advance(2)
        poller.look_closer("a5")
        start = clock.monotonic()
        for _ in range(30):
            client.script["a5"] = [[sms("Accepted", clock.now())]]
            await clock.advance(2)
        mine = [at for at in client.times("a5") if at > start]
        others = [at for at in client.left if at > start]
        assert len(mine) >= 20, "about every 2 s"
        assert len(mine) <= 0.55 * len(others), "and the others get their share"
        poller.look_closer("a6")
        await clock.advance(120)
        assert len([at for at in client.times("a5") if at > start + 65]) <= 1


async def test_the_order_on_the_screen_is_asked_more_often_only_while_it_moves(clock):
    still = [[sms("Accepted", clock.now() - timedelta(hours=1))]]
    client = ScriptedClient(clock, still=still, final=[[sms("Delivered", clock.now())]])
    poller = a_poller(client, clock, "moves", "still", "final")
    async with running(poller):
        await clock.advance(1)
        poller.look_closer("moves")
        await clock.advance(59)
        assert client.times("moves")[1:4] == [2, 4, 6]
        for order_id in ("still", "final"):
            poller.look_closer(order_id)
            before = len(client.times(order_id))
            await clock.advance(59)
            assert len(client.times(order_id)) - before <= 1
        poller.look_closer("not watched")
        poller.watch([("still", "")])
        poller.look_closer(None)
        await clock.advance(60)


async def test_what_the_server_asks_for_counts_more_than_the_budget(clock):
    slower = RateLimited("Slower.", "Wait.", retry_after=300)
    well = [sms("Accepted", clock.now())]
    client = CountingClient(clock, **{f"a{n}": [well, slower, well] for n in range(200)})
    poller = a_poller(client, clock, *client.script, budget=600, chance=random.Random(4).random)
    async with running(poller) as boards:
        await clock.advance(1200)
        quiet = [b.quiet_until for b in boards if b.quiet_until]
        assert quiet
        for until in set(quiet):
            assert not [at for at in client.left if until - 290 < at < until]


async def test_a_request_that_somebody_else_made_is_counted_too(clock):
    client = CountingClient(clock)
    poller = a_poller(client, clock, "a", budget=60)
    async with running(poller) as boards:
        client.status_asked += 40  # as if 40 order pages had been opened
        await clock.advance(20)
        # a debt of 11 after 15 s: the next look waits until it is paid
        assert client.times("a") == [0]
        await clock.advance(10)
        assert len(client.times("a")) == 2
        assert boards[-1].budget.used(clock.monotonic()) == 42


async def test_another_budget_takes_effect_at_once(clock):
    script = {f"a{n}": [[sms("Accepted", clock.now())]] for n in range(100)}
    client = CountingClient(clock, **script)
    poller = a_poller(client, clock, *script, budget=6)
    async with running(poller) as boards:
        await clock.advance(60)
        assert len(client.left) <= 10
        assert boards[-1].spacing > 900
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.LIVE
        poller.set_budget(6000)
        await clock.advance(30)
        assert len({asked for _, asked in client.asked}) == 100
        assert boards[-1].budget.per_minute == 6000
        assert boards[-1].spacing is None


async def test_a_pause_holds_what_the_budget_held_and_says_nothing_of_it(clock):
    script = {f"a{n}": [[sms("Accepted", clock.now())]] for n in range(100)}
    client = CountingClient(clock, **script)
    poller = a_poller(client, clock, *script, budget=60)
    async with running(poller) as boards:
        await clock.advance(20)
        poller.pause(True)
        await settle()
        before = len(client.left)
        await clock.advance(HOUR)
        assert len(client.left) == before
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.PAUSED
