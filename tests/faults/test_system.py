"""The machine itself fails: its clock, its names, its descriptors, its disk."""

import asyncio
import gc
import os
import shutil
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

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

PROJECT = Path(__file__).parents[2]
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


# descriptors, the disk, rights


def child(program, *arguments, **environ):
    """Run `program` in a process of its own, whose limits are its own; return what it says."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program, *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT,
        check=False,
        env={**os.environ, **environ},
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


FILES = """
from datetime import UTC, datetime
from pathlib import Path
from sms_monitor.core.errors import StorageError
from sms_monitor.services.config_writing import append_profile
from sms_monitor.services.log import open_log
from sms_monitor.services.new_file import write_new
from sms_monitor.services.state import StateFile, ViewState
from sms_monitor.services.watch_list import WatchList

A, B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
NOW = lambda: datetime(2026, 11, 23, 8, tzinfo=UTC)

def said(act):
    try:
        return act()
    except StorageError as error:
        return f"{error.message} {error.next_step}"

class Files:
    def __init__(self, folder):
        self.folder = folder
        self.watch_list = WatchList(folder / "orders.json", "p", NOW, print)
        self.state = StateFile(folder / "state.json", "p", NOW)

    def first(self):
        self.watch_list.add([A])
        self.state.save(ViewState(filter="before"))

    def again(self, note="x"):
        print("watch list:", said(lambda: self.watch_list.add([B], note=note)))
        print("state:", self.state.save(ViewState(filter=note)))
        print("export:", said(lambda: write_new(self.folder / "sms.csv", note)))
        with open_log(self.folder / "log", "debug") as log:
            for _ in range(40):
                log.trouble("x" * 200)
        orders = said(lambda: [one.order_id[-1] for one in self.watch_list.orders()])
        print("kept:", orders, self.state.load()[0].filter)
"""

DESCRIPTORS = (
    FILES
    + """
import asyncio, os, resource, sys
import httpx
from sms_monitor.core.errors import SourceError
from sms_monitor.services.answers import Peer
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.connection import open_http
from tests.core.orders import ORDER
from tests.faults.test_system import SMS
from tests.services.histories import Observer, later, one, opened, seen
from tests.services.wire import json_answer, wire

async def main(folder):
    files, told, at = Files(folder), [], later(5)
    files.first()
    files.again("before")
    async with (
        wire(lambda _: json_answer(SMS, Connection="close")) as server,
        open_http(server.url, None, None, httpx.Timeout(60)) as http,
        opened(folder / "history" / "h.sqlite3", told=told, now=lambda: at) as history,
    ):
        client = NotificationsClient(http, Peer("p", "custom", "server"))
        observer = Observer(history)
        await client.sms_summary(ORDER)
        await observer.see(5, one("New"))
        taken, (_, most) = [], resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
        try:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        print("-- none left")
        try:
            await client.sms_summary(ORDER)
        except SourceError as error:
            print("client:", type(error).__name__, error.message)
        await observer.see(65, one("Sending", 60))
        files.again("while")
        print("history:", [status for status, _ in await seen(history)])
        for one_taken in taken:
            os.close(one_taken)
        print("-- again")
        print("client:", (await client.sms_summary(ORDER)).count)
        at = later(130)
        await observer.see(130, one("Accepted", 129))
        files.again("after")
        print("history:", [status for status, _ in await seen(history)])

asyncio.run(main(Path(sys.argv[1])))
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")
def test_without_file_descriptors_there_are_sentences_and_nothing_is_lost(tmp_path):
    _, _, said = child(DESCRIPTORS, tmp_path).partition("-- none left\n")
    without, _, again = said.partition("-- again\n")
    assert "client: Unreachable" in without and "Too many open files" in without
    assert "watch list: " in without and "state: The view is not saved." in without
    assert "history: ['New', 'Sending']" in without
    assert "client: 1\n" in again and "state: None" in again
    assert "kept: ['a', 'b'] after" in again
    assert "history: ['New', 'Sending', 'Accepted']" in again


FULL = (
    FILES
    + """
import resource, sys
files = Files(Path(sys.argv[1]))
files.first()
resource.setrlimit(resource.RLIMIT_FSIZE, (100, -1))
files.again("long" * 1000)
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
print("-- again")
files.again()
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")
def test_a_full_disk_keeps_the_watch_list_the_view_and_the_export_as_they_were(tmp_path):
    full, _, again = child(FULL, tmp_path).partition("-- again\n")
    assert "watch list: " in full and full.count("cannot be written: File too large.") == 3
    assert "kept: ['a'] before" in full
    assert "kept: ['a', 'b'] x" in again and "export: None" in again
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".tmp"]


READ_ONLY = (
    FILES
    + """
import os, sys
folder = Path(sys.argv[1])
files = Files(folder)
if os.getuid() == 0:  # who may write everywhere
    os.setgid(65534)
    os.setuid(65534)
files.again("other")
block = '[profiles.b]\\nenvironment = "tt02"\\nauth = "none"\\n'
print("config:", said(lambda: append_profile(folder / "config.toml", "b", block)))
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such modes")
def test_a_read_only_directory_is_said_and_all_in_it_can_still_be_read(tmp_path):
    # pytest's own directories are closed to the other user that root becomes
    folder = Path("/tmp") / f"{tmp_path.name}-{os.getpid()}"
    folder.mkdir()
    try:
        child(FILES + "import sys\nFiles(Path(sys.argv[1])).first()", folder)
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        before = {one.name: one.read_bytes() for one in folder.iterdir()}
        said = child(READ_ONLY, folder)
        assert said.count("Permission denied") == 4, said
        assert "kept: ['a'] before" in said
        assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    finally:
        folder.chmod(0o755)
        with suppress(OSError):
            shutil.rmtree(folder)
