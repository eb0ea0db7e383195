"""What the SMS of one order have in common: recipients, times of failure, countries.

Worked out when first asked for and kept as long as the rows are the same, so that a screen
that is painted again does not go through 100,000 rows again. Of rows that differ in a few, only
these are gone through.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, filterfalse, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sms_monitor.core.bursts import Burst, largest_burst
from sms_monitor.core.lazy import lazy
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import country_code, normal_number
from sms_monitor.core.recipients import (
    Recipients,
    foreign_code,
    number_key,
    organization_key,
    person_key,
)
from sms_monitor.core.sorting import SortColumn, newest_first, sort_places
from sms_monitor.core.status import shown_status
from sms_monitor.core.tally import Kind, count_kinds, kind_of

if TYPE_CHECKING:
    from sms_monitor.core.models import Recipient
    from sms_monitor.core.order import Row

_T = TypeVar("_T")
STEP = timedelta(minutes=5)
LATELY_STEPS = 24
"""How many steps `failed_lately` counts: two hours."""
NO_NUMBER = "no number"
NO_CODE = "no code"
"""Of a number that does not say its country, or is none."""
_LAST_UPDATE = attrgetter("notification.send_status.last_update")


class CountryTally(NamedTuple):
    """How the SMS to one foreign country stand."""

    total: int
    failed: int


class Patterns:
    """Of the rows of one order, which never change."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._rows = rows
        self._bursts: dict[tuple[timedelta, int, float], Burst | None] = {}
        self._newest: Sequence[int] = ()
        self._sorted: dict[tuple[SortColumn, bool], Sequence[str]] = {}
        self._lately: tuple[datetime | None, tuple[int, ...]] = (None, ())

    def after(self, rows: Mapping[str, Row], old: Sequence[Row], new: Sequence[Row]) -> Patterns:
        """Return those of `rows`, which are these rows with `new` in the place of `old`.

        What has been worked out here is not worked out again, as far as it holds there.
        """
        later, known = Patterns(rows), vars(self)
        later.kinds = _instead(self.kinds, map(kind_of, old), map(kind_of, new))
        if "_recipients" in known and _whom(old) == _whom(new):
            later._recipients = self._recipients
        gone = {row for row in old if row.phase is Phase.FAILED}
        come = [row for row in new if row.phase is Phase.FAILED]
        if "failures" in known:
            stay = filterfalse(gone.__contains__, self.failures)
            later.failures = sorted((*stay, *come), key=_LAST_UPDATE)
        for name, trait in _OF_FAILURES.items():
            if name in known:
                vars(later)[name] = _instead(known[name], map(trait, gone), map(trait, come))
        return later

    def work_out(self) -> None:
        """Do now what else is done when it is first asked for: for a thread, of many rows."""
        for name in ("_recipients", *_OF_FAILURES):
            getattr(self, name)

    def in_order(self, column: SortColumn, reverse: bool) -> Sequence[str]:
        """Return the ids of all rows, sorted as `sort_rows` does."""
        if (column, reverse) not in self._sorted:
            rows = list(self._rows.values())
            self._newest = self._newest or newest_first(rows)
            places = sort_places(rows, self._newest, column, reverse, self.kinds)
            self._sorted[column, reverse] = list(map(list(self._rows).__getitem__, places))
        return self._sorted[column, reverse]

    def is_sorted(self, column: SortColumn, reverse: bool) -> bool:
        """Whether `in_order` is quick."""
        return (column, reverse) in self._sorted

    def same_recipient(self, row: Row) -> Sequence[Row]:
        """Return the other rows with this phone, in any written form, or this person."""
        recipient = row.notification.recipient
        same = self.ids_of((number_key(recipient), person_key(recipient)))
        return [self._rows[key] for key in same if key != row.id]

    def same_organization(self, row: Row) -> Sequence[Row]:
        """Return the other rows of this organisation; () when the SMS was for none."""
        same = self.ids_of((organization_key(row.notification.recipient),))
        return [self._rows[key] for key in same if key != row.id]

    def ids_of(self, keys: Iterable[str]) -> Sequence[str]:
        """Return the ids of the rows that have any of these `recipient_keys`, each once."""
        return list(dict.fromkeys(chain.from_iterable(map(self._recipients.ids, keys))))

    def failed_same_minute(self, row: Row) -> int:
        """Return how many SMS failed with the status of `row` in its minute, it among them."""
        return self._failures_by_minute[row.status, _minute(row.last_update)]

    def country(self, code: str) -> CountryTally:
        """Return how the SMS to that country code stand; Norway's is not counted."""
        return CountryTally(self._recipients.by_country[code], self._failed_abroad[code])

    def burst(self, within: timedelta, at_least: int, share: float) -> Burst | None:
        """Return what `largest_burst` finds."""
        key = (within, at_least, share)
        if key not in self._bursts:
            self._bursts[key] = largest_burst(self.failures, within, at_least, share)
        return self._bursts[key]

    def failed_lately(self, end: datetime) -> tuple[int, ...]:
        """Return how many SMS failed in each of the steps up to `end`, oldest first."""
        if self._lately[0] != end:
            edges = [
                bisect_left(self.failures, end - n * STEP, key=lambda row: row.last_update)
                for n in range(LATELY_STEPS, -1, -1)
            ]
            self._lately = end, tuple(b - a for a, b in pairwise(edges))
        return self._lately[1]

    @lazy
    def failed_by_country(self) -> Counter[str]:
        """How many SMS failed to each country: `+47`, else `NO_NUMBER` or `NO_CODE`."""
        return Counter(map(_country, self.failures))

    @lazy
    def kinds(self) -> Counter[Kind]:
        """How many rows there are of each kind."""
        return count_kinds(self._rows.values())

    @lazy
    def failures(self) -> Sequence[Row]:
        """The rows that failed, first to last."""
        failed = (row for row in self._rows.values() if row.phase is Phase.FAILED)
        return sorted(failed, key=_LAST_UPDATE)

    @lazy
    def in_flight(self) -> frozenset[str]:
        """The statuses of the rows that are on their way and on time."""
        return frozenset(
            shown_status(status, description)
            for phase, status, description in self.kinds
            if phase is Phase.IN_FLIGHT
        )

    @lazy
    def _recipients(self) -> Recipients:
        return Recipients(self._rows.values())

    @lazy
    def _failures_by_minute(self) -> Counter[tuple[str, datetime]]:
        return Counter(map(_status_and_minute, self.failures))

    @lazy
    def _failed_abroad(self) -> Counter[str]:
        return Counter(map(_foreign_code, self.failures))


def _instead(counted: Counter[_T], gone: Iterable[_T], come: Iterable[_T]) -> Counter[_T]:
    """Return `counted` without those that are `gone` and with those that have `come`."""
    counted = counted.copy()
    counted.subtract(gone)
    counted.update(come)
    return +counted


def _whom(rows: Sequence[Row]) -> Mapping[str, Recipient]:
    return {row.id: row.notification.recipient for row in rows}


def _country(row: Row) -> str:
    number = row.notification.recipient.mobile_number
    if not number or not number.strip():
        return NO_NUMBER
    code = "47" if number.startswith("+47") else country_code(normal_number(number))
    return f"+{code}" if code else NO_CODE


def _foreign_code(row: Row) -> str:
    return foreign_code(row.notification.recipient.mobile_number)


def _status_and_minute(row: Row) -> tuple[str, datetime]:
    return row.status, _minute(row.last_update)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


_OF_FAILURES: Mapping[str, Callable[[Row], Any]] = {
    "_failures_by_minute": _status_and_minute,
    "_failed_abroad": _foreign_code,
    "failed_by_country": _country,
}
"""What is counted of all that failed, and by what."""
