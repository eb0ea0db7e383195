"""Requests and events of this session, newest first: what was asked, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Input

from sms_monitor.core.board import Board
from sms_monitor.core.send_window import OSLO
from sms_monitor.ui.cells import ERROR_STYLE, MUTED
from sms_monitor.ui.news import KEPT, Event
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn
from sms_monitor.ui.widgets.reading import Reading

if TYPE_CHECKING:
    from sms_monitor.services.wire import Request

_ORDER = re.compile(r"/orders/([0-9a-fA-F-]{36})(?:$|/)(.*)")
_KINDS = {"": "order", "notifications/sms": "SMS of", "status": "status of"}


class Entry(NamedTuple):
    """One line."""

    key: str
    at: datetime
    text: str
    """For an event all there is to tell, for a request what was asked for."""
    bad: bool
    place: tuple[int, int]
    """Greater for what came later, also when a clock was put back meanwhile."""
    request: Request | None = None
    """None for an event."""

    @property
    def in_full(self) -> str:
        """All there is to tell."""
        if self.request is None:
            return self.text
        return f"{self.text}. {self.request}. {self.request.next_step}".strip()

    def has(self, word: str) -> bool:
        """Whether the filter finds `word` (folded) here; one of digits alone must be whole.

        So 404 finds what was answered 404, and no size, time or part of an id.
        """
        text = self.text
        if self.request is not None:
            status = "no answer" if self.request.status is None else self.request.status
            asked = f"{self.request.method} {status} {self.request.path}"
            text = f"{asked} {text} {self.request.next_step}"
        if word.isdigit():
            return re.search(rf"(?<!\w){word}(?!\w)", text) is not None
        return word in text.casefold()


def event_entry(number: str, event: Event) -> Entry:
    """Return what stands for an event; its number is unique among them."""
    return Entry(f"event {number}", event.at, event.text, event.bad, (int(number), 0))


class Heard(NamedTuple):
    """A request, and when it ended."""

    number: int
    after_event: int
    """Number of the newest event by then; 0 for none."""
    at: datetime
    """By the server's clock, UTC."""
    request: Request


def request_entry(heard: Heard, board: Board) -> Entry:
    """Return what stands for a request; an order has the name `board` gives it."""
    key, at, request = f"request {heard.number}", heard.at, heard.request
    place = heard.after_event, heard.number
    if request.is_sign_in:
        return Entry(key, at, f"sign-in at {request.host}", request.is_trouble, place, request)
    found = _ORDER.search(request.path)
    text = "orders by reference"
    if found is not None:
        order = board.orders.get(found[1])
        name = order.name if order is not None else found[1]
        text = f"{_KINDS.get(found[2], 'order')} {name}"
    return Entry(key, at, text, request.is_trouble, place, request)


class LogTable(LiveTable[Entry]):
    """The lines; an event takes all of its line."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("at", "AT", 8),
        TableColumn("method", "", 4, from_width=60),
        TableColumn("status", "  STATUS", 11),
        TableColumn("ms", "MS", 6, right=True),
        TableColumn("bytes", "BYTES", 10, right=True, from_width=64),
        TableColumn("what", "WHAT", 0),
    )

    def __init__(self) -> None:
        super().__init__()
        self.entries: Mapping[str, Entry] = {}

    def item(self, key: str) -> Entry:
        """Return the entry of that key."""
        return self.entries[key]

    def cells(self, item: Entry) -> Sequence[Content]:
        """Time in Oslo, then the columns of a request, or the text of an event."""
        at = Content.styled(f"{item.at.astimezone(OSLO):%H:%M:%S}", MUTED)
        style = ERROR_STYLE if item.bad else ""
        request = item.request
        if request is None:
            return (at, Content.styled(f"* {item.text}" if item.bad else f"  {item.text}", style))
        status = "no answer" if request.status is None else str(request.status)
        by_column = {
            "at": at,
            "method": Content(request.method),
            "status": Content.styled(f"* {status}" if item.bad else f"  {status}", style),
            "ms": Content(f"{1000 * request.seconds:.0f}"),
            "bytes": Content(f"{request.size:,}"),
            "what": Content(item.text),
        }
        return [by_column[c.key] for c in self.COLUMNS if self.room >= c.from_width]


class LogScreen(Dialog[None]):
    """Follows what is new as long as the cursor is on top; a reader further down is left alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="log-filter", show=False),
        Binding("q,at", "leave", "Close", id="log-leave", show=False),
    ]
    DEFAULT_CSS = """
    LogScreen Frame { height: 100%; width: 100%; max-width: 120; }
    LogScreen Field { display: none; &.-open { display: block; } }
    LogScreen Reading { height: 3; }
    """

    table = getters.query_one(LogTable)
    filter_field = getters.query_one(Field)

    def __init__(self, entries: Callable[[], Iterable[Entry]]) -> None:
        """`entries` yields all that is kept, in any order."""
        super().__init__()
        self._entries = entries
        self._newer = 0

    def compose(self) -> ComposeResult:
        """The lines, and in full the one under the cursor."""
        with Frame("Log", ""):
            yield Field(placeholder="words that must be in the line")
            yield LogTable()
            yield Reading()

    def on_mount(self) -> None:
        """Show what there is, and go on."""
        self.table.focus()
        self._take_in()
        self.set_interval(1.0, self._take_in)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """Wrap the text anew."""
        self.call_after_refresh(self._show_entry)

    def action_filter(self) -> None:
        """Open the line in which the filter is typed."""
        self.filter_field.add_class("-open")
        self.filter_field.focus()

    def action_leave(self) -> None:
        """Clear the filter, else close."""
        if self.filter_field.has_class("-open"):
            self.filter_field.value = ""
            self._close_filter()
        else:
            super().action_leave()

    @on(Input.Submitted)
    def _keep_filter(self) -> None:
        self.table.focus()
        if not self.filter_field.value.strip():
            self._close_filter()

    @on(Input.Changed)
    def _filter(self) -> None:
        self.table.move_cursor(row=0, animate=False)
        self._take_in()

    def _close_filter(self) -> None:
        self.filter_field.remove_class("-open")
        self.table.focus()
        self._take_in()

    @on(DataTable.RowHighlighted)
    def _highlighted(self) -> None:
        if self.table.cursor_row == 0 and self._newer:
            self._take_in()
        self._show_entry()

    def _take_in(self) -> None:
        """Show what is new; count it only, when the reader is further down."""
        found = {entry.key: entry for entry in self._chosen()}
        reads = bool(self.table.cursor_row and self.table.keys)
        self._newer = len(found.keys() - set(self.table.keys)) if reads else 0
        if not reads:
            self.table.entries = found
            self.table.place(list(found), next(iter(found), None))
        keys = f"{self._newer} newer: g · " if self._newer else ""
        self.query_one(Frame).border_subtitle = f"{keys}/ filters, Esc closes"
        self._show_entry()

    def _chosen(self) -> list[Entry]:
        """Return the newest entries the filter lets through, newest first."""
        words = self.filter_field.value.casefold().split()
        newest = sorted(self._entries(), key=lambda entry: entry.place, reverse=True)
        return [entry for entry in newest if all(map(entry.has, words))][:KEPT]

    def _show_entry(self) -> None:
        entry = self.table.entries.get(self.table.key or "")
        text = "" if entry is None else entry.in_full
        self.query_one(Reading).show(Content(text), entry.key if entry else None)
