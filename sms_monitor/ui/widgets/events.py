"""What happened since the start, newest first; one line of it is always in sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.content import Content

from sms_monitor.core.board import Board
from sms_monitor.core.diff import Direction, Transition
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.status import is_failed
from sms_monitor.ui.cells import ERROR_STYLE, MUTED
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn

KEPT = 500
"""Events kept; older ones are forgotten."""


class Event(NamedTuple):
    """One line of the event list."""

    at: datetime
    text: str
    """Plain, cleaned text."""
    bad: bool = False


class Events(LiveTable[Event]):
    """The event list."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("at", "AT", 8),
        TableColumn("what", "WHAT", 0),
    )

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.show_header = False
        self._events: dict[str, Event] = {}
        self._count = 0
        self._now = now

    def item(self, key: str) -> Event:
        """Return the event of that number."""
        return self._events[key]

    def cells(self, item: Event) -> Sequence[Content]:
        """Time in Oslo and what happened; `*` marks what somebody should look at."""
        at = Content.styled(f"{item.at.astimezone(OSLO):%H:%M:%S}", MUTED)
        text = f"* {item.text}" if item.bad else f"  {item.text}"
        return (at, Content.styled(text, ERROR_STYLE) if item.bad else Content(text))

    def tell(self, text: str, *, bad: bool = False) -> None:
        """Add an event of now."""
        self.add([Event(self._now(), text, bad)])

    def add(self, events: Iterable[Event]) -> None:
        """Add events; the newest is the last of them."""
        for event in events:
            self._count += 1
            self._events[str(self._count)] = event
        while len(self._events) > KEPT:
            del self._events[next(iter(self._events))]
        keys = list(reversed(self._events))
        # a reader further down keeps the place, the others follow what is new
        self.place(keys, self.key if self.touched and self.cursor_row else next(iter(keys), None))


def events_of(old: Board, new: Board, now: datetime) -> Iterator[Event]:
    """Yield what a step from `old` to `new` is worth telling: changes by order, and trouble."""
    for order_id, order in new.orders.items():
        news = [t for t in new.news if t.order_id == order_id]
        for text, bad in _changes(news):
            yield Event(now, f"{order.name}: {text}", bad)
        before = old.orders.get(order_id)
        error, had = order.error, before.error if before else None
        if error is not None and (had is None or had.kind != error.kind):
            yield Event(now, f"{order.name}: {error.message} {error.next_step}", bad=True)
        elif error is None and had is not None:
            yield Event(now, f"{order.name}: answered again")
        late = (order.tally.faults - sum(order.tally.failures.values())) - (
            before.tally.faults - sum(before.tally.failures.values()) if before else 0
        )
        if before is not None and before.summary is not None and late > 0:
            yield Event(now, f"{order.name}: {late} more stuck or dead", bad=True)
        if before is not None and before.summary and order.tally.final > before.tally.final:
            yield Event(now, f"{order.name}: every SMS is final")


def _changes(news: list[Transition]) -> Iterator[tuple[str, bool]]:
    counts = Counter((t.direction, t.before, t.after) for t in news)
    for (direction, before, after), count in counts.most_common():
        failed = after is not None and is_failed(after)
        match direction:
            case Direction.FIRST_SEEN:
                yield f"{count} new SMS, {after}", failed
            case Direction.GONE:
                yield f"{count} SMS no longer listed by the API, last {before}", True
            case Direction.BACKWARD:
                yield f"{count} went back from {before} to {after}", True
            case Direction.AFTER_FINAL:
                yield f"{count} changed after final: {before} to {after}", True
            case Direction.FORWARD:
                yield f"{count} {before} to {after}", failed


