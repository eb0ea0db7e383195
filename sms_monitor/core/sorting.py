"""In which order the rows of an order stand. The API gives none.

Every order here is total: among equals the newest update comes first, then the id, so two
programs that know the same rows show the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from operator import attrgetter

from sms_monitor.core.board import Row
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
_PHASE_RANK = {phase: rank for rank, phase in enumerate(Phase)}


def sort_rows(rows: Iterable[Row], column: SortColumn, reverse: bool = False) -> list[Row]:
    """Return `rows` sorted by `column`, or the other way round when `reverse`.

    `reverse` turns the column only: among equals the newest still comes first.
    """
    # passes of a stable sort, least important key first: plain keys compare faster than tuples
    result = sorted(rows, key=_ID)
    if column is SortColumn.AGE:
        result.sort(key=_updated, reverse=not reverse)
        return result
    result.sort(key=_updated, reverse=True)
    keys: dict[SortColumn, Callable[[Row], int | str]] = {
        SortColumn.SEVERITY: _severity,
        SortColumn.STATUS: lambda row: row.status,
        SortColumn.CLASS: lambda row: row.status_class,
        SortColumn.NUMBER: _number,
    }
    result.sort(key=keys[column], reverse=reverse)
    return result


def _updated(row: Row) -> float:
    return row.notification.send_status.last_update.timestamp()


def _severity(row: Row) -> int:
    return _PHASE_RANK[row.phase] * 100 + severity(row.status)


def _number(row: Row) -> str:
    recipient = row.notification.recipient
    if recipient.mobile_number:
        return normal_number(recipient.mobile_number)
    # "~" is after "+" and every digit
    return f"~{recipient.organization_number or recipient.national_identity_number or ''}"
