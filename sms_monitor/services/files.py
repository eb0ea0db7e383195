"""The three ways this program touches a file of its own: write it whole, lock it, set it aside.

All follow a symbolic link to the file it names, so a config kept among dotfiles stays there and
two names of one file share one lock.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sms_monitor.core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

STALE_AFTER = 60.0
"""Seconds after which a temporary file is what a killed program left, not a write in progress."""

_ADVICE = {
    errno.ENOSPC: "Free some space on the disk, then try again.",
    errno.EDQUOT: "Free some space in your quota, then try again.",
    errno.EROFS: "Set SMS_MONITOR_HOME to a directory you can write to.",
}


def write_atomically(path: Path, text: str) -> None:
    """Replace what `path` holds by `text` in UTF-8; a reader sees the old or the new, whole.

    Missing directories are made with mode 0700, the file gets mode 0600. Hold `locked(path)`
    when the text depends on what was there. Raises `StorageError`; the file is then as it was.
    """
    target = _real(path)
    try:
        make_directory(target.parent)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
        _write_new(temporary, text.encode())
        try:
            _remove_stale(temporary, target.name)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise storage_error(path, "written", error) from error


@contextmanager
def locked(path: Path, timeout: float = 5.0) -> Iterator[None]:
    """Hold `path` against other programs, by a lock on the file `path` + ".lock" beside it.

    Waits at most `timeout` seconds, then raises `StorageError`. Not re-entrant. A program that
    is killed lets go of the lock.
    """
    import filelock  # as slow to load as all the rest of this

    target = _real(path)
    lock = filelock.FileLock(
        target.with_name(target.name + ".lock"), timeout=timeout, mode=0o600, thread_local=False
    )
    try:
        make_directory(target.parent)
        lock.acquire()
    except filelock.Timeout as error:
        raise StorageError(
            f"{path} is being changed by another sms-monitor.",
            "Try again in a moment, or close the other program.",
        ) from error
    except OSError as error:
        raise storage_error(path, "locked", error) from error
    try:
        yield
    finally:
        lock.release()


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a file nobody can read to `NAME.corrupt-YYYYmmddTHHMMSS`; return its new path.

    "-1", "-2" … is added when that name is taken. Hold `locked(path)`. Raises `StorageError`.
    """
    target = _real(path)
    name = f"{target.name}.corrupt-{now:%Y%m%dT%H%M%S}"
    aside, n = target.with_name(name), 0
    try:
        while os.path.lexists(aside):
            n += 1
            aside = target.with_name(f"{name}-{n}")
        target.rename(aside)
    except OSError as error:
        raise storage_error(path, "set aside", error) from error
    return aside


def storage_error(path: Path, done: str, error: OSError) -> StorageError:
    """Return the sentence for `error`, met when `path` was to be `done` ("read", "written")."""
    advice = _ADVICE.get(
        error.errno or 0, "Check its owner and mode, and those of the directory it is in."
    )
    return StorageError(f"{path} cannot be {done}: {error.strerror or error}.", advice)


def _real(path: Path) -> Path:
    # not Path.resolve, which raises RuntimeError where a link leads to itself
    target = Path(os.path.realpath(path))
    # a file may be linked to /dev/null to be rid of it; root could rename over that
    if target.exists() and not target.is_file():
        raise StorageError(f"{path} is not a regular file.", "Move it away, then try again.")
    return target


def make_directory(directory: Path) -> None:
    """Make what is missing of `directory`, each level 0700; mkdir(parents=True) does the last.

    Raises OSError.
    """
    missing = [directory, *directory.parents]
    missing = missing[: next(i for i, level in enumerate(missing) if os.path.lexists(level))]
    for level in reversed(missing):
        level.mkdir(mode=0o700, exist_ok=True)
    if not directory.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{directory} is not a directory")


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - Path.open takes no descriptor
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _remove_stale(own: Path, name: str) -> None:
    """Remove what programs killed in the middle of a write left beside `own`."""
    # against our own file's time, so that a file server's clock does not matter
    oldest = own.stat().st_mtime - STALE_AFTER
    for sibling in own.parent.iterdir():
        if sibling.name.startswith(f".{name}.") and sibling.suffix == ".tmp":
            with suppress(FileNotFoundError):
                if sibling.stat().st_mtime < oldest:
                    sibling.unlink()
