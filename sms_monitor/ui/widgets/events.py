"""What happened since the start, newest first; one line of it is always in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from sms_monitor.core.send_window import OSLO
from sms_monitor.ui.cells import ERROR_STYLE, MUTED
from sms_monitor.ui.news import KEPT, Event
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn

ANSWER_TICKS = 6
"""Seconds for which an answer to a key is not pushed down by what happens meanwhile."""


class Events(LiveTable[Event]):
    """The event list."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("at", "AT", 8),
        TableColumn("what", "WHAT", 0),
    )

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.show_header = False
        self.show_cursor = False
        self._events: dict[str, Event] = {}
        self.count = 0
        """How many there have been, also those that are forgotten: the number of the newest."""
        self._answer: str | None = None
        self._answer_ticks = 0
        self._now = now
        self._waiting: frozenset[int] = frozenset()

    def on_focus(self) -> None:
        """Show where the keys would move from."""
        self.show_cursor = True

    def on_blur(self) -> None:
        """Nothing is chosen by the events, so nothing is marked."""
        self.show_cursor = False

    @property
    def event(self) -> Event | None:
        """The event under the cursor; None when there are none."""
        return self.item(self.key) if self.key is not None else None

    @property
    def events(self) -> dict[str, Event]:
        """All that are kept, by number, oldest first."""
        return self._events

    def show_waiting(self, alerts: Iterable[int]) -> None:
        """Mark the alerts of these numbers as not acknowledged, and no others."""
        self._waiting = frozenset(alerts)
        self.repaint()

    def item(self, key: str) -> Event:
        """Return the event of that number."""
        return self._events[key]

    def cells(self, item: Event) -> Sequence[Content]:
        """Time in Oslo and what happened; `*` marks what somebody should look at."""
        at = Content.styled(f"{item.at.astimezone(OSLO):%H:%M:%S}", MUTED)
        waits = "[x] ack  " if item.alert in self._waiting else ""
        text = f"* {waits}{item.text}" if item.bad else f"  {item.text}"
        return (at, Content.styled(text, ERROR_STYLE) if item.bad else Content(text))

    def looks(self, item: Event) -> object:
        """The event, and whether it waits."""
        return item, item.alert in self._waiting

    def forget(self) -> None:
        """Begin anew: what happened with another profile is not this one's."""
        self._events.clear()
        self.place(())

    def tell(self, text: str, *, bad: bool = False) -> None:
        """Add an event of now that answers the person; it stays on top for some seconds."""
        self._answer = str(self.count + 1)
        self._answer_ticks = ANSWER_TICKS
        self.add([Event(self._now(), text, bad)])

    def tick(self) -> None:
        """Let a second go by."""
        if self._answer is not None:
            self._answer_ticks -= 1
            if self._answer_ticks <= 0:
                self._answer = None
                self.add([])

    def add(self, events: Iterable[Event]) -> None:
        """Add events; the newest is the last of them."""
        for event in events:
            self.count += 1
            self._events[str(self.count)] = event
        while len(self._events) > KEPT:
            del self._events[next(iter(self._events))]
        keys = list(reversed(self._events))
        if self._answer in self._events and not self.touched:
            keys.remove(self._answer)
            keys.insert(0, self._answer)
        # a reader further down keeps the place, the others follow what is new
        self.place(keys, self.key if self.touched and self.cursor_row else next(iter(keys), None))
