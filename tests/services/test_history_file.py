"""The file `history.sqlite3` when the disk, another program or the past is not as it should be."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sms_monitor.core.person import parse_person
from sms_monitor.services.history_file import MIGRATIONS, open_file, transaction
from sms_monitor.services.history_keeping import MOST_WAITING, RETRY
from tests.core.rows import NOW
from tests.services.histories import B, Observer, is_sound, later, one, opened, rows, seen

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "history.sqlite3"


class Now:
    """A clock for the retries."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


async def fill(path, *statuses):
    async with opened(path) as history:
        observer = Observer(history)
        for n, status in enumerate(statuses):
            await observer.see(60 * n + 5, one(status, 60 * n))


# versions


def at_version(path, version):
    """Make the file as the program of that version left it."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for migrate in MIGRATIONS[:version]:
            migrate(connection)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA application_id = 1397576520")
    return path


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
async def test_a_file_of_any_older_version_is_brought_to_this_one(path, version):
    if version:
        at_version(path, version)
    await fill(path, "New", "Sending")
    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    async with opened(path) as history:
        assert await seen(history) == [("New", 5), ("Sending", 65)]


async def test_what_an_older_version_wrote_is_kept(path):
    at_version(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO orders VALUES (1, 'p', 'o', 'ref', 0, 0)")
        connection.execute("INSERT INTO sms VALUES (1, 1, 'n', '+4799999999', NULL, NULL, NULL)")
        connection.execute("INSERT INTO kind VALUES (1, 'New', '', 'New')")
        connection.execute("INSERT INTO state VALUES (1, 0, 0, 1, 0, NULL)")
        connection.commit()
    async with opened(path, days=3650 * 9) as history:
        (found,) = await history.with_recipient(parse_person("99999999"))
        assert (found.order_id, found.notification.status) == ("o", "New")


def test_a_migration_that_fails_leaves_the_version_before(path, monkeypatch):
    at_version(path, 1)

    def breaks(connection):
        connection.execute("CREATE TABLE half_done (id)")
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr("sms_monitor.services.history_file.MIGRATIONS", (MIGRATIONS[0], breaks))
    with pytest.raises(Exception, match="cannot be used"):
        open_file(path, NOW)
    assert rows(path, "PRAGMA user_version") == [(1,)]
    assert rows(path, "SELECT name FROM sqlite_schema WHERE name = 'half_done'") == []


async def test_a_newer_file_is_left_alone_and_that_is_said_once(path):
    await fill(path, "New")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    told, now = [], Now()
    async with opened(path, told=told, now=now) as history:
        observer = Observer(history)
        for at in (5, 500, 1000):
            now.at = later(at)
            await observer.see(at, one("Sending", at))
        assert await seen(history) == [("Sending", 5), ("Sending", 500), ("Sending", 1000)]
    assert path.read_bytes() == before
    assert len(told) == 1
    assert "written by a newer sms-monitor" in told[0]


async def test_a_file_that_a_newer_program_takes_over_while_it_is_open_is_left_to_it(path):
    told, now = [], Now()
    async with opened(path, told=told, now=now) as history:
        observer = Observer(history)
        await observer.see(5, one("New"))
        with closing(sqlite3.connect(path)) as newer:
            newer.execute("PRAGMA user_version = 99")
            for at in (60, 500, 1000):
                now.at = later(at)
                await observer.see(at, one("Sending", at))
            assert newer.execute("SELECT count(*) FROM state").fetchone() == (1,)
        assert [status for status, _ in await seen(history)][-1] == "Sending"
    assert len(told) == 1
    assert "written by a newer sms-monitor" in told[0]


# a file that makes no sense


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"\0" * len(data),
        lambda _: b"not a database at all, sorry",
        lambda data: data[:5000],
        lambda data: data[:4096] + os.urandom(len(data) - 4096),
        lambda data: data[:100] + b"\xff" * 3000 + data[3100:],
    ],
    ids=["zeros", "text", "cut", "pages", "schema"],
)
async def test_a_corrupt_file_is_kept_under_another_name_and_a_new_one_begun(path, spoil):
    await fill(path, "New", "Sending")
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)
    told = []
    async with opened(path, told=told) as history:
        await Observer(history).see(5, one("Accepted"))
    async with opened(path, told=told) as history:
        assert await seen(history) == [("Accepted", 5)]
    (aside,) = path.parent.glob("history.sqlite3.corrupt-*")
    assert aside.read_bytes() == spoilt
    assert len(told) == 1
    assert aside.name in told[0]
    assert is_sound(path)


async def test_another_programs_database_is_set_aside_too(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    told = []
    async with opened(path, told=told) as history:
        await Observer(history).see(5, one("New"))
    assert "could not be understood" in told[0]
    assert len(rows(path)) == 1


async def test_a_file_that_is_spoilt_while_it_is_open_is_set_aside_and_all_is_written_anew(path):
    told, now = [], Now()
    async with opened(path, told=told, now=now) as history:
        observer = Observer(history)
        many = [one("New", 0, f"n{i}") for i in range(3000)]
        await observer.see(5, one("New"), *many)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.write_bytes(path.read_bytes()[:4096] + b"\x55" * (path.stat().st_size - 4096))
        for at in range(65, 600, 60):
            now.at = later(at)
            await observer.see(at, one("Sending", at), *many)
    assert any("could not be understood" in sentence for sentence in told)
    async with opened(path) as history:
        assert (await seen(history))[-1] == ("Sending", 545)
        assert await seen(history, "n2999")
    assert is_sound(path)


# a disk that does not take it


async def test_a_file_that_is_locked_is_written_when_it_is_free_and_nothing_is_lost(path):
    await fill(path, "New")
    told, now = [], Now()
    async with opened(path, told=told, now=now) as history:
        observer = Observer(history)
        await observer.see(5, one("New"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other, transaction(other):
            for at, status in ((65, "Sending"), (70, "New")):
                now.at = later(at)
                await observer.see(at, one(status, at))
            assert len(told) == 1
            assert "locked" in told[0]
        now.at = later(80)
        await observer.see(80, one("Sending", 79))
        assert told[1:] == ["The history is kept again."]
    async with opened(path) as history:
        assert (await seen(history))[1:] == [("Sending", 65), ("New", 70), ("Sending", 80)]


@pytest.mark.parametrize("in_the_way", ["directory", "file"])
async def test_without_a_place_to_write_the_history_of_this_run_is_there(path, in_the_way):
    if in_the_way == "file":
        path.parent.write_text("no directory")
    else:
        path.mkdir(parents=True)
    told, now = [], Now()
    async with opened(path, told=told, now=now) as history:
        observer = Observer(history)
        await observer.see(5, one("New"))
        now.at += RETRY
        await observer.see(65, one("Sending", 60))
        assert await seen(history) == [("New", 5), ("Sending", 65)]
        assert len(told) == 1
        assert told[0].startswith("History is not kept on the disk. ")
        # somebody makes room
        path.parent.unlink() if in_the_way == "file" else path.rmdir()
        now.at += RETRY
        await observer.see(125, one("Accepted", 120))
        assert told[1:] == ["The history is kept again."]
    async with opened(path) as history:
        assert await seen(history) == [("New", 5), ("Sending", 65), ("Accepted", 125)]


async def test_what_waits_for_a_disk_is_bounded_and_what_is_true_then_is_found(path, monkeypatch):
    monkeypatch.setattr("sms_monitor.services.history_keeping.MOST_WAITING", 3)
    assert MOST_WAITING > 3
    path.mkdir(parents=True)
    now = Now()
    async with opened(path, now=now) as history:
        observer = Observer(history)
        for n in range(6):
            await observer.see(5 + n, one("New", n), one("New", 0, B))
        path.rmdir()
        now.at += RETRY
        await observer.see(30, one("Sending", 29), one("New", 0, B))
        await observer.see(40, one("Accepted", 39), one("New", 0, B))
    async with opened(path) as history:
        assert (await seen(history))[-2:] == [("Sending", 30), ("Accepted", 40)]
        assert await seen(history, B)


CHILD = """
import asyncio, os, resource, sys
import sms_monitor.services.history
from pathlib import Path
from tests.services.histories import Observer, later, one, opened, seen
async def main(path, what):
    told, at, full = [], later(5), what == "full"
    if what == "nobody":
        os.setgid(65534)
        os.setuid(65534)
    async with opened(path, told=told, now=lambda: at) as history:
        await history.last_visit()
        if full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
        observer = Observer(history)
        many = [one("New", 0, f"n{i}") for i in range(2000)]
        await observer.see(5, one("New"), *many)
        at = later(65)
        await observer.see(65, one("Sending", 60), *many)
        print("full:", await seen(history), told)
        if full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
            at = later(130)
            await observer.see(130, one("Accepted", 129), *many)
            print("again:", await seen(history), told[1:])
asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def child(path, what):
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), what],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


async def test_a_full_disk_loses_nothing_once_there_is_room(path):
    said = child(path, "full")
    assert "History is not kept on the disk." in said
    assert "Free some space" in said
    assert "['The history is kept again.']" in said
    async with opened(path) as history:
        assert await seen(history) == [("New", 5), ("Sending", 65), ("Accepted", 130)]
    assert is_sound(path)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such modes")
async def test_a_directory_that_is_read_only_costs_the_screen_nothing(tmp_path, path):
    await fill(path, "New")
    before = path.read_bytes()
    who = "me"
    if os.getuid() == 0:
        # root may write everywhere, so it becomes somebody else, in a place they can reach
        who = "nobody"
        path = Path("/tmp") / f"{tmp_path.name}-{os.getpid()}" / "state" / path.name
        path.parent.mkdir(parents=True)
        path.write_bytes(before)
    try:
        path.chmod(0o444)
        path.parent.chmod(0o555)
        said = child(path, who)
        assert "full: [('New', 5.0), ('Sending', 65.0)]" in said
        assert said.count("History is not kept on the disk.") == 1
        assert path.read_bytes() == before
    finally:
        path.parent.chmod(0o755)
        if who == "nobody":
            shutil.rmtree(path.parent.parent)


async def test_the_event_loop_goes_on_while_the_disk_makes_it_wait(path):
    await fill(path, "New")
    async with opened(path) as history:
        observer = Observer(history)
        await observer.see(5, one("New"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other, transaction(other):
            waiting = asyncio.create_task(observer.see(65, one("Sending", 60)))
            turns = 0
            while not waiting.done():
                turns += 1
                await asyncio.sleep(0.001)
            # two attempts of two seconds, in thousandths
            assert turns > 100
