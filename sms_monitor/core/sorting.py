"""In which order the rows of an order stand. The API gives none.

Every order here is total: among equals the newest update comes first, then the id, so two
programs that know the same rows show the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

from sms_monitor.core.order import Row
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import normal_number
from sms_monitor.core.status import severity


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
    # passes of a stable sort, least important key first: plain keys compare faster than tuples
    newest_first = not (reverse and column is SortColumn.AGE)
    result = _in_equals_by_id(sorted(rows, key=_UPDATED, reverse=newest_first))
    if column is SortColumn.AGE:
        return result
    keys: dict[SortColumn, Callable[[Row], int | str]] = {
        SortColumn.SEVERITY: _severity_key(),
        SortColumn.STATUS: lambda row: row.status,
        SortColumn.CLASS: lambda row: row.status_class,
        SortColumn.NUMBER: _number,
    }
    result.sort(key=keys[column], reverse=reverse)
    return result


def _in_equals_by_id(rows: list[Row]) -> list[Row]:
    """Put the rows of one moment, which stand together, in the order of their ids."""
    times = [_UPDATED(row) for row in rows]
    start = 0
    for place in [n for n, (a, b) in enumerate(pairwise(times), 1) if a != b] + [len(rows)]:
        if place - start > 1:
            rows[start:place] = sorted(rows[start:place], key=_ID)
        start = place
    return rows


def _severity_key() -> Callable[[Row], int]:
    """Return the key of a row; it is worked out once for those that share it."""
    known: dict[tuple[Phase, str, str | None], int] = {}

    def key(row: Row) -> int:
        sent = row.notification.send_status
        kind = (row.phase, sent.status, sent.description)
        if kind not in known:
            known[kind] = _PHASE_RANK[row.phase] * 100 + severity(row.status)
        return known[kind]

    return key


def _number(row: Row) -> str:
    recipient = row.notification.recipient
    if recipient.mobile_number:
        return normal_number(recipient.mobile_number)
    # "~" is after "+" and every digit
    return f"~{recipient.organization_number or recipient.national_identity_number or ''}"
