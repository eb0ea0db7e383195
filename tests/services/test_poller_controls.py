import math
from datetime import timedelta

import pytest

from sms_monitor.core.errors import (
    RateLimited,
    ServerError,
)
from sms_monitor.core.phase import Phase
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock, settle
from tests.services.scripted import HOUR, NO_ANSWER, ScriptedClient, Slow, a_poller, running


@pytest.fixture
def clock():
    return FakeClock()


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


async def test_a_refresh_does_not_undercut_what_the_server_asked_for(clock):
    away = ServerError("503.", "Wait.", retry_after=100)
    client = ScriptedClient(clock, a=[away], b=[NO_ANSWER, []])
    poller = a_poller(client, clock, "a", "b")
    async with running(poller):
        await clock.advance(1)
        poller.refresh()
        await settle()
        # what stays away on our own account is asked at once
        assert client.times("b") == [0, 1]
        await clock.advance(49)
        poller.refresh("a")
        poller.refresh("a")
        await clock.advance(54)
        assert client.times("a") == [0]
        await clock.advance(1)
        assert client.times("a") == [0, 105]


async def test_a_refresh_of_what_was_sent_away_is_kept_through_a_pause(clock):
    away = ServerError("503.", "Wait.", retry_after=100)
    client = ScriptedClient(clock, a=[away])
    poller = a_poller(client, clock, "a")
    async with running(poller):
        poller.pause(True)
        poller.refresh("a")
        await clock.advance(HOUR)
        assert client.times("a") == [0, 105]


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
        # nothing has changed for a while: an interval of 60 would have it asked at 240
        await clock.advance(18)
        assert boards[-1].interval == 2
        # it has not changed for 10 s, so it starts at 4.4 times the root of that
        asked = client.times("a")
        assert asked == pytest.approx([0, *(10 + 4.4 * math.sqrt(10) + n for n in (0, 2, 4))])


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
        await clock.advance(523)
        assert client.times("a") == [0]
        await clock.advance(1)
        assert client.times("a") == [0, 525]


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
