"""In which order the rows of an order stand. The API gives none.

Every order here is total: among equals the newest update comes first, then the id, so two
programs that know the same rows show the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import compress, count, islice
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any

from sms_monitor.core.phase import Phase, class_of
from sms_monitor.core.privacy import normal_number
from sms_monitor.core.status import severity, shown_status
from sms_monitor.core.tally import Kind, kind_of

if TYPE_CHECKING:
    from sms_monitor.core.order import Row


class SortColumn(StrEnum):
    """What rows can be sorted by."""

    SEVERITY = "severity"
    """Worst phase first, in it the worst status."""
    STATUS = "status"
    """By the status as shown, alphabetically."""
    CLASS = "class"
    NUMBER = "number"
    """By the number in one written form; rows without a number come last."""
    AGE = "age"
    """Newest update first."""


_ID = attrgetter("notification.id")
_UPDATED = attrgetter("notification.send_status.last_update")
_PHASE_RANK = {phase: rank for rank, phase in enumerate(Phase)}


def sort_rows(rows: Iterable[Row], column: SortColumn, reverse: bool = False) -> list[Row]:
    """Return `rows` sorted by `column`, or the other way round when `reverse`.

    `reverse` turns the column only: among equals the newest still comes first.
    """
    rows = list(rows)
    kinds = set(map(kind_of, rows))
    places = sort_places(rows, newest_first(rows), column, reverse, kinds)
    return list(map(rows.__getitem__, places))


# Rows are looked at one after the other, and only their places are moved: to follow 100,000
# pointers to and fro takes ten times as long.


def newest_first(rows: Sequence[Row]) -> Sequence[int]:
    """Return the places of `rows` as they stand among equals: the newest first, then by id."""
    # numbers compare much faster than moments
    times = list(map(datetime.timestamp, map(_UPDATED, rows)))
    places = sorted(range(len(rows)), key=times.__getitem__, reverse=True)
    return _in_equals_by_id(rows, places, times)


def sort_places(
    rows: Sequence[Row],
    places: Sequence[int],
    column: SortColumn,
    reverse: bool,
    kinds: Iterable[Kind],
) -> Sequence[int]:
    """Return `places`, which are `newest_first` of `rows`, as `sort_rows` sorts these.

    `kinds` are those of all the rows.
    """
    if column is SortColumn.AGE:
        times = list(map(_UPDATED, rows))
        return _in_equals_by_id(rows, list(reversed(places)), times) if reverse else places
    if column is SortColumn.NUMBER:
        numbers = list(map(_number, rows))
        return sorted(places, key=numbers.__getitem__, reverse=reverse)
    # there are few kinds: their ranks compare faster than what they are sorted by
    keys = {kind: _KEYS[column](kind) for kind in kinds}
    rank_of = {key: rank for rank, key in enumerate(sorted(set(keys.values()), reverse=reverse))}
    by_kind = {kind: rank_of[key] for kind, key in keys.items()}
    ranks = list(map(by_kind.__getitem__, map(kind_of, rows)))
    return sorted(places, key=ranks.__getitem__)


def _in_equals_by_id(
    rows: Sequence[Row], places: list[int], times: Sequence[object]
) -> Sequence[int]:
    """Put the places of the rows of one moment, which stand together, in the order of their ids."""
    sorted_times = list(map(times.__getitem__, places))
    as_before = compress(count(1), map(eq, sorted_times, islice(sorted_times, 1, None)))
    start = end = 0
    for at in (*as_before, len(places) + 1):
        if at != end:
            if end - start > 1:
                # far from now, one number stands for more than one moment
                by_id = sorted(places[start:end], key=lambda place: _ID(rows[place]))
                by_id.sort(key=lambda place: _UPDATED(rows[place]), reverse=True)
                places[start:end] = by_id
            start = at - 1
        end = at + 1
    return places


def _status(kind: Kind) -> str:
    _, status, description = kind
    return shown_status(status, description)


def _class(kind: Kind) -> str:
    return class_of(kind[0], _status(kind))


def _severity(kind: Kind) -> int:
    return _PHASE_RANK[kind[0]] * 100 + severity(_status(kind))


_KEYS: dict[SortColumn, Callable[[Kind], Any]] = {
    SortColumn.SEVERITY: _severity,
    SortColumn.STATUS: _status,
    SortColumn.CLASS: _class,
}


def _number(row: Row) -> str:
    recipient = row.notification.recipient
    if recipient.mobile_number:
        return normal_number(recipient.mobile_number)
    # "~" is after "+" and every digit
    return f"~{recipient.organization_number or recipient.national_identity_number or ''}"
