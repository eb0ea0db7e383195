"""The thread's side of the history: what is still to be written, and what to do about trouble.

Reports that cannot be written wait, and are also put in memory, so that the screen has its
history while the disk has not. Everything here is called from one thread.
"""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sms_monitor.core.errors import StorageError
from sms_monitor.services.history_file import (
    NewerFile,
    is_corrupt,
    open_file,
    open_memory,
    remove_file,
    transaction,
    trouble,
)
from sms_monitor.services.history_reading import last_visit
from sms_monitor.services.history_upkeep import (
    MARK,
    begin_visit,
    mark_looked,
    mark_visit,
    purge,
)
from sms_monitor.services.history_writing import Report, report_of, write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sms_monitor.core.order import Order

_T = TypeVar("_T")
RETRY = timedelta(minutes=1)
"""Between two attempts at a file that cannot be used."""
PURGE_EVERY = timedelta(days=1)
MOST_WAITING = 300_000
"""Changes that wait for a disk to take them; beyond it they are dropped, and what is true when
it does take something is found by comparing."""


class Keeping:
    """Keeps one profile's history in a file, else in memory. It never raises for the disk."""

    def __init__(
        self,
        path: Path | None,
        profile: str,
        days: int,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        """As for `services.history.open_history`."""
        self._path = path if days else None
        self._removed = path if not days else None
        self._profile = profile
        self._days = timedelta(days=days or 1)
        self._now = now
        self._tell = tell
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        """Of the file that is open; 0 while history is in memory."""
        self._visiting = False
        self._visit: int | None = None
        self._answered: dict[str, Order] = {}
        self._looked: dict[str, datetime] = {}
        self._waiting: list[Report] = []
        self._in_memory = 0
        """How many of `_waiting` are in memory already."""
        self._marked: datetime | None = None
        self._served: datetime | None = None
        """The server's time of the newest answer; None before the first of this run."""
        self._purged: datetime | None = None
        """What `_served` was then."""
        self._tried: datetime | None = None
        self._told: str | None = None

    def open(self, visit: bool) -> datetime | None:
        """Begin; return when the monitor was last open before, None when this is no `visit`."""
        self._visiting = visit
        if self._removed is not None:
            try:
                remove_file(self._removed)
            except StorageError as error:
                self._tell_of(error)
        if not self._open_file():
            self._connection = open_memory()
        last = self.read(last_visit, None) if visit else None
        self._write(always=True)
        return last

    def take(self, orders: Iterable[Order], gone: Iterable[str] = ()) -> None:
        """Write what is new in these orders, each with an answer newer than the last one taken.

        `gone` are ids of orders that nobody watches any more: what they were is let go, and when
        one comes back it is compared with the file, as after a restart.
        """
        for order_id in gone:
            self._answered.pop(order_id, None)
        for order in orders:
            report = report_of(self._answered.get(order.order_id), order)
            self._answered[order.order_id] = order
            self._looked[order.order_id] = self._served = report.seen_at
            if report.first or report.changes or report.succeeded is not None:
                self._waiting.append(report)
        self._write()
        if sum(len(report.changes) for report in self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._answered.clear()
            self._in_memory = 0

    def read(self, ask: Callable[[sqlite3.Connection, str], _T], nothing: _T) -> _T:
        """Return what `ask` finds, `nothing` when the history cannot be read."""
        if self._connection is None:
            return nothing
        try:
            return ask(self._connection, self._profile)
        except sqlite3.Error as error:
            self._failed(error)
            return nothing

    def close(self) -> None:
        """Write what is left and let go of the file."""
        self._tried = None
        self._write(always=True)
        self._let_go()

    def _write(self, *, always: bool = False) -> None:
        now = self._now()
        marked = self._marked is not None and timedelta(0) <= now - self._marked < MARK
        if not always and not self._waiting and marked:
            return
        if self._path is None or self._usable(now):
            if self._put(self._waiting, now):
                self._waiting.clear()
                self._in_memory = 0
                self._marked = now
                if self._told is not None:
                    self._tell("The history is kept again.")
                    self._told = None
        elif self._put(self._waiting[self._in_memory :], now):
            self._in_memory = len(self._waiting)

    def _put(self, reports: list[Report], now: datetime) -> bool:
        """Write everything in one transaction; return whether that went well."""
        connection = self._connection
        if connection is None:
            return False
        # by the server's time: a machine whose clock is years ahead would forget everything
        served = self._served
        purging = served is not None and (
            self._purged is None or served - self._purged >= PURGE_EVERY
        )
        try:
            with transaction(connection):
                # before the first answer it is not known what time it is by the server
                if self._visiting and self._visit is None and self._looked:
                    self._visit = begin_visit(connection, self._profile, now)
                for report in reports:
                    write_report(connection, self._profile, report)
                mark_looked(connection, self._profile, self._looked)
                if self._visit is not None:
                    mark_visit(connection, self._visit, now)
                if served is not None and purging:
                    purge(connection, served - self._days)
            self._looked.clear()
            if purging:
                self._purged = served
                # what was purged is not left in the journal either
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._failed(error)
            return False
        return True

    def _usable(self, now: datetime) -> bool:
        """Whether the file is open, after an attempt to open it when one is due."""
        assert self._path is not None
        if self._inode and self._inode == _inode(self._path):
            return True
        if self._tried is not None and timedelta(0) <= now - self._tried < RETRY:
            return False
        return self._open_file()

    def _open_file(self) -> bool:
        if self._path is None:
            return False
        self._tried = self._now()
        try:
            opened = open_file(self._path, self._tried)
        except StorageError as error:
            if self._inode:  # what was open is no longer the file of that name
                self._go_on_in_memory()
            self._tell_of(error)
            return False
        again = self._connection is not None
        self._let_go()
        self._connection, self._inode = opened.connection, _inode(self._path)
        if again:
            # another file: what it does not know is found by comparing the next answers
            self._answered.clear()
        if opened.report:
            self._tell(opened.report)
        return True

    def _failed(self, error: sqlite3.Error) -> None:
        self._tell_of(trouble(self._path or "The history", error))
        if is_corrupt(error):
            # opened anew at the next attempt, which sets it aside when it makes no sense
            self._inode, self._tried = 0, None
        elif isinstance(error, NewerFile):
            self._go_on_in_memory()

    def _go_on_in_memory(self) -> None:
        self._let_go()
        self._connection = open_memory()

    def _let_go(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._inode, self._visit = None, 0, None

    def _tell_of(self, error: StorageError) -> None:
        if self._told is None:
            self._told = error.message
            self._tell(f"History is not kept on the disk. {error.message} {error.next_step}")


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
