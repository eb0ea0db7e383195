import asyncio

import pytest

from sms_monitor.core.errors import (
    NotFound,
    RateLimited,
    ServerError,
)
from sms_monitor.core.freshness import Connection, freshness
from sms_monitor.services.turns import CONCURRENCY
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock, settle
from tests.services.scripted import HANG, NO_ANSWER, ScriptedClient, Slow, a_poller, running


@pytest.fixture
def clock():
    return FakeClock()


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


async def test_a_shorter_wait_does_not_end_a_longer_one(clock):
    long, short = RateLimited("Slow.", "Wait.", 500.0), RateLimited("Slow.", "Wait.", 10.0)
    client = ScriptedClient(clock, a=[long], b=[Slow(5.0, short)], c=[[sms("Accepted")]])
    async with running(a_poller(client, clock, "a", "b", "c")) as boards:
        await clock.advance(400)
        assert boards[-1].quiet_until == 500
        assert client.times("c") == [0]
        assert freshness(boards[-1], clock.monotonic()).next_in == pytest.approx(100)


async def test_when_the_api_is_back_nobody_waits_out_a_long_pause(clock):
    well = [sms("Accepted", clock.now())]
    client = ScriptedClient(clock, a=[*[NO_ANSWER] * 8, well], b=[*[NO_ANSWER] * 7, well])
    async with running(a_poller(client, clock, "a", "b")) as boards:
        await clock.advance(1 + 2 + 4 + 8 + 16 + 32 + 64 + 128)
        assert boards[-1].orders["b"].error is None
        await clock.advance(3)
        assert boards[-1].orders["a"].error is None
        assert client.gaps("a")[-1] < 5, "not the 256 seconds of its own back-off"
        assert freshness(boards[-1], clock.monotonic()).connection is Connection.LIVE


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
