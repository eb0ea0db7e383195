"""The file `history.sqlite3`: made, checked, brought to this version's tables, set aside.

`application_id` tells our file from others, `user_version` says which migrations it has had.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sms_monitor.core.errors import StorageError
from sms_monitor.services.files import locked, set_aside, storage_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

APPLICATION_ID = 0x534D5348
"""`SMSH`; see `PRAGMA application_id`."""
BUSY_SECONDS = 2.0
"""How long a statement waits for another program that is writing."""


class OpenedFile(NamedTuple):
    """A file of this version, and what is to be told of how it came to be."""

    connection: sqlite3.Connection
    report: str | None
    """A sentence when one that made no sense was set aside."""


def open_file(path: Path, now: datetime) -> OpenedFile:
    """Open the history in `path`, mode 0600; made when there is none. For one thread only.

    A file that makes no sense is renamed, with its journal, and a new one begun.

    Raises:
        StorageError: It cannot be used, or a newer program wrote it; it is then as it was.
    """
    with locked(path):
        _make(path)
        try:
            return OpenedFile(_connect(path), None)
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise trouble(path, error) from error
        aside = set_aside(path, now)
        for ending in ("-wal", "-shm"):
            # a journal that is left behind would be played into the new file
            left = path.with_name(path.name + ending)
            if left.exists():
                left.rename(aside.with_name(aside.name + ending))
        _make(path)
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            raise trouble(path, error) from error
    return OpenedFile(
        connection,
        f"{path} could not be understood, so it was kept as {aside.name} and a new history begun.",
    )


def open_memory() -> sqlite3.Connection:
    """Open a history that is gone when it is closed."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _migrate(connection)
    return connection


def remove_file(path: Path) -> None:
    """Remove the history and its journal, when there is one. Raises `StorageError`."""
    if not path.exists():
        return
    with locked(path):
        for ending in ("", "-wal", "-shm"):
            try:
                path.with_name(path.name + ending).unlink(missing_ok=True)
            except OSError as error:
                raise storage_error(path, "removed", error) from error


def is_corrupt(error: sqlite3.Error) -> bool:
    """Whether `error` says that the file itself makes no sense."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, _NotOurs) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def trouble(path: Path | str, error: sqlite3.Error) -> StorageError:
    """Return `error`, met with the history in `path`, as a sentence and what to do."""
    if isinstance(error, NewerFile):
        return StorageError(
            f"{path} was written by a newer sms-monitor.",
            "Update sms-monitor, or move the file away.",
        )
    advice = "Check its owner and mode, and those of the directory it is in."
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            advice = "Free some space on the disk; it is tried again by itself."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            advice = "Another program holds it; it is tried again by itself."
    return StorageError(f"{path} cannot be used: {error}.", advice)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it, and no other program in between.

    Raises:
        NewerFile: A newer sms-monitor has brought the file to its own version.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        # also while we have it open
        _check_version(connection)
        yield
        connection.execute("COMMIT")
    except BaseException:
        # a full disk may have rolled it back already
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class NewerFile(sqlite3.DatabaseError):
    """The file has had migrations this version does not know."""


class _NotOurs(sqlite3.DatabaseError):
    """It is some other program's database."""


def _make(path: Path) -> None:
    # SQLite gives its journal the mode of the file, but the file itself the umask's
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise storage_error(path, "written", error) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _check(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # what is purged is overwritten, not only forgotten
        connection.execute("PRAGMA secure_delete = ON")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    application = _pragma(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise _NotOurs("it is another program's database")
    _check_version(connection)
    with closing(connection.execute("PRAGMA quick_check(1)")) as found:
        if found.fetchone() != ("ok",):
            raise _NotOurs("it is damaged")


def _check_version(connection: sqlite3.Connection) -> None:
    version = _pragma(connection, "user_version")
    if version > len(MIGRATIONS):
        raise NewerFile(f"version {version}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _migrate(connection: sqlite3.Connection) -> None:
    while _pragma(connection, "user_version") < len(MIGRATIONS):
        with transaction(connection):
            done = _pragma(connection, "user_version")
            if done < len(MIGRATIONS):
                MIGRATIONS[done](connection)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {done + 1}")


def _1_states(connection: sqlite3.Connection) -> None:
    """Orders, their SMS and every state an SMS was seen in.

    Times are microseconds since 1970, UTC. `epoch` grows by one each time the server went back
    behind what it had said: within one epoch an SMS's `at` (its `last_update`) only grows.
    `kind` 0 stands for no longer being listed.
    """
    for statement in (
        """CREATE TABLE orders (
            id INTEGER PRIMARY KEY, profile TEXT NOT NULL, order_id TEXT NOT NULL,
            reference TEXT, first_seen INTEGER NOT NULL, looked INTEGER NOT NULL,
            UNIQUE (profile, order_id))""",
        """CREATE TABLE sms (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, notification BLOB NOT NULL,
            number TEXT, written TEXT, organization TEXT, person TEXT,
            UNIQUE (owner, notification))""",
        "CREATE INDEX sms_number ON sms (number) WHERE number IS NOT NULL",
        "CREATE INDEX sms_organization ON sms (organization) WHERE organization IS NOT NULL",
        "CREATE INDEX sms_person ON sms (person) WHERE person IS NOT NULL",
        """CREATE TABLE kind (
            id INTEGER PRIMARY KEY, status TEXT NOT NULL, description TEXT NOT NULL,
            shown TEXT NOT NULL, UNIQUE (status, description))""",
        """CREATE TABLE state (
            sms INTEGER NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
            kind INTEGER NOT NULL, seen INTEGER NOT NULL, unseen INTEGER,
            PRIMARY KEY (sms, epoch, at)) WITHOUT ROWID""",
        "CREATE INDEX state_seen ON state (seen)",
    ):
        connection.execute(statement)


def _2_counts_and_visits(connection: sqlite3.Connection) -> None:
    """The API's own count as it changed, and when somebody had the monitor open."""
    connection.execute(
        """CREATE TABLE counted (
            owner INTEGER NOT NULL, seen INTEGER NOT NULL, succeeded INTEGER NOT NULL,
            PRIMARY KEY (owner, seen)) WITHOUT ROWID"""
    )
    connection.execute(
        """CREATE TABLE visit (
            id INTEGER PRIMARY KEY, profile TEXT NOT NULL, began INTEGER NOT NULL,
            ended INTEGER NOT NULL)"""
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_1_states, _2_counts_and_visits)
"""The nth brings a file from version n-1 to n."""
