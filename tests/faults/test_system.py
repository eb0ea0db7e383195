"""The network goes and comes back, clocks are put forward and back, orders come and go."""

import asyncio
import gc
import socket
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from sms_monitor.core.freshness import Connection, freshness
from sms_monitor.core.order import Order
from sms_monitor.services.answers import Peer
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.connection import open_http
from sms_monitor.services.history_keeping import PURGE_EVERY
from sms_monitor.services.poller import Poller
from tests import LIMIT
from tests.core.orders import ORDER
from tests.one_demo import START
from tests.services.histories import A, B, Observer, later, one, opened, rows, seen, until
from tests.services.wire import json_answer, wire
from tests.ui.stage import HandClock

DAY = 86_400.0
SMS = (
    b'{"orderId": "%s", "generated": 1, "succeeded": 0, "notifications": [{"id": "%s", '
    b'"succeeded": false, "recipient": {"mobileNumber": "+4799999999"}, "sendStatus": '
    b'{"status": "Accepted", "lastUpdate": "2026-11-23T07:59:00Z"}}]}'
    % (ORDER.encode(), A.encode())
)


# the network comes and goes


@asynccontextmanager
async def a_poller(url, clock):
    """Yield a poller of one order over a real client, iterated by a task of its own."""
    http = open_http(url, None, None, httpx.Timeout(LIMIT))
    async with http:
        client = NotificationsClient(http, Peer("work", "custom", "server"))
        poller = Poller(client, clock, lambda: 0.5, 15.0, 6000)
        poller.watch([(ORDER, "")])

        async def iterate():
            async for _ in poller.boards():
                pass

        task = asyncio.create_task(iterate())
        try:
            yield poller
            assert not task.done(), "what the monitor iterates came to an end"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def asked_again(poller, clock):
    """Let the longest wait go by; return the order once it was asked about."""
    clock.advance(400)
    began = clock.monotonic()
    await until(lambda: (poller.board.orders[ORDER].next_poll or 0) > began)
    return poller.board.orders[ORDER]


async def test_names_that_cannot_be_looked_up_for_a_while_cost_nothing_but_time(monkeypatch):
    real, gone = socket.getaddrinfo, False

    def looked_up(_host, *args, **more):
        if gone:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    clock = HandClock(START)
    # each answer ends its connection, so each request needs the name
    reply = json_answer(SMS, Connection="close")
    async with (
        wire(lambda _: reply) as server,
        a_poller(f"http://altinn.invalid:{server.port}", clock) as poller,
    ):
        first = await asked_again(poller, clock)
        assert first.error is None and set(first.rows) == {A}
        gone = True
        for failures in (1, 2, 3):
            order = await asked_again(poller, clock)
            assert "cannot be looked up (DNS)" in order.error.message
            assert (order.failures, order.rows, order.answered) == (
                failures,
                first.rows,
                first.answered,
            )
        assert freshness(poller.board, clock.monotonic()).connection is Connection.OFFLINE
        gone = False
        order = await asked_again(poller, clock)
        assert (order.error, order.answered) == (None, clock.monotonic())


async def test_a_server_that_is_gone_for_a_while_is_found_again():
    clock = HandClock(START)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with a_poller(f"http://127.0.0.1:{port}", clock) as poller:
        for failures in (1, 2, 3):
            order = await asked_again(poller, clock)
            assert "refused the connection" in order.error.message
            assert (order.failures, order.answered) == (failures, None)
        async with wire(lambda _: json_answer(SMS), port=port):
            order = await asked_again(poller, clock)
            assert (order.error, set(order.rows)) == (None, {A})


# clocks


async def test_a_wall_clock_put_forward_by_years_purges_nothing_that_is_watched(path):
    """The history is as old as the server says, whatever this machine believes."""
    at = later(10)
    async with opened(path, now=lambda: at) as history:
        observer = Observer(history)
        await observer.see(5, one("New"), one("New", 0, B))
        await observer.see(10, one("Sending", 8), one("New", 0, B))
        at += timedelta(days=900)
        await observer.see(60, one("Accepted", 50), one("New", 0, B))
        assert await seen(history) == [("New", 5), ("Sending", 10), ("Accepted", 60)]
    async with opened(path, now=lambda: at) as history:
        assert await seen(history) == [("New", 5), ("Sending", 10), ("Accepted", 60)]
        await Observer(history).see(90, one("Accepted", 50), one("New", 0, B))
        assert await seen(history, B) == [("New", 5)]


async def test_a_wall_clock_put_back_keeps_what_is_seen_and_when_was_looked(path):
    at = later(10 * DAY)
    async with opened(path, now=lambda: at) as history:
        observer = Observer(history)
        await observer.see(10 * DAY, one("New", 10 * DAY - 5))
        at = later(0)
        # nothing changes, so that only the mark of having looked is to be written
        await observer.see(10 * DAY + 60, one("New", 10 * DAY - 5))
        looked = rows(path, "SELECT looked FROM orders")
        assert await history.looked_at() == {ORDER: later(10 * DAY + 60)}, looked
        await observer.see(10 * DAY + 90, one("Sending", 10 * DAY + 80))
        assert [status for status, _ in await seen(history)] == ["New", "Sending"]


async def test_what_is_old_still_goes_while_the_wall_clock_stands_back(path):
    at = later(0)
    async with opened(path, now=lambda: at, days=1) as history:
        await Observer(history, "old").see(5, one("New"))
        observer = Observer(history)
        await observer.see(5, one("New"))
        at = later(-400 * DAY)
        await observer.see(PURGE_EVERY.total_seconds() + DAY + 60, one("New"))
        assert set(await history.looked_at()) == {ORDER}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "history.sqlite3"


# a long run


def is_held(order_id):
    return any(isinstance(o, Order) and o.order_id == order_id for o in gc.get_objects())


async def test_an_order_nobody_watches_any_more_is_let_go_and_seen_late_when_it_is_back(path):
    before = (one("Accepted", 0), one("New", 0, B))
    at = later(5)
    async with opened(path, now=lambda: at) as history:
        await Observer(history, "left").see(5, *before)
        assert is_held("left")
        at = later(10)
        await Observer(history, "another").see(10, one("New"))
        assert not is_held("left")
        at = later(7200)
        await Observer(history, "left").see(7200, one("Failed", 300), before[1])
        last = (await history.timeline("left", A))[-1]
        assert (last.seen_at, last.unseen_since) == (later(7200), later(5))
        assert await seen(history, B, "left") == [("New", 5)]
