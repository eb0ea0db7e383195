"""The main screen: the orders, the SMS of one of them, and what is behind one SMS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Input

from sms_monitor.core.board import Board, Order
from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.sorting import SortColumn
from sms_monitor.core.triage import is_fault, next_fault
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import MONITOR_BINDINGS
from sms_monitor.ui.news import events_of
from sms_monitor.ui.widgets.detail import Detail, order_detail, row_detail
from sms_monitor.ui.widgets.events import Events
from sms_monitor.ui.widgets.filter_input import FilterInput
from sms_monitor.ui.widgets.header import Header, Place
from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle
from sms_monitor.ui.widgets.order_list import OrderList
from sms_monitor.ui.widgets.sms_table import SmsTable, View
from sms_monitor.ui.widgets.titles import events_title, order_line, orders_title, sms_title

PANES = ("orders", "sms", "detail", "events")
"""Ids of the panes in the order of their keys, 1 to 4; the first three are levels."""


class Start(NamedTuple):
    """Where the person was; an order or SMS that is gone is passed over."""

    view: View = View()
    order_id: str | None = None
    row_id: str | None = None


class MonitorScreen(Screen[None]):
    """Paints the board it is bound to; the person moves in it by keys."""

    BINDINGS: ClassVar[list[BindingType]] = MONITOR_BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-split"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short"), (30, "-tall")]
    AUTO_FOCUS = ""

    header = getters.query_one(Header)
    order_list = getters.query_one(OrderList)
    sms_table = getters.query_one(SmsTable)
    detail = getters.query_one(Detail)
    events_list = getters.query_one(Events)

    board: var[Board] = var(Board)
    unmasked: var[bool] = var(False)

    def __init__(self, place: Place, clock: DisplayClock, start: Start) -> None:
        super().__init__()
        self._place = place
        self._clock = clock
        self._view = start.view
        self._wanted_order = start.order_id
        self._wanted_row = start.row_id

    def compose(self) -> ComposeResult:
        """The panes of all three layouts; the style sheet puts them in place."""
        yield Header(self._place, self._clock)
        with Container(id="body"):
            with Vertical(id="orders-pane"):
                yield PaneTitle(id="orders-title")
                yield OrderList(self._clock.now, id="orders")
            with Vertical(id="sms-pane"):
                yield PaneTitle(id="sms-title")
                yield LiveLine(id="order-line")
                yield FilterInput(id="filter")
                yield SmsTable(self._clock.now, self._view, id="sms")
            with Vertical(id="detail-pane"):
                yield PaneTitle(id="detail-title")
                yield Detail(id="detail")
        with Vertical(id="events-pane"):
            yield PaneTitle(id="events-title")
            yield Events(self._clock.now, id="events")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Start in the list that the layout shows."""
        self.query_one("#detail-title", PaneTitle).show_title(Content("[3] DETAIL"))
        self.query_one("#events-title", PaneTitle).show_title(events_title())
        self.call_after_refresh(self._first_focus)
        self.set_interval(1.0, self.tick)

    def _first_focus(self) -> None:
        self.action_pane("sms" if self.has_class("-stacked") else "orders")

    # what is shown

    def watch_board(self, old: Board, board: Board) -> None:
        """Take in a new board."""
        if not self.is_mounted:
            return
        if self._wanted_order in board.orders:
            self.order_list.touched = True
            self.order_list.show(board, self._wanted_order)
            self._wanted_order = None
        else:
            self.order_list.show(board)
        self.events_list.add(list(events_of(old, board, self._clock.now())))
        self._show_order()
        self.header.show_board(board)

    def watch_unmasked(self, unmasked: bool) -> None:
        """Show or hide personal data everywhere at once."""
        if self.is_mounted:
            self.header.unmasked = self.sms_table.unmasked = unmasked
            self.sms_table.repaint()
            self._show_order()
            self.header.show_board(self.board)

    def tick(self) -> None:
        """Let times go on; only what reads differently is sent."""
        self.header.show_board(self.board)
        self.order_list.repaint()
        self.sms_table.repaint()
        self._show_detail()

    def start_over(self, place: Place, start: Start) -> None:
        """Begin anew with another profile: nothing of the one before stays on the screen."""
        self.header.place = place
        self.header.org = ""
        self.order_list.forget()
        self.sms_table.view = start.view
        self._wanted_order, self._wanted_row = start.order_id, start.row_id
        self._show_order()
        self.header.show_board(self.board)

    @property
    def order(self) -> Order | None:
        """The order under the cursor; None when none is watched."""
        key = self.order_list.key
        return self.board.orders.get(key) if key is not None else None

    def _show_order(self) -> None:
        self.sms_table.show(self.order)
        if self._wanted_row is not None and self._wanted_row in self.sms_table.keys:
            self.sms_table.touched = True
            self.sms_table.move_to(self._wanted_row)
            self._wanted_row = None
        self._show_titles()
        self._show_detail()

    def _show_titles(self) -> None:
        order = self.order
        self.query_one("#orders-title", PaneTitle).show_title(orders_title(self.board))
        self.query_one("#sms-title", PaneTitle).show_title(
            sms_title(self.sms_table, masked=not self.unmasked)
        )
        line = self.query_one("#order-line", LiveLine)
        line.show(order_line(order, self.order_list, line.size.width))

    def _show_detail(self) -> None:
        order, row, now = self.order, self.sms_table.row, self._clock.now()
        width = max(20, self.detail.size.width - 4)
        if order is None or row is None:
            filtered = order is not None and bool(order.rows)
            self.detail.show(order_detail(order, now, filtered=filtered, width=width))
            return
        brief = not self.has_class("-tall") and not self.has_class("-at-detail")
        self.detail.show(
            row_detail(order, row, now, unmasked=self.unmasked, width=width, brief=brief)
        )

    def on_resize(self) -> None:
        """Wrap the detail anew in its new width."""
        self.call_after_refresh(self._show_detail)

    # levels and panes

    @property
    def pane(self) -> str:
        """Id of the pane that has the keys; the SMS while the filter is typed."""
        ids = (node.id for node in (self.focused.ancestors_with_self if self.focused else ()))
        return next((i for i in ids if i in PANES), "sms")

    def on_descendant_focus(self) -> None:
        """Lay the screen out for the pane that has the keys, also after a click."""
        self._lay_out()

    def action_pane(self, pane: str) -> None:
        """Give the keys to a pane."""
        self._give_keys_to(self.query_one(f"#{pane}"))

    def _give_keys_to(self, widget: Widget) -> None:
        # at once: keys that were typed ahead, as on a slow line, must reach the new pane
        self.set_focus(widget, scroll_visible=False)
        self._lay_out()

    def _lay_out(self) -> None:
        for pane in PANES:
            here = pane == self.pane
            self.set_class(here, f"-at-{pane}")
            self.query_one(f"#{pane}-title").set_class(here, "-here")
        line = self.query_one(FilterInput)
        line.set_class(self.focused is line, "-open")
        self.call_after_refresh(self._show_detail)

    def action_next_pane(self, step: int) -> None:
        """Give the keys to the pane after or before this one."""
        self.action_pane(PANES[(PANES.index(self.pane) + step) % len(PANES)])

    def action_go_in(self) -> None:
        """One level in: orders, SMS, detail."""
        if self.pane == "orders":
            self.action_pane("sms")
        elif self.pane == "sms":
            self.sms_table.touched = True
            self.action_pane("detail")

    def action_go_out(self) -> None:
        """Clear the filter, else one level out; at the orders nothing is left to leave."""
        view = self.sms_table.view
        if self.pane == "sms" and view.filter.text:
            self._arrange(view._replace(filter=parse_filter("")))
            self.query_one(FilterInput).value = ""
        elif self.pane == "sms" and view.faults_only:
            self._arrange(view._replace(faults_only=False))
        elif self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.pane == "detail":
            self.action_pane("sms")
        elif self.pane in ("sms", "events"):
            self.action_pane("orders")

    def action_close(self) -> None:
        """One level out without clearing the filter; at the orders, quit."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.pane == "orders":
            self.call_later(self.app.action_quit)
        else:
            self.action_pane("sms" if self.pane == "detail" else "orders")

    def action_zoom(self) -> None:
        """The focused pane alone, and back."""
        self.toggle_class("-zoomed")
        self.call_after_refresh(self._show_detail)

    @on(DataTable.RowSelected)
    def _row_selected(self) -> None:
        self.action_go_in()

    @on(DataTable.RowHighlighted, "#orders")
    def _order_highlighted(self) -> None:
        self._show_order()

    @on(DataTable.RowHighlighted, "#sms")
    def _sms_highlighted(self) -> None:
        self._show_detail()

    # finding

    def action_faults(self) -> None:
        """Only what somebody should look at, and back."""
        view = self.sms_table.view
        self._arrange(view._replace(faults_only=not view.faults_only))
        if self.pane in ("orders", "events"):
            self.action_pane("sms")

    def action_filter(self) -> None:
        """Open the line in which the filter is typed."""
        line = self.query_one(FilterInput)
        line.value = self.sms_table.view.filter.text
        self._give_keys_to(line)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if event.value != self.sms_table.view.filter.text:
            self._arrange(self.sms_table.view._replace(filter=parse_filter(event.value)))

    @on(Input.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.action_pane("sms")

    @on(FilterInput.Left)
    def _filter_left(self) -> None:
        self.query_one(FilterInput).value = ""
        self._arrange(self.sms_table.view._replace(filter=parse_filter("")))
        self.action_pane("sms")

    def action_fault(self, step: int) -> None:
        """Go to the next fault the view lets through, on into the next order."""
        order, table = self.order, self.sms_table
        if order is None:
            return
        now = self._clock.now()
        here = table.key if table.touched or self.pane == "detail" else None
        view = table.view._replace(faults_only=False)
        found = next_fault(
            self.board,
            list(self.order_list.keys),
            list(table.keys),
            (order.order_id, here),
            step,
            lambda row: view.matches(row, now),
        )
        if found is None:
            self.events_list.tell("No fault further on" if step > 0 else "No fault before this")
            return
        order_id, key = found
        if order_id != order.order_id:
            self.order_list.touched = True
            self.order_list.move_to(order_id)
            self._show_order()
            key = key or next(self._faults(step), None)
        if key is not None:
            table.touched = True
            table.move_to(key)
        if self.pane not in ("sms", "detail"):
            self.action_pane("sms")
        self._show_detail()

    def _faults(self, step: int) -> Iterator[str]:
        keys = self.sms_table.keys if step > 0 else reversed(self.sms_table.keys)
        return (key for key in keys if is_fault(self.sms_table.item(key)))

    # sorting

    def action_sort(self, column: str) -> None:
        """Sort by a column; severity puts the orders in order when they have the keys."""
        if self.pane == "orders":
            self.order_list.by_urgency()
        else:
            self._arrange(self.sms_table.view._replace(sort=SortColumn(column), reverse=False))

    def action_sort_next(self, step: int) -> None:
        """Sort by the column after or before the one sorted by."""
        columns = list(SortColumn)
        place = columns.index(self.sms_table.view.sort)
        self._arrange(self.sms_table.view._replace(sort=columns[(place + step) % len(columns)]))

    def action_reverse(self) -> None:
        """Turn the lines round."""
        view = self.sms_table.view
        self._arrange(view._replace(reverse=not view.reverse))

    @on(DataTable.HeaderSelected, "#sms")
    def _heading_clicked(self, event: DataTable.HeaderSelected) -> None:
        column, view = event.column_key.value, self.sms_table.view
        if column == view.sort:
            self.action_reverse()
        elif column in list(SortColumn):
            self._arrange(view._replace(sort=SortColumn(column)))

    def _arrange(self, view: View) -> None:
        self.sms_table.make_view(view)
        self._show_titles()
        self._show_detail()
