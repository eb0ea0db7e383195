"""Finding SMS in the order under the cursor: the filter, the faults and the sorting."""

from __future__ import annotations

from collections.abc import Iterator

from textual import getters, on
from textual.reactive import var
from textual.widgets import DataTable, Input

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.person import Hit, find_person, person_of
from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.sorting import SortColumn
from sms_monitor.core.triage import is_fault, next_fault
from sms_monitor.ui.screens.frame import FrameScreen
from sms_monitor.ui.widgets.events import Events
from sms_monitor.ui.widgets.filter_input import FilterInput
from sms_monitor.ui.widgets.order_list import OrderList
from sms_monitor.ui.widgets.sms_table import SmsTable, View


class FindingScreen(FrameScreen):
    """What changes the view of the SMS; the monitor's screen adds the panes and the board."""

    order_list = getters.query_one(OrderList)
    sms_table = getters.query_one(SmsTable)
    events_list = getters.query_one(Events)
    filter_input = getters.query_one(FilterInput)

    board: var[Board] = var(Board)

    def __init__(self) -> None:
        super().__init__()
        self._wanted_fault: tuple[str, int] | None = None
        """The order of which the first (1) or last (-1) fault is to be gone to when its view is
        made; None for none."""

    @property
    def order(self) -> Order | None:
        """The order under the cursor; None when none is watched."""
        # the footer still asks while the screen is taken down
        order_list = self.query_one_optional(OrderList)
        key = order_list.key if order_list is not None else None
        return self.board.orders.get(key) if key is not None else None

    @property
    def pane(self) -> str:
        """Id of the pane that has the keys."""
        raise NotImplementedError

    def action_pane(self, pane: str) -> None:
        """Give the keys to a pane."""
        raise NotImplementedError

    def show_order(self) -> None:
        """Show the order under the cursor as it is now, with its titles and detail."""
        raise NotImplementedError

    def make_view(self, view: View) -> None:
        """Show the SMS of the order through `view`."""
        self.sms_table.make_view(view)
        self.show_order()

    @on(SmsTable.Made)
    def _view_made(self) -> None:
        wanted, self._wanted_fault = self._wanted_fault, None
        if wanted is not None and self.order is not None and self.order.order_id == wanted[0]:
            key = next(self._faults(wanted[1]), None)
            if key is not None:
                self.sms_table.go_to(key)
        self.show_order()

    # faults

    def action_faults(self) -> None:
        """Only what somebody should look at, and back."""
        view = self.sms_table.view
        self.make_view(view._replace(faults_only=not view.faults_only))
        # the cursor is on a fault: the next one is the one after it
        self.sms_table.touched = True
        if self.pane in ("orders", "events"):
            self.action_pane("sms")

    def action_fault(self, step: int) -> None:
        """Go to the next fault the view lets through, on into the next order."""
        order, table, now = self.order, self.sms_table, self.sms_table.now()
        if order is None:
            return
        here = table.key if table.touched or self.pane == "detail" else None
        view = table.view._replace(faults_only=False)
        found = next_fault(
            self.board,
            self.order_list.keys,
            table.keys,
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
            self.show_order()
            key = key or next(self._faults(step), None)
        if key is not None:
            table.go_to(key)
        elif table.is_making:
            self._wanted_fault = order_id, step
        if self.pane not in ("sms", "detail"):
            self.action_pane("sms")
        self.show_order()

    def go_to(self, order_id: str, notification_id: str) -> None:
        """Show one SMS of an order, whatever the view hides now."""
        self.order_list.touched = True
        self.order_list.move_to(order_id)
        self.show_order()
        table = self.sms_table
        if notification_id not in table.keys:
            self.filter_input.value = ""
            self.make_view(table.view._replace(filter=parse_filter(""), faults_only=False))
        table.go_to(notification_id)
        self.action_pane("sms")
        self.show_order()

    def elsewhere(self) -> list[Hit]:
        """Return what other watched orders have for the person under the cursor."""
        order, row = self.order, self.sms_table.row
        person = person_of(row.notification.recipient) if row is not None else None
        if order is None or person is None:
            return []
        hits = find_person(self.board, person)
        return [hit for hit in hits if hit.order.order_id != order.order_id]

    def _faults(self, step: int) -> Iterator[str]:
        keys = self.sms_table.keys if step > 0 else reversed(self.sms_table.keys)
        return (key for key in keys if is_fault(self.sms_table.item(key)))

    # the filter

    def clear_filter(self) -> None:
        """Show every SMS again that the faults-only view lets through."""
        self.filter_input.value = ""
        self.make_view(self.sms_table.view._replace(filter=parse_filter("")))

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if event.value != self.sms_table.view.filter.text:
            self.make_view(self.sms_table.view._replace(filter=parse_filter(event.value)))

    @on(Input.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.action_pane("sms")

    @on(FilterInput.Left)
    def _filter_left(self) -> None:
        self.clear_filter()
        self.action_pane("sms")

    # sorting

    def action_sort(self, column: str) -> None:
        """Sort by a column; severity puts the orders in order when they have the keys."""
        if self.pane == "orders" and column == SortColumn.SEVERITY:
            self.order_list.by_urgency()
        else:
            self.make_view(self.sms_table.view._replace(sort=SortColumn(column), reverse=False))

    def action_sort_next(self, step: int) -> None:
        """Sort by the column after or before the one sorted by."""
        columns = list(SortColumn)
        place = columns.index(self.sms_table.view.sort)
        column = columns[(place + step) % len(columns)]
        self.make_view(self.sms_table.view._replace(sort=column, reverse=False))

    def action_reverse(self) -> None:
        """Turn the lines round."""
        view = self.sms_table.view
        self.make_view(view._replace(reverse=not view.reverse))

    @on(DataTable.HeaderSelected, "#sms")
    def _heading_clicked(self, event: DataTable.HeaderSelected) -> None:
        column = event.column_key.value
        if column == self.sms_table.view.sort:
            self.action_reverse()
        elif column in list(SortColumn):
            self.make_view(self.sms_table.view._replace(sort=SortColumn(column), reverse=False))
