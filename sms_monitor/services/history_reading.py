"""What the history is asked, as SQL; what is made of the answers is in `core.timeline`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sms_monitor.core.models import Notification, Recipient, SendStatus
from sms_monitor.core.timeline import OrderRecord, Sight, in_server_order
from sms_monitor.services.history_columns import (
    microseconds,
    moment,
    notification_id_of,
    notification_key,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from sms_monitor.core.person import Person

_SIGHTS = """
    SELECT order_id, first_seen, sms.id, notification, coalesce(written, number), organization,
        person, at, status, description, seen, unseen
    FROM orders JOIN sms ON owner = orders.id JOIN state ON sms = sms.id
    LEFT JOIN kind ON kind = kind.id WHERE profile = ?"""
_IN_ORDER = " ORDER BY orders.id, sms.id, epoch, at"
_NEWEST = (
    "(epoch, at) = (SELECT epoch, at FROM state WHERE sms = sms.id"
    " ORDER BY epoch DESC, at DESC LIMIT 1)"
)

_COLUMNS = {"org": "organization", "nin": "person"}
"""Where the kinds of `core.recipients.recipient_keys` are; a phone number has no kind before it."""


class Life(NamedTuple):
    """All that was seen of one SMS."""

    order_id: str
    sights: tuple[Sight, ...]
    """As the server made them."""
    appeared: bool
    """Whether its order had been seen without it before."""


class Found(NamedTuple):
    """An SMS to somebody who was looked for."""

    order_id: str
    senders_reference: str | None
    notification: Notification
    """As it was seen last."""
    looked_at: datetime
    """The last answer about its order, UTC."""


def lives(
    connection: sqlite3.Connection,
    profile: str,
    *,
    order_id: str | None = None,
    notification_id: str | None = None,
    changed_after: datetime | None = None,
) -> Iterator[Life]:
    """Yield what was seen of each SMS: of one order, of one SMS, of those that changed after."""
    query, values = _SIGHTS, [profile]
    wanted: list[tuple[str, object]] = []
    if order_id is not None:
        wanted.append((" AND order_id = ?", order_id))
    if notification_id is not None:
        wanted.append((" AND notification = ?", notification_key(notification_id)))
    if changed_after is not None:
        since = microseconds(changed_after)
        wanted.append((" AND sms.id IN (SELECT sms FROM state WHERE seen > ?)", since))
    query += "".join(part for part, _ in wanted) + _IN_ORDER
    rows = connection.execute(query, [*values, *(value for _, value in wanted)])
    for (order, first_seen, _), group in groupby(rows, key=lambda row: row[:3]):
        sights = in_server_order(_sights(group))
        yield Life(order, sights, microseconds(sights[0].seen_at) > first_seen)


def _sights(rows: Iterable[tuple[object, ...]]) -> Iterator[Sight]:
    recipient, notification_id = None, ""
    for *_, key, number, organization, person, at, status, text, seen, unseen in rows:
        if recipient is None:
            recipient = Recipient(number, organization, person)  # type: ignore[arg-type]
            notification_id = notification_id_of(key)  # type: ignore[arg-type]
        notification = None
        if status is not None:
            send_status = SendStatus(status, moment(at), text or None)  # type: ignore[arg-type]
            notification = Notification(notification_id, recipient, send_status)
        unseen_since = None if unseen is None else moment(unseen)  # type: ignore[arg-type]
        yield Sight(notification_id, notification, moment(seen), unseen_since)  # type: ignore[arg-type]


def record(connection: sqlite3.Connection, profile: str, order_id: str) -> OrderRecord | None:
    """Return all that is kept of an order; None when nothing is."""
    order = connection.execute(
        "SELECT id, reference, first_seen FROM orders WHERE profile = ? AND order_id = ?",
        (profile, order_id),
    ).fetchone()
    if order is None:
        return None
    owner, reference, first_seen = order
    counted = connection.execute(
        "SELECT seen, succeeded FROM counted WHERE owner = ? ORDER BY seen", (owner,)
    )
    sights = [one for life in lives(connection, profile, order_id=order_id) for one in life.sights]
    return OrderRecord(
        order_id=order_id,
        senders_reference=reference,
        first_seen_at=moment(first_seen),
        sights=tuple(sorted(sights, key=lambda sight: sight.seen_at)),
        succeeded=tuple((moment(seen), count) for seen, count in counted),
    )


def first_seen(connection: sqlite3.Connection, profile: str, order_id: str) -> datetime | None:
    """Return the first answer about an order that is kept; None when there is none."""
    row = connection.execute(
        "SELECT first_seen FROM orders WHERE profile = ? AND order_id = ?", (profile, order_id)
    ).fetchone()
    return None if row is None else moment(row[0])


def references(connection: sqlite3.Connection, profile: str) -> dict[str, str | None]:
    """Return the sender's reference of every order there is."""
    rows = connection.execute(
        "SELECT order_id, reference FROM orders WHERE profile = ?", (profile,)
    )
    return dict(rows.fetchall())


def looked_at(connection: sqlite3.Connection, profile: str) -> dict[str, datetime]:
    """Return the last answer about every order there is."""
    rows = connection.execute("SELECT order_id, looked FROM orders WHERE profile = ?", (profile,))
    return {order_id: moment(at) for order_id, at in rows}


def delivery_times(
    connection: sqlite3.Connection, profile: str, order_id: str | None
) -> list[timedelta]:
    """Return how long each SMS took to `Delivered`, of those that were seen before they were."""
    rows = connection.execute(
        "SELECT min(at), max(at) FILTER (WHERE status = 'Delivered'),"
        " min(at) FILTER (WHERE status = 'Delivered')"
        " FROM orders JOIN sms ON owner = orders.id JOIN state ON sms = sms.id"
        " JOIN kind ON kind = kind.id WHERE profile = ?1 AND (?2 IS NULL OR order_id = ?2)"
        " GROUP BY sms.id",
        (profile, order_id),
    )
    return [
        moment(delivered) - moment(first)
        for first, _, delivered in rows
        if delivered is not None and delivered > first
    ]


def failure_rates(
    connection: sqlite3.Connection, profile: str, since: datetime
) -> dict[str, float]:
    """Return failed / (failed + delivered) by order, of orders whose SMS changed after `since`.

    As the SMS were last seen; an order of which none is settled is left out.
    """
    rows = connection.execute(
        "SELECT order_id, sum(status = 'Delivered'), sum(status LIKE 'Failed%'), max(at)"
        f" FROM orders JOIN sms ON owner = orders.id JOIN state ON sms = sms.id AND {_NEWEST}"
        " JOIN kind ON kind = kind.id WHERE profile = ? GROUP BY orders.id",
        (profile,),
    )
    return {
        order_id: failed / (failed + delivered)
        for order_id, delivered, failed, at in rows
        if failed + delivered and at > microseconds(since)
    }


def failure_times(
    connection: sqlite3.Connection, profile: str, since: datetime, order_id: str | None
) -> list[datetime]:
    """Return when the server said `Failed…` of an SMS, after `since`."""
    rows = connection.execute(
        "SELECT at FROM orders JOIN sms ON owner = orders.id JOIN state ON sms = sms.id"
        " JOIN kind ON kind = kind.id WHERE profile = ?1 AND (?2 IS NULL OR order_id = ?2)"
        " AND at > ?3 AND status LIKE 'Failed%'",
        (profile, order_id, microseconds(since)),
    )
    return [moment(at) for (at,) in rows]


def with_recipient(connection: sqlite3.Connection, profile: str, person: Person) -> list[Found]:
    """Return every SMS to a person or organisation, as it was seen last, newest first."""
    found = []
    wanted, values = [], [profile]
    for key in person.keys:
        kind, _, id_number = key.partition(" ")
        wanted.append(f"{_COLUMNS.get(kind, 'number')} = ?")
        values.append(id_number or key)
    rows = connection.execute(
        "SELECT order_id, reference, looked, notification, coalesce(written, number),"
        " organization, person, at, status, description"
        f" FROM sms JOIN orders ON owner = orders.id JOIN state ON sms = sms.id AND {_NEWEST}"
        " JOIN kind ON kind = kind.id"
        f" WHERE profile = ? AND ({' OR '.join(wanted)}) ORDER BY at DESC",
        values,
    )
    for order_id, reference, looked, key, mobile, organization, nin, at, status, text in rows:
        notification = Notification(
            notification_id_of(key),
            Recipient(mobile, organization, nin),
            SendStatus(status, moment(at), text or None),
        )
        found.append(Found(order_id, reference, notification, moment(looked)))
    return found


def last_visit(connection: sqlite3.Connection, profile: str) -> datetime | None:
    """Return when the monitor was last open; None when it never was."""
    (ended,) = connection.execute(
        "SELECT max(ended) FROM visit WHERE profile = ?", (profile,)
    ).fetchone()
    return None if ended is None else moment(ended)
