import asyncio
import stat
from datetime import timedelta

import pytest

from sms_monitor.core.person import parse_person
from sms_monitor.core.timeline import Since, order_at
from tests.core.orders import ORDER
from tests.core.rows import NOW
from tests.services.histories import (
    A,
    B,
    Observer,
    is_sound,
    later,
    one,
    opened,
    rows,
    seen,
    statuses,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "history.sqlite3"


LIFE = [
    (5, one("New", 0)),
    (65, one("Sending", 60)),
    (95, one("New", 90)),
    (125, one("Sending", 120)),
    (140, one("Delivered", 130)),
]
TOLD = [("New", 5), ("Sending", 65), ("New", 95), ("Sending", 125), ("Delivered", 140)]


async def test_every_state_is_kept_and_found_after_a_restart(path):
    async with opened(path) as history:
        observer = Observer(history)
        for at, n in LIFE:
            await observer.see(at, n)
            await observer.see(at + 1, n)
    async with opened(path) as history:
        assert await seen(history) == TOLD
        assert statuses(await history.changes()) == [
            ("New", "Sending"),
            ("Sending", "New"),
            ("New", "Sending"),
            ("Sending", "Delivered"),
        ]


async def test_the_files_are_the_owners_alone(path):
    async with opened(path) as history:
        await Observer(history).see(5, one("New"))
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    assert modes.pop("history.sqlite3.lock") == 0o600
    assert set(modes.values()) == {0o600}
    assert set(modes) == {"history.sqlite3", "history.sqlite3-wal", "history.sqlite3-shm"}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_an_answer_without_news_writes_nothing(path):
    async with opened(path) as history:
        observer = Observer(history)
        await observer.see(5, *(one("New", 0, f"n{i}") for i in range(200)))
        before = rows(path)
        for at in range(10, 25):
            await observer.see(at, *(one("New", 0, f"n{i}") for i in range(200)))
        assert rows(path) == before
        assert len(before) == 200


# several programs


async def test_two_programs_make_one_row_of_one_change_and_the_first_sight_stays(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        for at, n in LIFE:
            await mine.see(at + 3, n)
            await theirs.see(at, n)
        assert await seen(history) == TOLD == await seen(other)


async def test_what_one_program_missed_the_other_has(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        await mine.see(5, one("New", 0))
        await theirs.see(6, one("New", 0))
        await mine.see(70, one("Accepted", 62))
        # the answer was long under way
        await theirs.see(71, one("Sending", 60))
        await theirs.see(75, one("Accepted", 62))
        await mine.see(80, one("Accepted", 62))
        assert await seen(history) == [("New", 5), ("Sending", 70), ("Accepted", 70)]


async def test_an_answer_that_was_long_under_way_does_not_turn_time_back(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        await theirs.see(1, one("New", 0))
        for at, n in LIFE[:3]:
            await mine.see(at, n)
        await theirs.see(97, one("Sending", 60))
        await theirs.see(98, one("New", 90))
        assert await seen(history) == [("New", 1), ("Sending", 65), ("New", 95)]


async def test_a_server_that_is_set_back_is_kept_once_however_many_see_it(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        story = [
            *((5, one("Accepted", 0)), (20, one("Delivered", 15)), (40, one("Accepted", 0))),
            *((60, one("Delivered", 15)), (80, one("Accepted", 0))),
        ]
        for at, n in story:
            await mine.see(at, n)
            await theirs.see(at + 2, n)
        assert await seen(history) == [(n.status, at) for at, n in story]


async def test_a_status_that_changes_at_one_moment_of_the_server_is_kept(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        for at, status in ((5, "New"), (20, "Sending"), (40, "New")):
            await mine.see(at, one(status, 0))
            await theirs.see(at + 1, one(status, 0))
        assert await seen(other) == [("New", 5), ("Sending", 20), ("New", 40)]


async def test_an_sms_that_goes_and_comes_back_is_kept_once(path):
    async with opened(path) as history, opened(path) as other:
        mine, theirs = Observer(history), Observer(other)
        a, b = one("New", 0), one("New", 0, B)
        for at, listed in ((5, [a, b]), (20, [b]), (40, [a, b])):
            await mine.see(at, *listed)
            await theirs.see(at + 1, *listed)
        assert await seen(history) == [("New", 5), (None, 20), ("New", 40)]
        assert await seen(history, B) == [("New", 5)]
        assert statuses(await history.changes()) == [("New", None), (None, "New")]


async def test_profiles_know_nothing_of_each_other(path):
    async with opened(path) as history, opened(path, profile="other") as other:
        await Observer(history).see(5, one("New"))
        await Observer(other).see(9, one("Delivered", 1))
        assert await seen(history) == [("New", 5)]
        assert await seen(other) == [("Delivered", 9)]


async def test_a_file_that_is_taken_away_is_begun_anew(path):
    minute = timedelta(minutes=2)
    now = NOW
    async with opened(path, now=lambda: now) as history:
        observer = Observer(history)
        await observer.see(5, one("New"))
        for file in path.parent.iterdir():
            file.unlink()
        now += minute
        await observer.see(130, one("New"))
        await observer.see(131, one("New"))
        assert len(rows(path)) == 1


# while nobody looked


async def test_what_changed_while_no_program_ran_is_seen_late(path):
    async with opened(path) as history:
        await Observer(history).see(5, one("Accepted", 0), one("New", 0, B))
    async with opened(path) as history:
        await Observer(history).see(7200, one("Failed", 300), one("New", 0, B))
        late = (await history.timeline(ORDER, A))[-1]
        assert (late.seen_at, late.unseen_since) == (later(7200), later(5))
        assert await seen(history, B) == [("New", 5)]


async def test_a_program_that_starts_while_another_looks_has_nothing_late(path):
    async with opened(path) as history, opened(path) as other:
        await Observer(history).see(5, one("Accepted", 0))
        await Observer(other).see(20, one("Delivered", 18))
        assert [s.unseen_since for s in await history.timeline(ORDER, A)] == [None, None]


async def test_since_the_last_visit(path):
    async with opened(path, now=lambda: later(60)) as history:
        assert await history.last_visit() is None
        await Observer(history).see(5, one("Accepted"), one("New", 0, B), one("Failed", 0, "c"))
    async with opened(path, now=lambda: later(9999), visit=False) as history:
        assert await history.last_visit() is None
    async with opened(path, now=lambda: later(4000)) as history:
        last = await history.last_visit()
        assert last == later(60)
        await Observer(history).see(
            4001, one("Delivered", 90), one("Failed", 95, B), one("Failed", 0, "c")
        )
        assert await history.since(ORDER, last) == Since(failed=1, confirmed=1)
        assert await history.since("unheard of", last) is None
        assert statuses(await history.changes(last)) == [
            ("Accepted", "Delivered"),
            ("New", "Failed"),
        ]


# what is asked


async def test_the_board_of_then_is_the_board_that_was(path):
    async with opened(path) as history:
        observer, tallies = Observer(history), {}
        for at, n in LIFE:
            await observer.see(at, n, one("Accepted", 1, B), succeeded=at)
            tallies[at] = observer.order
        record = await history.record(ORDER)
    for at, live in tallies.items():
        past = order_at(record, later(at))
        assert past.tally == live.tally
        assert past.summary.succeeded == live.summary.succeeded == at
        assert {k: r.notification for k, r in past.rows.items()} == {
            k: r.notification for k, r in live.rows.items()
        }


async def test_how_long_delivery_took(path):
    async with opened(path) as history:
        observer = Observer(history)
        ids = [f"n{i}" for i in range(20)]
        await observer.see(5, *(one("New", 0, key) for key in ids), one("Delivered", 0, "before"))
        await observer.see(
            200, *(one("Delivered", 10 + i, key) for i, key in enumerate(ids)), one("Failed", 9)
        )
        await Observer(history, "other").see(300, one("New", 0, "x"))
        found = await history.delivery(ORDER)
        assert found == (timedelta(seconds=19), timedelta(seconds=28), 20)
        assert await history.delivery() == found
        assert await history.delivery("other") is None


async def test_the_median_failure_rate_is_of_orders_of_the_last_week(path):
    async with opened(path) as history:
        assert await history.failure_rate(later(0)) is None
        await Observer(history, "a").see(5, one("Delivered"), one("Failed", 0, B))
        await Observer(history, "b").see(5, one("Delivered"), one("Delivered", 0, B))
        await Observer(history, "c").see(5, one("New"))
        await Observer(history, "d").see(5, *(one("Failed_Expired", 0, k) for k in "xyz"))
        await Observer(history, "old").see(5, one("Failed", -8 * 86400))
        assert await history.failure_rate(later(60)) is None, "four orders say nothing of usual"
        await Observer(history, "e").see(5, one("Failed"), one("Delivered", 0, B))
        await Observer(history, "f").see(5, one("Failed"), one("Delivered", 0, B))
        assert await history.failure_rate(later(60)) == 0.5


async def test_failures_by_the_time_the_server_gave_them(path):
    async with opened(path) as history:
        observer = Observer(history)
        await observer.see(5, one("New", 0), one("Failed", -600, B))
        await observer.see(400, one("Failed_Expired", 390), one("Failed", -600, B))
        counts = await history.failures_by_time(later(600))
        assert len(counts) == 24
        assert {n: c for n, c in enumerate(counts) if c} == {20: 1, 23: 1}
        assert sum(await history.failures_by_time(later(600), "other")) == 0


@pytest.mark.parametrize("typed", ["+4799999999", "99 99 99 99", "004799999999"])
async def test_a_person_is_found_by_number_also_after_the_order_was_unwatched(path, typed):
    async with opened(path) as history:
        observer = Observer(history)
        await observer.see(5, one("New", 0, number="0047 99999999"), one("New", 0, B, number="1"))
        await observer.see(
            9, one("Failed", 7, number="0047 99999999"), one("New", 0, B, number="1")
        )
    async with opened(path) as history:
        (found,) = await history.with_recipient(parse_person(typed))
    assert (found.order_id, found.notification.id, found.notification.status) == (
        ORDER,
        A,
        "Failed",
    )
    assert found.notification.recipient.mobile_number == "0047 99999999"
    assert found.looked_at == later(9)


async def test_a_person_is_found_by_organisation_and_by_national_identity_number(path):
    async with opened(path) as history:
        org = one("Failed_RecipientNotIdentified", number=None, org="910026623")
        nin = one("Failed_RecipientReserved", 0, B, number=None, nin="01017012345")
        await Observer(history).see(5, org, nin)
        assert [
            f.notification for f in await history.with_recipient(parse_person("910 026 623"))
        ] == [org]
        assert [
            f.notification for f in await history.with_recipient(parse_person("010170 12345"))
        ] == [nin]
        assert await history.with_recipient(parse_person("99999999")) == ()


# how long


async def test_what_is_old_goes_and_what_is_watched_stays(path):
    day = 86400
    async with opened(path, now=lambda: later(10)) as history:
        await Observer(history, "unwatched").see(5, one("New", number="+4790000001"))
        watched = Observer(history)
        for at, n in LIFE:
            await watched.see(at, n)
    async with opened(path, now=lambda: later(20 * day)) as history:
        await Observer(history).see(20 * day, LIFE[-1][1])
    now = later(31 * day)
    async with opened(path, now=lambda: now) as history:
        await Observer(history).see(31 * day, LIFE[-1][1])
        assert await seen(history) == [("Delivered", 140)]
        assert await history.with_recipient(parse_person("+4790000001")) == ()
        assert set(await history.looked_at()) == {ORDER}
        assert await history.changes() == ()
    assert is_sound(path)
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"4790000001" not in left


async def test_it_is_purged_every_day_of_a_long_run(path):
    now = later(0)
    async with opened(path, now=lambda: now, days=1) as history:
        await Observer(history, "old").see(5, one("New"))
        now = later(3 * 86400)
        await Observer(history).see(3 * 86400, one("New"))
        assert set(await history.looked_at()) == {ORDER}


async def test_zero_days_leave_nothing_on_the_disk_and_a_history_of_this_run(path):
    async with opened(path) as history:
        await Observer(history).see(5, one("New"))
    async with opened(path, days=0) as history:
        await Observer(history).see(5, one("New"))
        assert await seen(history) == [("New", 5)]
        assert [f.name for f in path.parent.iterdir() if not f.name.endswith(".lock")] == []


async def test_a_history_in_memory_touches_no_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened(None) as history:
        await Observer(history).see(5, one("New"))
        assert await seen(history) == [("New", 5)]
    assert list(tmp_path.iterdir()) == []


async def test_an_order_of_many_sms_is_written_while_the_loop_goes_on(path):
    many = [one("New", 0, f"5b1e0000-0000-4000-8000-{i:012}") for i in range(20_000)]
    async with opened(path) as history:
        task = asyncio.create_task(Observer(history).see(5, *many))
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        assert turns > 100
        changed = [one("Sending", 60, many[0].id), *many[1:]]
        observer = Observer(history)
        await observer.see(65, *changed)
    assert len(rows(path)) == 20_001
