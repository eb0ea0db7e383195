"""Writing what answers show into the history, each change once however many programs see it.

A state of an SMS is known by the server's `last_update` and status. Two programs that see one
change at different moments make one row of it, and the earlier moment stays. A server that
goes back behind what it had said (a restored database, an SMS gone from the list and back)
begins a new epoch of that SMS, so a status that comes again is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sms_monitor.core.privacy import normal_number
from sms_monitor.services.history_columns import microseconds, notification_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from sms_monitor.core.models import Notification, Recipient
    from sms_monitor.core.order import Order

GAP = timedelta(minutes=5)
"""Without an answer about an order from which on nobody counts as having looked at it."""
IN_FLIGHT = timedelta(minutes=1)
"""An answer can have been under way this long, so an older one may come after a newer."""
_GAP = GAP // timedelta(microseconds=1)
_IN_FLIGHT = IN_FLIGHT // timedelta(microseconds=1)
_GONE = 0
_FEW = 5000
"""Changes that are looked up one by one; for more, all SMS of the order are read."""


class Change(NamedTuple):
    """One SMS is not what it was in the answer before."""

    notification_id: str
    before: Notification | None
    """None when it was not listed, or when this is the first answer."""
    after: Notification | None
    """None when it is no longer listed."""


class Report(NamedTuple):
    """What one answer about an order shows that the one before did not."""

    order_id: str
    senders_reference: str | None
    succeeded: int | None
    """The API's own count; None when it is as before."""
    seen_at: datetime
    first: bool
    """Whether this program has no answer from before: then `changes` are all its SMS."""
    changes: tuple[Change, ...]


class _Known(NamedTuple):
    """The newest state of an SMS in the file."""

    sms: int
    epoch: int
    at: int
    kind: int
    seen: int


def report_of(before: Order | None, order: Order) -> Report:
    """Return what the last answer about `order` shows that `before` did not; both answered."""
    assert order.summary is not None
    assert order.answered_at is not None
    edit = order.edit_since(before)
    was = {row.id: row.notification for row in edit.old}
    changes = [
        Change(row.id, was.get(row.id), row.notification)
        for row in edit.new
        if was.get(row.id) is not row.notification
    ]
    gone = [row for row in edit.old if row.id not in order.rows]
    changes += [Change(row.id, row.notification, None) for row in gone]
    succeeded: int | None = order.summary.succeeded
    if before is not None and before.summary and before.summary.succeeded == succeeded:
        succeeded = None
    return Report(
        order.order_id,
        order.summary.senders_reference,
        succeeded,
        order.answered_at,
        before is None,
        tuple(changes),
    )


def write_report(connection: sqlite3.Connection, profile: str, report: Report) -> None:
    """Write what `report` says and the file does not know yet. Call it in a transaction."""
    _Writing(connection, profile, report).write()


class _Writing:
    """One report on its way into the file."""

    def __init__(self, connection: sqlite3.Connection, profile: str, report: Report) -> None:
        self._run = connection.execute
        self._run_many = connection.executemany
        self._report = report
        self._seen = microseconds(report.seen_at)
        self._owner, looked = self._order(profile)
        unseen = report.first and self._seen - looked > _GAP
        self._unseen = looked if unseen else None
        self._kinds: dict[tuple[str, str], int] = {
            (status, text): key
            for key, status, text in self._run("SELECT id, status, description FROM kind")
        }
        self._statuses: dict[int, str] = dict(self._run("SELECT id, shown FROM kind"))
        self._sms: list[tuple[object, ...]] = []
        self._states: list[tuple[int, int, int, int, int, int | None]] = []

    def write(self) -> None:
        changes = self._report.changes
        known = self._known(changes)
        next_sms = self._run("SELECT coalesce(max(id), 0) FROM sms").fetchone()[0]
        for change in changes:
            state = known.pop(notification_key(change.notification_id), None)
            if change.after is None:
                self._gone(state)
            elif state is None:
                next_sms += 1
                self._new(next_sms, change.after)
            else:
                self._next(state, change.before, change.after)
        if self._report.first:
            for state in known.values():
                self._gone(state)
        self._run_many("INSERT INTO sms VALUES (?, ?, ?, ?, ?, ?, ?)", self._sms)
        self._run_many("INSERT OR IGNORE INTO state VALUES (?, ?, ?, ?, ?, ?)", self._states)
        self._count()

    def _order(self, profile: str) -> tuple[int, int]:
        report, seen = self._report, self._seen
        self._run(
            "INSERT OR IGNORE INTO orders (profile, order_id, reference, first_seen, looked)"
            " VALUES (?, ?, ?, ?, ?)",
            (profile, report.order_id, report.senders_reference, seen, seen),
        )
        owner, looked = self._run(
            "SELECT id, looked FROM orders WHERE profile = ? AND order_id = ?",
            (profile, report.order_id),
        ).fetchone()
        self._run(
            "UPDATE orders SET looked = max(looked, ?), reference = ? WHERE id = ?",
            (seen, report.senders_reference, owner),
        )
        return owner, looked

    def _known(self, changes: Iterable[Change]) -> dict[bytes | str, _Known]:
        keys = [notification_key(change.notification_id) for change in changes]
        query = (
            "SELECT notification, sms.id, epoch, at, kind, seen FROM sms"
            " JOIN state ON sms = sms.id WHERE owner = ?"
        )
        if self._report.first or len(keys) > _FEW:
            rows = self._run(f"{query} ORDER BY sms, epoch, at", (self._owner,))
            return {key: _Known(*rest) for key, *rest in rows}
        one = f"{query} AND notification = ? ORDER BY epoch DESC, at DESC LIMIT 1"
        found = (self._run(one, (self._owner, key)).fetchone() for key in keys)
        return {row[0]: _Known(*row[1:]) for row in found if row}

    def _new(self, sms: int, after: Notification) -> None:
        key = notification_key(after.id)
        self._sms.append((sms, self._owner, key, *_recipient(after.recipient)))
        self._add(sms, 0, microseconds(after.last_update), self._kind(after))

    def _next(self, known: _Known, before: Notification | None, after: Notification) -> None:
        at, kind = microseconds(after.last_update), self._kind(after)
        if at == known.at and self._statuses[kind] == self._statuses.get(known.kind):
            self._seen_earlier(known.sms, known.epoch, at)
            return
        later = self._seen > known.seen
        if known.kind == _GONE:
            epoch = known.epoch + 1 if later else None
        elif at > known.at:
            epoch = known.epoch
        elif at == known.at:
            epoch = known.epoch + 1 if later else None
        elif later and self._went_back(known, before, after):
            epoch = known.epoch + 1
        else:
            epoch = self._missed(known, at, kind)
        if epoch is not None:
            self._add(known.sms, epoch, at, kind)
            if before is None or before.recipient != after.recipient:
                self._run(
                    "UPDATE sms SET number = ?, written = ?, organization = ?, person = ?"
                    " WHERE id = ?",
                    (*_recipient(after.recipient), known.sms),
                )

    def _went_back(self, known: _Known, before: Notification | None, after: Notification) -> bool:
        """Whether the server itself is behind what it said, not an answer late to come in."""
        if before is not None:
            return before.last_update >= after.last_update
        return self._report.first and self._seen - known.seen > _IN_FLIGHT

    def _missed(self, known: _Known, at: int, kind: int) -> int | None:
        """The epoch for a state that is older than the newest; None when the file has it."""
        there = self._run(
            "SELECT epoch, kind FROM state WHERE sms = ? AND at = ?", (known.sms, at)
        ).fetchall()
        for epoch, other in there:
            if self._statuses.get(other) == self._statuses[kind]:
                self._seen_earlier(known.sms, epoch, at)
                return None
        return None if there else known.epoch

    def _gone(self, known: _Known | None) -> None:
        if known is None or known.kind == _GONE:
            return
        late = _IN_FLIGHT if self._report.first else 0
        if self._seen - known.seen > late:
            self._add(known.sms, known.epoch + 1, known.at, _GONE)

    def _seen_earlier(self, sms: int, epoch: int, at: int) -> None:
        self._run(
            "UPDATE state SET seen = ?1, unseen = NULL"
            " WHERE sms = ?2 AND epoch = ?3 AND at = ?4 AND seen > ?1",
            (self._seen, sms, epoch, at),
        )

    def _add(self, sms: int, epoch: int, at: int, kind: int) -> None:
        self._states.append((sms, epoch, at, kind, self._seen, self._unseen))

    def _kind(self, n: Notification) -> int:
        key = (n.send_status.status, n.send_status.description or "")
        if key not in self._kinds:
            added = self._run(
                "INSERT INTO kind (status, description, shown) VALUES (?, ?, ?)", (*key, n.status)
            )
            self._kinds[key] = int(added.lastrowid or 0)
            self._statuses[self._kinds[key]] = n.status
        return self._kinds[key]

    def _count(self) -> None:
        if self._report.succeeded is None:
            return
        last = self._run(
            "SELECT succeeded FROM counted WHERE owner = ? AND seen <= ? ORDER BY seen DESC",
            (self._owner, self._seen),
        ).fetchone()
        if last != (self._report.succeeded,):
            self._run(
                "INSERT OR IGNORE INTO counted VALUES (?, ?, ?)",
                (self._owner, self._seen, self._report.succeeded),
            )


def _recipient(r: Recipient) -> tuple[str | None, str | None, str | None, str | None]:
    """The number in its one spelling, as it was written when that is another, org no and nin."""
    written = r.mobile_number
    number = None if written is None else normal_number(written.strip())
    return (
        number,
        written if written != number else None,
        r.organization_number,
        r.national_identity_number,
    )
