"""The SMS of one order, filtered and sorted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content
from textual.message import Message
from textual.worker import Worker

from sms_monitor.core.durations import minutes_of
from sms_monitor.core.language import Language
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import FAULTS
from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.row_filter import RowFilter, parse_filter
from sms_monitor.core.sorting import SortColumn, sort_rows
from sms_monitor.ui import cells
from sms_monitor.ui.marks import Marks
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn

if TYPE_CHECKING:
    from sms_monitor.services.state import ViewState


_ID = attrgetter("notification.id")


class View(NamedTuple):
    """What of an order is shown, and in which order."""

    faults_only: bool = False
    filter: RowFilter = parse_filter("")
    sort: SortColumn = SortColumn.SEVERITY
    reverse: bool = False

    def matches(self, row: Row, now: datetime) -> bool:
        """Whether `row` is to be shown."""
        if self.faults_only and row.phase not in FAULTS:
            return False
        return self.filter.matches(row, now)

    def is_at_hand(self, order: Order) -> bool:
        """Whether `keys_of` has nothing to work out."""
        plain = not self.faults_only and not self.filter.text
        return plain and order.patterns.is_sorted(self.sort, self.reverse)

    def keys_of(self, order: Order | None, now: datetime) -> Sequence[str]:
        """Return the ids of the rows of `order` that are to be shown, sorted."""
        if order is None:
            return ()
        if not self.faults_only and not self.filter.text:
            return order.patterns.in_order(self.sort, self.reverse)
        rows: Sequence[Row] = list(order.rows.values())
        if self.faults_only:
            rows = [row for row in rows if row.phase in FAULTS]
        rows = self.filter.matching(rows, now)
        return list(map(_ID, sort_rows(rows, self.sort, self.reverse)))


class SmsTable(LiveTable[Row]):
    """Rows keep their places while answers come in.

    A row that stops matching the filter stays, and one that begins to is added below, until
    the view is made anew: by another filter, sort or order.
    """

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn(SortColumn.STATUS, "STATUS", 24),
        TableColumn(SortColumn.CLASS, "CLASS", 9, from_width=68),
        TableColumn(SortColumn.NUMBER, "NUMBER", 17),
        TableColumn(SortColumn.AGE, "AGE", 4, right=True),
        TableColumn("updated", "UPDATED", 10, from_width=56),
        TableColumn("meaning", "MEANING", 0, from_width=90),
    )

    class Made(Message):
        """The view of a large order has been made anew."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.order: Order | None = None
        self.view = View()
        self.unmasked = False
        self.language: Language = "en"
        self.marks = Marks()
        self._here: AbstractSet[str] = frozenset()
        """All of `keys`."""
        self._left: set[str] = set()
        """Those of rows that no longer match the filter."""
        self._wanted: str | None = None
        """The row to go to when the view that is being made has it."""
        self._maker: Worker[None] | None = None
        """What makes a view on a thread; None when none is being made."""
        self.now = now
        self._moment: datetime | None = None
        """The time while all lines are looked at."""

    @property
    def left_over(self) -> int:
        """How many rows in the table no longer match the filter."""
        return len(self._left)

    def item(self, key: str) -> Row:
        """Return the row of that notification id."""
        assert self.order is not None
        return self.order.rows[key]

    def cells(self, item: Row) -> Sequence[Content]:
        """One cell a column that fits; `status` first, `meaning` last."""
        now = self.now()
        by_column: dict[str, Callable[[Row], Content]] = {
            SortColumn.STATUS: lambda row: cells.status_cell(row, marked=row.id in self.marks),
            SortColumn.CLASS: cells.class_cell,
            SortColumn.NUMBER: lambda row: cells.number_cell(row, self.unmasked),
            SortColumn.AGE: lambda row: cells.age_cell(row, now),
            "updated": lambda row: cells.updated_cell(row, now),
            "meaning": lambda row: cells.meaning_cell(row, now, self.language),
        }
        return [by_column[column.key](item) for column in self.shown]

    def looks(self, item: Row) -> object:
        """The row, the minutes its times are told in, and how it is shown."""
        minutes = minutes_of(item.last_update, self._moment or self.now())
        return item, minutes, item.id in self.marks, self.unmasked, self.language

    def repaint(self) -> None:
        """Send what would look different at this one moment."""
        # without rows no clock is needed yet
        self._moment = self.now() if self.keys else None
        super().repaint()
        self._moment = None

    def label(self, column: TableColumn) -> str:
        """Heading, marked with the way it is sorted."""
        if column.key != self.view.sort:
            return column.label
        return f"{column.label}{'^' if self.view.reverse else 'v'}"

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None when there are none."""
        return self.item(self.key) if self.key is not None else None

    def show(self, order: Order | None) -> None:
        """Take in what is now known of an order; another order than before starts at its top."""
        before = self.order
        if order is before:
            return
        new = order is None or before is None or order.order_id != before.order_id
        self.order = order
        if new:
            self.touched, self._wanted = False, None
        if order is None or before is None or new or not self.keys:
            if new:
                self.place(())
            self.make_view(top=True)
            return
        self._take_changes(before, order)

    def _take_changes(self, before: Order, order: Order) -> None:
        """Go on with the lines there are: rows that go leave them, others come below."""
        edit = order.edit_since(before)
        keys = self.keys
        if any(row.id not in order.rows for row in edit.old):
            keys = [key for key in keys if key in order.rows]
            self._here = _all_of(keys, order)
            self._left = {key for key in self._left if key in order.rows}
        now = self.now()
        changed: Iterable[Row] = edit.new
        if self.view.filter.is_timed and not order.is_large:
            changed = order.rows.values()
        added = []
        for row in changed:
            matches = self.view.matches(row, now)
            if row.id in self._here:
                (self._left.discard if matches else self._left.add)(row.id)
            elif matches:
                added.append(row.id)
        if added:
            keys = [*keys, *added]
            self._here |= set(added)
        if len(keys) == len(order.rows):
            self._here = order.rows.keys()
        self.place(keys)

    def go_to(self, key: str) -> None:
        """Put the cursor on the row of that id, now or once the view has been made."""
        self.touched = True
        if self.is_making:
            self._wanted = key
        elif key in self._here:
            self.move_to(key)

    def action_move(self, step: int) -> None:
        """Move the cursor, which from then on is where the person put it."""
        self._wanted = None
        super().action_move(step)

    def keep(self, keys: Sequence[str]) -> None:
        """Leave the lines as `keys` says, as far as there are such rows; add others below."""
        order = self.order
        assert order is not None
        self._stop_making()
        now = self.now()
        kept = [key for key in keys if key in order.rows]
        known = set(kept)
        added = [
            row.id
            for row in order.rows.values()
            if row.id not in known and self.view.matches(row, now)
        ]
        self._left = {key for key in kept if not self.view.matches(order.rows[key], now)}
        self._here = known.union(added)
        self.place([*kept, *added])

    @property
    def is_making(self) -> bool:
        """Whether a view of a large order is being made; its lines are not there yet."""
        return self._maker is not None

    def make_view(self, view: View | None = None, *, top: bool = False) -> None:
        """Make the view anew; the cursor stays on its row, or goes to the `top`.

        That of a large order is made on a thread: until it is there the lines stay as they are.
        """
        self.view = view or self.view
        self._stop_making()
        order = self.order
        if order is not None and order.is_large and not self.view.is_at_hand(order):
            self._maker = self.run_worker(self._make_large(order, self.view, top), group="view")
        else:
            self._made(self.view.keys_of(self.order, self.now()), top)

    def _stop_making(self) -> None:
        if self._maker is not None:
            self._maker.cancel()
            self._maker = None

    async def _make_large(self, order: Order, view: View, top: bool) -> None:
        keys = await asyncio.to_thread(view.keys_of, order, self.now())
        now_shown = self.order
        if now_shown is None or now_shown.order_id != order.order_id:
            return
        # an answer can have come meanwhile
        gone = now_shown is not order and not order.rows.keys() <= now_shown.rows.keys()
        self._made([key for key in keys if key in now_shown.rows] if gone else keys, top)
        if now_shown is not order:
            self._take_changes(order, now_shown)
        self.post_message(self.Made())

    def _made(self, keys: Sequence[str], top: bool) -> None:
        self._here = _all_of(keys, self.order)
        self._left, self._maker = set(), None
        wanted, self._wanted = self._wanted, None
        here = wanted if wanted is not None or top else self.key
        if here not in self._here:
            here = keys[0] if keys else None
        self.place(keys, here)


def _all_of(keys: Sequence[str], order: Order | None) -> AbstractSet[str]:
    """Return `keys`, which are of rows of `order`, as a set."""
    # to put 100,000 into a set takes longer than to draw the screen
    if order is not None and len(keys) == len(order.rows):
        return order.rows.keys()
    return set(keys)


def state_of(order: Order, table: SmsTable) -> ViewState:
    """Return what is to be remembered of the view of an order."""
    from sms_monitor.services.state import ViewState

    text = table.view.filter.text
    return ViewState(
        last_order=order.order_id,
        row_id=table.key,
        # a number somebody was looked for by is not left on the disk
        # nor is a time, which would name another one tomorrow
        filter=text if mask_numbers_in(text) == text and "since:" not in text else "",
        faults_only=table.view.faults_only,
        sort=table.view.sort.value,
        reverse=table.view.reverse,
    )


def view_of(state: ViewState) -> View:
    """Return the view that `state` remembers; a column that is no longer there is passed over."""
    sort = next((column for column in SortColumn if column == state.sort), SortColumn.SEVERITY)
    return View(
        faults_only=state.faults_only,
        filter=parse_filter(state.filter),
        sort=sort,
        reverse=state.reverse,
    )
