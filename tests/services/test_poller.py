import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from sms_monitor.core.errors import (
    BadRequest,
    Forbidden,
    InvalidBody,
    NotFound,
    RateLimited,
    ServerError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from sms_monitor.core.freshness import Connection, freshness
from sms_monitor.core.phase import Phase
from sms_monitor.services.poller import look_at
from tests.core.rows import sms
from tests.services.fake_clock import FakeClock, settle
from tests.services.scripted import HOUR, NO_ANSWER, ScriptedClient, Slow, a_poller, running


@pytest.fixture
def clock():
    return FakeClock()


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


@pytest.mark.parametrize(("status", "pace"), [("Registered", 60), ("Cancelled", 900)])
async def test_an_order_without_sms_is_asked_why_and_that_sets_its_pace(clock, status, pace):
    client = ScriptedClient(clock, a=[[]])
    client.status = status
    look = await look_at(client, "a")
    assert look.order_status.processing_status.status == status
    assert look.taken.answer.notifications == ()
    assert look.date is None
    async with running(a_poller(client, clock, "a")) as boards:
        await clock.advance(pace)
        assert boards[-1].orders["a"].order_status == look.order_status
        assert client.times("a") == [0, 0, pace]


@pytest.mark.parametrize(
    "error", [ServerError, NotFound, Unreachable, TimedOut, InvalidBody, BadRequest]
)
async def test_a_reason_that_cannot_be_had_does_not_spoil_the_answer(clock, error):
    client = ScriptedClient(clock, a=[[]])
    client.status = error("No.", "Wait.")
    look = await look_at(client, "a")
    assert look.order_status is None
    assert look.taken.answer.notifications == ()
    assert client.status_asked == 1


@pytest.mark.parametrize("error", [RateLimited, Unauthorized, Forbidden])
async def test_a_refusal_to_say_why_is_a_refusal(clock, error):
    client = ScriptedClient(clock, a=[[]])
    client.status = error("No.", "Wait.")
    with pytest.raises(error) as raised:
        await look_at(client, "a")
    assert raised.value is client.status


async def test_a_limit_on_asking_why_holds_for_all_orders(clock):
    client = ScriptedClient(clock, a=[[]])
    client.status = RateLimited("Slower.", "Wait.", retry_after=100)
    async with running(a_poller(client, clock, "a", "b")) as boards:
        assert boards[-1].orders["a"].error is client.status
        await clock.advance(105)
        assert client.times("a") == [0, 105]
        assert client.times("b") == [0, 100]


async def test_a_reason_once_known_stays_while_it_cannot_be_had_again(clock):
    client = ScriptedClient(clock, a=[[]])
    client.status = "Cancelled"
    poller = a_poller(client, clock, "a")
    async with running(poller) as boards:
        known = boards[-1].orders["a"].order_status
        client.status = ServerError("500.", "Wait.")
        poller.refresh()
        await clock.advance(10)
        assert client.status_asked == 2
        order = boards[-1].orders["a"]
        assert (order.order_status, order.error) == (known, None)
        await clock.advance(900)
        assert client.times("a") == [0, 0, 900]


async def test_an_order_with_sms_is_not_asked_why(clock):
    client = ScriptedClient(clock)
    look = await look_at(client, "a")
    assert look.order_status is None
    assert client.status_asked == 0


async def test_a_look_that_fails_raises_what_went_wrong(clock):
    with pytest.raises(Unreachable):
        await look_at(ScriptedClient(clock, a=[NO_ANSWER]), "a")
