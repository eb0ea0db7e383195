import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_monitor.core.errors import StorageError
from sms_monitor.services import files
from sms_monitor.services.files import locked, set_aside, write_atomically

NOW = datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_written_file_holds_the_text_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "a.json"
    write_atomically(path, "old")
    write_atomically(path, "ny ø\r\n")

    assert path.read_bytes() == "ny ø\r\n".encode()
    assert names(tmp_path) == ["a.json"]


def test_files_are_0600_and_new_directories_0700_whatever_the_umask(tmp_path):
    path = tmp_path / "one" / "two" / "a.json"
    before = os.umask(0)
    try:
        write_atomically(path, "x")
        with locked(path):
            pass
    finally:
        os.umask(before)

    assert mode(path) == 0o600
    assert mode(path.with_name("a.json.lock")) == 0o600
    assert mode(tmp_path / "one") == mode(tmp_path / "one" / "two") == 0o700


def test_a_file_that_was_too_open_is_closed(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o666)

    write_atomically(path, "new")

    assert mode(path) == 0o600


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_is_kept_and_its_target_written(tmp_path, exists):
    target = tmp_path / "dotfiles" / "real.json"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link = tmp_path / "a.json"
    link.symlink_to(Path("dotfiles") / "real.json")

    with locked(link):
        write_atomically(link, "new")

    assert link.is_symlink()
    assert target.read_text() == "new"
    assert names(link.parent) == ["a.json", "dotfiles"]


def test_both_names_of_a_file_share_one_lock(tmp_path):
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(target)

    with locked(target), pytest.raises(StorageError), locked(link, timeout=0):
        pass


def test_a_locked_file_is_waited_for_no_longer_than_asked(tmp_path):
    path = tmp_path / "a.json"

    with locked(path), pytest.raises(StorageError) as caught, locked(path, timeout=0):
        pass

    assert caught.value.message == f"{path} is being changed by another sms-monitor."
    assert caught.value.next_step == "Try again in a moment, or close the other program."


def test_a_lock_is_let_go_when_its_body_raises(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(KeyError), locked(path):
        raise KeyError

    with locked(path, timeout=0):
        pass


def test_a_file_where_the_directory_should_be_is_said(tmp_path):
    (tmp_path / "config").write_text("")
    path = tmp_path / "config" / "a.json"
    advice = "Check its owner and mode, and those of the directory it is in."

    with pytest.raises(StorageError) as caught:
        write_atomically(path, "x")
    assert caught.value.message == f"{path} cannot be written: {path.parent} is not a directory."
    assert caught.value.next_step == advice

    with pytest.raises(StorageError) as caught, locked(path):
        pass
    assert caught.value.message == f"{path} cannot be locked: {path.parent} is not a directory."


@pytest.mark.parametrize("target", ["fifo", "directory"])
def test_what_is_no_regular_file_is_never_replaced(tmp_path, target):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "directory").mkdir()
    link = tmp_path / "a.json"
    link.symlink_to(tmp_path / target)
    before = names(tmp_path)

    for act in (lambda: write_atomically(link, "x"), lambda: set_aside(link, NOW)):
        with pytest.raises(StorageError) as caught:
            act()
        assert caught.value.message == f"{link} is not a regular file."
    assert names(tmp_path) == before


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_directory_nobody_may_write_to_is_said(tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(StorageError, match="cannot be written: Permission denied"):
        write_atomically(tmp_path / "a.json", "x")


def test_a_write_cut_short_keeps_the_old_file_and_leaves_nothing(tmp_path):
    path = tmp_path / "a.json"
    write_atomically(path, "old")
    program = f"""
import resource, signal
from pathlib import Path
from sms_monitor.core.errors import StorageError
from sms_monitor.services.files import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(Path({str(path)!r}), "x" * 5000)
except StorageError as error:
    print(error.message)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout == f"{path} cannot be written: File too large.\n"
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.json"]


def test_a_full_disk_is_said_with_what_to_do(tmp_path, monkeypatch):
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.json"
    write_atomically(path, "old")
    monkeypatch.setattr(files.os, "fsync", fail)

    with pytest.raises(StorageError) as caught:
        write_atomically(path, "new")

    assert caught.value.message == f"{path} cannot be written: No space left on device."
    assert caught.value.next_step == "Free some space on the disk, then try again."
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.json"]


def test_what_killed_writes_left_is_removed_once_it_is_old(tmp_path):
    old, fresh, other = (tmp_path / n for n in (".a.json.1.tmp", ".a.json.2.tmp", ".b.json.1.tmp"))
    for path in (old, fresh, other):
        path.write_text("half")
    for path in (old, other):
        os.utime(path, (0, 0))

    write_atomically(tmp_path / "a.json", "x")

    assert names(tmp_path) == [fresh.name, other.name, "a.json"]


def test_a_corrupt_file_is_set_aside_under_the_time_and_never_over_another(tmp_path):
    path = tmp_path / "a.json"
    kept = []
    for text in ("first", "second", "third"):
        path.write_text(text)
        kept.append(set_aside(path, NOW))

    assert [aside.name for aside in kept] == [
        "a.json.corrupt-20261123T080005",
        "a.json.corrupt-20261123T080005-1",
        "a.json.corrupt-20261123T080005-2",
    ]
    assert [aside.read_text() for aside in kept] == ["first", "second", "third"]
    assert not path.exists()


def test_the_target_of_a_link_is_set_aside_and_the_link_kept(tmp_path):
    target, link = tmp_path / "real.json", tmp_path / "a.json"
    target.write_text("bad")
    link.symlink_to(target)

    assert set_aside(link, NOW).name == "real.json.corrupt-20261123T080005"
    assert link.is_symlink()


def add_numbers(path: Path, times: int) -> None:
    for _ in range(times):
        with locked(path, timeout=60):
            write_atomically(path, str(int(path.read_text()) + 1))


def test_eight_programs_counting_under_the_lock_lose_nothing(tmp_path):
    path = tmp_path / "count"
    write_atomically(path, "0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_numbers, args=(path, 25)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert path.read_text() == "200"
    assert names(tmp_path) == ["count", "count.lock"]


def test_a_program_killed_while_saving_leaves_the_old_file_or_the_new(tmp_path):
    path = tmp_path / "a"
    write_atomically(path, "0" * 50_000)
    program = f"""
from pathlib import Path
from sms_monitor.services.files import locked, write_atomically
path = Path({str(path)!r})
print("ready", flush=True)
n = 0
while True:
    n = (n + 1) % 10
    with locked(path):
        write_atomically(path, str(n) * 50_000)
    print(n, flush=True)
"""
    for saves in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for _ in range(saves + 1):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        text = path.read_text()
        assert len(text) == 50_000
        assert len(set(text)) == 1
        with locked(path, timeout=0):
            pass
