"""A watched order and its SMS: what the last good answer said, and what went wrong.

An order that cannot be refreshed keeps its rows and gains an `error`; how old they are is always
known.

Two clocks: `datetime`s are the server's time (UTC), in which rows age; `float`s are monotonic
seconds, in which we wait, so that a wall clock that jumps makes nothing look fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from sms_monitor.core.diff import Transition, diff
from sms_monitor.core.errors import SourceError
from sms_monitor.core.intake import Body, SmsDelta, without_sms
from sms_monitor.core.models import Notification, OrderStatus, SmsSummary
from sms_monitor.core.patterns import Patterns
from sms_monitor.core.phase import Phase, class_of, standing
from sms_monitor.core.tally import EMPTY_TALLY, Tally

LARGE_ORDER = 2000
"""SMS of an order from which on a thread works on all of them, so that keys are not held up."""
AGING_STEP = timedelta(seconds=30)
"""How often the rows of a large order are judged anew as time goes by: they age one by one, and
each time is a pass over all of them."""
_ID = attrgetter("notification.id")
_PHASE_UNTIL = attrgetter("phase_until")
_LAST_UPDATE = attrgetter("notification.send_status.last_update")
_NOTHING: Mapping[str, Row] = MappingProxyType({})


# gc=False: a row can be part of no cycle, and a collector that walks 100,000 holds up the keys
class Row(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One SMS of a watched order. An unchanged SMS stays the same object from poll to poll."""

    notification: Notification
    phase: Phase
    phase_until: datetime | None
    """When time alone moves it to another phase; None for never."""
    seen: tuple[Transition, ...] = ()
    """The changes this program has watched, oldest first."""

    @property
    def id(self) -> str:
        """The notification's id."""
        return self.notification.id

    @property
    def status(self) -> str:
        """The status as people should see it."""
        return self.notification.status

    @property
    def status_class(self) -> str:
        """Where the cause lies; of a fault of time, its phase."""
        return class_of(self.phase, self.status)

    @property
    def last_update(self) -> datetime:
        """When the server last wrote the row, UTC."""
        return self.notification.last_update


class Edit(NamedTuple):
    """How the rows of an order came to be, from those it had before."""

    before: object
    """The `edition` of those."""
    old: Sequence[Row]
    """What is there no longer: SMS that are not listed, and rows as they were."""
    new: Sequence[Row]
    """What was not there: SMS that were not listed, and rows as they are now."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One watched order: the last good answer, and what went wrong since."""

    order_id: str
    label: str = ""
    """The person's own name for it; "" when none was given."""
    note: str = ""
    """What the person wrote about it; "" for nothing."""
    known_reference: str = ""
    """Sender's reference as history has it, for as long as nothing was answered; "" for none."""
    summary: SmsSummary | None = None
    """What the last good answer says of the order itself; its SMS are the `rows`. None until the
    first."""
    body: Body | None = field(default=None, repr=False)
    """What the next answer is compared with; None when it is to be taken in whole."""
    order_status: OrderStatus | None = None
    """Why there are no SMS; None when there are, or when it is not known."""
    rows: Mapping[str, Row] = field(default_factory=lambda: _NOTHING, repr=False)
    """By notification id, in an order that means nothing: the server has none."""
    edition: object = field(default=None, repr=False)
    """Another one for other `rows`."""
    edit: Edit = field(default=Edit(None, (), ()), repr=False)
    """How `rows` came to be."""
    tally: Tally = EMPTY_TALLY
    patterns: Patterns = field(default_factory=lambda: Patterns(_NOTHING), repr=False)
    """What the rows have in common, worked out when it is asked for."""
    error: SourceError | None = None
    """Why the last attempt failed; None when it did not."""
    failures: int = 0
    """Attempts in a row that failed."""
    answered: float | None = None
    """Monotonic seconds of the last good answer; None before the first."""
    answered_at: datetime | None = None
    """The server's time of the last good answer, UTC; None before the first."""
    next_poll: float | None = None
    """Monotonic seconds at which it is asked again, infinity for not by itself; None while it is
    being asked."""
    asked: float | None = None
    """Monotonic seconds since when an answer is waited for; None when none is."""
    changed_at: datetime | None = None
    """Newest `last_update` of the rows; None when there are none."""
    phase_until: datetime | None = None
    """When time alone moves the first row to another phase; None for never."""
    judged_at: datetime | None = None
    """When a phase was last worked out; a clock that is put back makes all of them void."""
    aged_at: datetime | None = None
    """When all rows were last judged, and not only those that an answer changed."""

    @property
    def is_large(self) -> bool:
        """Whether work on all of its rows is for a thread."""
        return len(self.rows) > LARGE_ORDER

    @property
    def phases_until(self) -> datetime | None:
        """When rows are to be judged anew: of a large order not before `AGING_STEP` has passed."""
        until = self.phase_until
        if until is None or self.aged_at is None or not self.is_large:
            return until
        return max(until, self.aged_at + AGING_STEP)

    @property
    def worst(self) -> Phase | None:
        """The worst phase any of its SMS is in; None when there are none."""
        return next((phase for phase in Phase if self.tally[phase]), None)

    @property
    def final(self) -> bool:
        """Whether nothing can be expected to change: all SMS are final, or there will be none."""
        if self.rows or self.summary is None:
            return self.tally.final
        return self.order_status is not None and self.order_status.ends_without_sms

    @property
    def senders_reference(self) -> str | None:
        """As the API has it, else as history has it; None when there is none, or none known."""
        if self.summary is not None:
            return self.summary.senders_reference
        return self.known_reference or None

    @property
    def name(self) -> str:
        """Label, else sender's reference, else the ends of the id."""
        return self.label or self.senders_reference or f"{self.order_id[:4]}..{self.order_id[-2:]}"

    def after_answer(
        self,
        answer: SmsSummary | SmsDelta,
        order_status: OrderStatus | None,
        now: datetime,
        answered: float,
        body: Body | None = None,
    ) -> tuple[Order, tuple[Transition, ...]]:
        """Return this order with a good answer taken in, and what that changed.

        An answer that is a delta must be one against `self.body`; `body` is the new one.
        """
        if isinstance(answer, SmsSummary):
            answer = self._delta(answer)
        known, news = self.at(now)._changed(answer, now)
        order = replace(
            known,
            summary=answer.head,
            body=body,
            order_status=None if known.rows else order_status or self.order_status,
            error=None,
            failures=0,
            answered=answered,
            answered_at=now,
            aged_at=known.aged_at if self.rows else now,
        )
        return order, news

    def after_error(self, error: SourceError) -> Order:
        """Return this order with a failed attempt noted; its rows stay."""
        return replace(self, error=error, failures=self.failures + 1)

    def only_asked_since(self, before: Order) -> bool:
        """Whether it is as `before` was, in all but when it is asked."""
        return all(getattr(self, name) is getattr(before, name) for name in _STANDING)

    def is_aged(self, now: datetime) -> bool:
        """Whether some row can be in another phase at `now` than it was judged to be."""
        until = self.phases_until
        if until is not None and now >= until:
            return True
        return self._is_put_back(now)

    def _is_put_back(self, now: datetime) -> bool:
        return self.judged_at is not None and now < self.judged_at

    def at(self, now: datetime) -> Order:
        """Return this order with every phase as it is at `now`; itself when none has changed."""
        if not self.is_aged(now):
            return self
        put_back = self._is_put_back(now)
        moved = [
            Row(row.notification, *standing(row.notification, now), row.seen)
            for row in self.rows.values()
            if put_back or (row.phase_until is not None and now >= row.phase_until)
        ]
        return replace(self._edited(moved, (), now), aged_at=now)

    def edit_since(self, before: Order | None) -> Edit:
        """Return how the rows came to be from those of `before`; from none when there is none."""
        if before is not None and before.edition is not None:
            if self.edition is before.edition:
                return Edit(before.edition, (), ())
            if self.edit.before is before.edition:
                return self.edit
        # of 100,000 rows nearly all are the same objects
        was = before.rows if before is not None else _NOTHING
        old = [row for key, row in was.items() if self.rows.get(key) is not row]
        new = [row for key, row in self.rows.items() if was.get(key) is not row]
        return Edit(before and before.edition, old, new)

    def _delta(self, summary: SmsSummary) -> SmsDelta:
        gone = self.rows.keys() - {n.id for n in summary.notifications}
        return SmsDelta(without_sms(summary), summary.notifications, frozenset(gone))

    def _changed(self, delta: SmsDelta, now: datetime) -> tuple[Order, tuple[Transition, ...]]:
        """Return this order with `delta` in its rows, judged at `now`, and what it changed."""
        if not delta.fresh and not delta.gone:
            return self, ()
        rows = self.rows
        # a record can be written otherwise and say the same
        fresh = [n for n in delta.fresh if (row := rows.get(n.id)) is None or row.notification != n]
        before = [
            row.notification
            for key in (*(n.id for n in fresh), *delta.gone)
            if (row := rows.get(key)) is not None
        ]
        news: tuple[Transition, ...] = ()
        if self.summary is not None:
            news = diff(self.order_id, before, fresh, now)
        changes = {t.notification_id: t for t in news if t.after is not None}
        new = []
        for n in fresh:
            seen: tuple[Transition, ...] = ()
            if (row := rows.get(n.id)) is not None:
                change = changes.get(n.id)
                seen = (*row.seen, change) if change else row.seen
            new.append(Row(n, *standing(n, now), seen))
        return self._edited(new, delta.gone, now), news

    def _edited(self, new: Sequence[Row], gone: Collection[str], now: datetime) -> Order:
        """Return this order with `new` rows and without those that are `gone`, judged at `now`.

        What is known of all rows is not worked out from all of them again, when few differ.
        """
        if not new and not gone:
            return replace(self, judged_at=now)
        rows = dict(self.rows)
        old = [row for key in map(_ID, new) if (row := rows.get(key)) is not None]
        rows.update(zip(map(_ID, new), new, strict=True))
        old += [rows.pop(key) for key in gone]
        patterns = self.patterns.after(rows, old, new)
        return replace(
            self,
            rows=rows,
            edition=object(),
            edit=Edit(self.edition, old, new),
            tally=Tally.of_kinds(patterns.kinds),
            patterns=patterns,
            changed_at=_of_all(max, _LAST_UPDATE, self.changed_at, old, new, rows),
            phase_until=_of_all(min, _PHASE_UNTIL, self.phase_until, old, new, rows),
            judged_at=now,
        )


def _of_all(
    best: Callable[..., datetime | None],
    moment: Callable[[Row], datetime | None],
    before: datetime | None,
    old: Sequence[Row],
    new: Sequence[Row],
    rows: Mapping[str, Row],
) -> datetime | None:
    """Return the least or most (`best`) moment of `rows`; None when none has any.

    `before` is that of the rows before, in which `new` have come in the place of `old`.
    """
    of_new = best(filter(None, map(moment, new)), default=None)
    if before is None or (of_new is not None and best(before, of_new) == of_new):
        return of_new
    if before in map(moment, old):
        return best(filter(None, map(moment, rows.values())), default=None)
    return before


_STANDING = tuple(f.name for f in fields(Order) if f.name not in ("next_poll", "asked"))
