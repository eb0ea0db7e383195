"""A file at a place somebody typed: never over another one, and for nobody else to read."""

import os
import stat
from pathlib import Path

import pytest

from sms_monitor.core.errors import StorageError
from sms_monitor.services.new_file import FileExists, typed_path, write_new


def test_a_path_is_taken_from_here_or_from_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path(" sms.csv ") == tmp_path / "sms.csv"
    assert typed_path("~/sms.csv") == tmp_path / "sms.csv"
    assert typed_path(str(tmp_path / "sms.csv")) == tmp_path / "sms.csv"


@pytest.mark.parametrize("typed", ["", "  ", ".", "not-there/sms.csv", "~nobody-here/sms.csv"])
def test_what_cannot_be_a_file_is_told_before_anything_is_written(tmp_path, monkeypatch, typed):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError) as told:
        typed_path(typed)
    assert told.value.message and told.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_ours_alone_whole_and_byte_for_byte(tmp_path):
    path = tmp_path / "sms.csv"
    write_new(path, "\ufeffæ\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf\xc3\xa6\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["sms.csv"]


def test_a_file_that_is_there_stays_until_it_is_to_be_replaced(tmp_path):
    path = tmp_path / "sms.csv"
    path.write_text("mine")
    path.chmod(0o644)
    with pytest.raises(FileExists):
        write_new(path, "new")
    assert path.read_text() == "mine"
    write_new(path, "new", replace=True)
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_to_nowhere_counts_as_a_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(FileExists):
        write_new(tmp_path / "link", "new")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_directory_that_cannot_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError):
            write_new(Path(tmp_path) / "sms.csv", "new")
    finally:
        tmp_path.chmod(0o700)
