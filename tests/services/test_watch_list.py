import json
import multiprocessing
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.errors import StorageError
from sms_monitor.services.watch_list import WatchedOrder, WatchList

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
A, B, C, D = (f"00000000-0000-4000-8000-00000000000{n}" for n in "abcd")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "orders.json"


@pytest.fixture
def reports():
    return []


@pytest.fixture
def watch_list(path, reports):
    return WatchList(path, "tt02", lambda: NOW, reports.append)


def ids(watch_list):
    return [order.order_id for order in watch_list.orders()]


def test_looking_at_an_empty_list_makes_no_file(watch_list, path):
    assert watch_list.orders() == ()
    assert watch_list.remove([A]) == ()
    assert not path.exists()


def test_orders_are_added_once_and_the_new_ones_told(watch_list):
    assert watch_list.add([A, B, A], label=" Skatt ", note="ring Kari") == (A, B)
    assert watch_list.add([B, C]) == (C,)

    assert watch_list.orders() == (
        WatchedOrder(order_id=A, label="Skatt", note="ring Kari", added=NOW),
        WatchedOrder(order_id=B, label="Skatt", note="ring Kari", added=NOW),
        WatchedOrder(order_id=C, added=NOW),
    )


def test_the_file_is_versioned_and_private(watch_list, path):
    watch_list.add([A], label="Ø")

    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "profiles": {
            "tt02": [{"order_id": A, "label": "Ø", "note": "", "added": "2026-11-23T08:00:00Z"}]
        },
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_profiles_have_lists_of_their_own(watch_list, path):
    other = WatchList(path, "prod", lambda: NOW, print)
    watch_list.add([A])
    other.add([B])

    assert (ids(watch_list), ids(other)) == ([A], [B])


def test_a_removed_order_is_restored_at_its_place_with_its_note(watch_list):
    watch_list.add([A, B, C, D], note="n")
    before = watch_list.orders()

    removed = watch_list.remove([D, B, "not-watched"])
    assert ids(watch_list) == [A, C]

    watch_list.restore(removed)
    assert watch_list.orders() == before
    watch_list.restore(removed)
    assert watch_list.orders() == before


def test_restoring_to_a_list_that_has_changed_loses_nothing(watch_list):
    watch_list.add([A, B, C])
    removed = watch_list.remove([A, C])
    watch_list.remove([B])
    watch_list.add([D, C])

    watch_list.restore(removed)

    assert ids(watch_list) == [A, D, C]


def test_an_order_can_be_described_anew(watch_list):
    watch_list.add([A, B], label="old")

    watch_list.describe(B, "new\x1b[2J", "")

    assert [order.label for order in watch_list.orders()] == ["old", "new�[2J"]


def test_an_unchanged_list_is_not_written(watch_list, path):
    watch_list.add([A])
    before = path.stat().st_ino

    watch_list.add([A])
    watch_list.remove([B])
    watch_list.describe(A, "", "")

    assert path.stat().st_ino == before


def test_two_programs_see_each_others_changes(watch_list, path):
    other = WatchList(path, "tt02", lambda: NOW, print)
    watch_list.add([A])
    other.add([B])
    watch_list.remove([A])

    assert ids(other) == ids(watch_list) == [B]


def add_orders(path, worker):
    watch_list = WatchList(path, "tt02", lambda: NOW, print)
    for n in range(25):
        while True:
            # on a busy machine the others may hold the list for longer than is waited
            with suppress(StorageError):
                watch_list.add([f"00000000-0000-4000-8000-{worker:06d}{n:06d}"])
                break


def test_eight_programs_adding_lose_nothing(watch_list, path, reports):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_orders, args=(path, n)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0] * 8
    assert len(set(ids(watch_list))) == 200
    assert reports == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00" * 300,
        b"[]",
        b'{"version": 0}',
        b'{"version": 1, "profiles": {"tt02": [{"order_id": "KOM-118"}]}}',
        b'{"version": 1, "profiles": {"tt02": [{"order_id": 1, "added": "2026-11-23"}]}}',
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("change", [True, False])
def test_a_corrupt_file_is_kept_aside_and_said(watch_list, path, reports, content, change):
    path.parent.mkdir()
    path.write_bytes(content)

    if change:
        watch_list.add([A])
    assert ids(watch_list) == ([A] if change else [])

    aside = path.with_name("orders.json.corrupt-20261123T080000")
    assert aside.read_bytes() == content
    assert reports == [
        f"{path} could not be understood, so it was kept as {aside.name} and a new one begun."
    ]


def test_what_a_newer_program_wrote_is_kept(watch_list, path):
    order = {"order_id": A, "label": "", "note": "", "added": "2026-11-23T08:00:00Z"}
    newer = {
        "version": 2,
        "colour": "red",
        "profiles": {"tt02": [{**order, "owner": {"name": "Kari"}}], "prod": [order]},
    }
    path.parent.mkdir()
    path.write_text(json.dumps(newer))

    watch_list.add([B])
    watch_list.describe(A, "mine", "")

    after = json.loads(path.read_text())
    assert after["profiles"]["tt02"].pop()["order_id"] == B
    newer["profiles"]["tt02"][0]["label"] = "mine"
    assert after == newer


def test_a_file_of_a_newer_shape_is_left_alone(watch_list, path, reports):
    path.parent.mkdir()
    path.write_text('{"version": 2, "profiles": []}')

    for act in (watch_list.orders, lambda: watch_list.add([A])):
        with pytest.raises(StorageError) as caught:
            act()
        assert caught.value.message == f"{path} was written by a newer sms-monitor."
        assert caught.value.next_step == "Update sms-monitor, or move the file away."
    assert path.read_text() == '{"version": 2, "profiles": []}'
    assert reports == []


def test_an_edited_file_is_read_with_forgiveness(watch_list, path):
    path.parent.mkdir()
    later = (NOW + timedelta(hours=1)).isoformat()
    text = f"""{{"profiles": {{"tt02": [
        {{"order_id": "{{{A.upper()}}}", "added": "{later}", "label": "first"}},
        {{"order_id": "{B}", "added": "{later}"}},
        {{"order_id": "{A}", "added": "{later}", "label": "second"}}]}}}}"""
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert [(order.order_id, order.label) for order in watch_list.orders()] == [
        (A, "first"),
        (B, ""),
    ]


def test_a_file_where_the_directory_should_be_is_said(watch_list, path):
    path.parent.write_text("")

    with pytest.raises(StorageError, match=r"orders\.json cannot be locked"):
        watch_list.add([A])
    with pytest.raises(StorageError, match=r"orders\.json cannot be read"):
        watch_list.orders()
