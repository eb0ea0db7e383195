"""The machine has no descriptors left, no room on its disk, no right to write there.

Each in a process of its own, for its limits are its own too.
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests import LIMIT

PROJECT = Path(__file__).parents[2]


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
