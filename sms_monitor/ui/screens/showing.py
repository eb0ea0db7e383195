"""What the panes show of the order and the SMS under the cursor."""

from __future__ import annotations

from textual import getters, on
from textual.content import Content
from textual.reactive import var
from textual.widgets import DataTable

from sms_monitor.core.language import Language
from sms_monitor.core.pulse import failures_lately, step_end
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.core.verdict import verdict
from sms_monitor.ui.cells import failures_line
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.screens.panes import PanesScreen
from sms_monitor.ui.widgets.detail import Detail, Telling, event_detail, order_detail, row_detail
from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle
from sms_monitor.ui.widgets.recalled import Recalled
from sms_monitor.ui.widgets.sms_table import SmsTable
from sms_monitor.ui.widgets.titles import detail_title, order_line, orders_title, sms_title
from sms_monitor.ui.widgets.words import Words


class ShowingScreen(PanesScreen):
    """Paints the order under the cursor as it is now; only what reads differently is sent."""

    detail = getters.query_one(Detail)

    unmasked: var[bool] = var(False)
    language: var[Language] = var[Language]("en")

    def __init__(self, clock: DisplayClock, thresholds: Thresholds, *, ascii_only: bool) -> None:
        super().__init__(clock)
        self._ascii_only = ascii_only
        self._thresholds = thresholds
        self._wanted_order: str | None = None
        """Where the cursor is to go once the board has that order, and this row of it."""
        self._wanted_row: str | None = None
        self._line_told: object = None
        """What the line above the SMS was last made of, and that of the failures."""
        self._failures_told: object = None
        self._begun = False
        """Whether there is a profile; nothing is said of orders before."""

    def show_order(self) -> None:
        """Show the order under the cursor as it is now, with its titles and detail."""
        if not self._begun:
            return
        if (self.sms_table.order is None) != (self.order is None):
            self.call_after_refresh(self.refresh_bindings)
        self.sms_table.show(self.order)
        row_id = self._wanted_row
        if row_id is not None and (self.sms_table.keys or self.sms_table.is_making):
            self._forget_wishes()
            self.sms_table.go_to(row_id)
        masked = not self.unmasked
        title = orders_title(self.board, self.sms_table.view, masked=masked)
        self.query_one("#orders-title", PaneTitle).show_title(title)
        self.query_one("#sms-title", PaneTitle).show_title(sms_title(self.sms_table, masked=masked))
        self._show_order_line()
        self._show_failures()
        self.show_detail()

    def _show_failures(self) -> None:
        told = self.board.orders, step_end(self.clock.now()), self._ascii_only
        if told == self._failures_told:
            return
        self._failures_told = told
        lately = failures_lately(self.board.orders.values(), self.clock.now())
        line = failures_line(lately, ascii_only=self._ascii_only)
        self.query_one("#failures", LiveLine).show(Content.assemble(" ", line, f" {sum(lately)}"))

    def _show_order_line(self) -> None:
        line = self.query_one("#order-line", LiveLine)
        rate = self.header.usual_rate
        found = (
            verdict(self.order, self.clock.now(), self._thresholds, rate) if self.order else None
        )
        if not self.board.listed:
            line.show(Content(""))
            return
        told = self.order, found and (found.kind, found.flagged), tuple(self.order_list.keys)
        if (told, line.size) != self._line_told:
            self._line_told = told, line.size
            line.show(order_line(self.order, self.order_list, found, line.size.width))

    def show_detail(self) -> None:
        """Show what is behind the SMS under the cursor, else the order, or the event."""
        if not self._begun:
            return
        if self.query_one_optional(SmsTable) is None or self.query_one_optional(Detail) is None:
            return  # the screen is being taken down
        order, row, now = self.order, self.sms_table.row, self.clock.now()
        if order is not None:
            self.recall(order, row)
        stacked = self.has_class("-stacked")
        title = detail_title(order if stacked else None)
        event = self.events_list.event
        if self.pane == "events" and event is not None:
            title = Content("[3] DETAIL of the event")
        self.query_one("#detail-title", PaneTitle).show_title(title)
        telling = Telling(
            language=self.language,
            environment=self.header.place.environment,
            thresholds=self._thresholds,
            width=max(20, self.detail.size.width - 4),
            recalled=self.recalled,
            usual_rate=self.header.usual_rate,
            elsewhere=self.elsewhere(),
            brief=not self.has_class("-tall") and not self.has_class("-at-detail"),
        )
        if self.pane == "events" and event is not None:
            self.detail.show(event_detail(event), event)
            return
        if not self.board.listed:
            self.detail.show([Content("The watch list is being read.")], None)
            return
        if order is None or row is None:
            view = self.sms_table.view if order is not None and order.rows else None
            self.detail.show(order_detail(order, now, telling, view=view), None)
            return
        self.detail.show(row_detail(order, row, now, telling, unmasked=self.unmasked), row.id)

    def show_recalled(self, recalled: Recalled) -> None:
        """Show what history says of the SMS in the detail."""
        self.recalled = recalled
        self.show_detail()

    def show_answer(self, sentence: str) -> None:
        """Show all of an answer until the next key, when a line of the events would cut it."""
        if len(sentence) > self.size.width - len("08:50:00   "):
            self.query_one("#answer", Words).update(sentence)
            self.add_class("-answered")

    def on_resize(self) -> None:
        """Wrap the detail anew in its new width."""
        self.call_after_refresh(self.show_order)

    def _forget_wishes(self) -> None:
        self._wanted_order = self._wanted_row = None

    @on(DataTable.RowHighlighted, "#orders")
    def _order_highlighted(self) -> None:
        self.show_order()

    @on(DataTable.RowHighlighted, "#sms")
    @on(DataTable.RowHighlighted, "#events")
    def _sms_highlighted(self) -> None:
        self.show_detail()
