"""What is written into the history beside the states: visits, when was looked; and the purge."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sms_monitor.services.history_columns import microseconds

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import datetime

MARK = timedelta(seconds=30)
"""How exactly the file knows when an order was last looked at."""


def mark_looked(
    connection: sqlite3.Connection, profile: str, looked: Mapping[str, datetime]
) -> None:
    """Write when each of some orders was last answered about."""
    connection.executemany(
        "UPDATE orders SET looked = max(looked, ?) WHERE profile = ? AND order_id = ?",
        [(microseconds(at), profile, order_id) for order_id, at in looked.items()],
    )


def begin_visit(connection: sqlite3.Connection, profile: str, now: datetime) -> int:
    """Write that somebody opened the monitor; return the number of the visit."""
    at = microseconds(now)
    added = connection.execute(
        "INSERT INTO visit (profile, began, ended) VALUES (?, ?, ?)", (profile, at, at)
    )
    return int(added.lastrowid or 0)


def mark_visit(connection: sqlite3.Connection, visit: int, now: datetime) -> None:
    """Write that the monitor is still open."""
    connection.execute(
        "UPDATE visit SET ended = max(ended, ?) WHERE id = ?", (microseconds(now), visit)
    )


def purge(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget what is older: orders nobody has looked at since, and states that had ended.

    The state an SMS was in at `before` stays as long as its order is looked at: it is how
    the order looked then.
    """
    cutoff = (microseconds(before),)
    run: Callable[..., object] = connection.execute
    old = "SELECT id FROM orders WHERE looked < ?"
    run(f"DELETE FROM state WHERE sms IN (SELECT id FROM sms WHERE owner IN ({old}))", cutoff)
    run(f"DELETE FROM sms WHERE owner IN ({old})", cutoff)
    run(f"DELETE FROM counted WHERE owner IN ({old})", cutoff)
    run("DELETE FROM orders WHERE looked < ?", cutoff)
    run("DELETE FROM visit WHERE ended < ?", cutoff)
    run("UPDATE orders SET first_seen = ?1 WHERE first_seen < ?1", cutoff)
    run(
        "DELETE FROM state AS old WHERE seen < ?1 AND EXISTS (SELECT 1 FROM state AS new"
        " WHERE new.sms = old.sms AND (new.epoch, new.at) > (old.epoch, old.at)"
        " AND new.seen < ?1)",
        cutoff,
    )
    run(
        "DELETE FROM counted AS old WHERE seen < ?1 AND EXISTS (SELECT 1 FROM counted AS new"
        " WHERE new.owner = old.owner AND new.seen > old.seen AND new.seen < ?1)",
        cutoff,
    )
