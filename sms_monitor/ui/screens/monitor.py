"""The main screen: the orders, the SMS of one of them, and what is behind one SMS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import DataTable, Footer

from sms_monitor.core.alerts import Alert
from sms_monitor.core.board import Board
from sms_monitor.core.language import Language
from sms_monitor.core.pulse import failures_lately
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.core.verdict import verdict
from sms_monitor.ui.cells import failures_line
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import MONITOR_BINDINGS
from sms_monitor.ui.marks import Marks
from sms_monitor.ui.screens.commanding import CommandingScreen
from sms_monitor.ui.widgets.command_line import CommandLine
from sms_monitor.ui.widgets.detail import Detail, Telling, event_detail, order_detail, row_detail
from sms_monitor.ui.widgets.events import Events
from sms_monitor.ui.widgets.filter_input import FilterInput
from sms_monitor.ui.widgets.header import Header, Place
from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle
from sms_monitor.ui.widgets.order_list import OrderList
from sms_monitor.ui.widgets.recalled import Recalled
from sms_monitor.ui.widgets.sms_table import SmsTable, state_of, view_of
from sms_monitor.ui.widgets.titles import (
    detail_title,
    events_title,
    order_line,
    orders_title,
    sms_title,
)
from sms_monitor.ui.widgets.words import Words

if TYPE_CHECKING:
    from sms_monitor.services.state import ViewState

PANES = ("orders", "sms", "detail", "events")
"""Ids of the panes in the order of their keys, 1 to 4; the first three are levels."""


class MonitorScreen(CommandingScreen):
    """Paints the board it is bound to; the person moves in it by keys."""

    BINDINGS: ClassVar[list[BindingType]] = MONITOR_BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-split"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short"), (30, "-tall")]
    AUTO_FOCUS = ""

    detail = getters.query_one(Detail)

    unmasked: var[bool] = var(False)
    language: var[Language] = var[Language]("en")
    waiting: var[tuple[Alert, ...]] = var[tuple[Alert, ...]](())

    def __init__(
        self,
        place: Place,
        clock: DisplayClock,
        thresholds: Thresholds,
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(clock)
        self._ascii_only = ascii_only
        self._place = place
        self._thresholds = thresholds
        self._wanted_order: str | None = None
        """Where the cursor is to go once the board has that order, and this row of it."""
        self._wanted_row: str | None = None
        self._begun = False
        """Whether there is a profile; nothing is said of orders before."""
        self._touched = False
        """Whether a key was pressed: from then on the panes are the person's."""

    def compose(self) -> ComposeResult:
        """The panes of all three layouts; the style sheet puts them in place."""
        yield Header(self._place, self.clock, self._thresholds)
        with Container(id="body"):
            with Vertical(id="orders-pane"):
                yield PaneTitle(id="orders-title")
                yield OrderList(self.clock.now, ascii_only=self._ascii_only, id="orders")
                yield PaneTitle(id="failures-title", classes="-failures")
                yield LiveLine(id="failures", classes="-failures")
            with Vertical(id="sms-pane"):
                yield PaneTitle(id="sms-title")
                yield LiveLine(id="order-line")
                yield FilterInput(id="filter")
                yield SmsTable(self.clock.now, id="sms")
            with Vertical(id="detail-pane"):
                yield PaneTitle(id="detail-title")
                yield Detail(id="detail")
        yield Words(id="answer")
        with Vertical(id="events-pane"):
            yield PaneTitle(id="events-title")
            yield Events(self.clock.live, id="events")
        yield CommandLine(self.candidates)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Start in the list that the layout shows."""
        self.query_one("#events-title", PaneTitle).show_title(events_title(0))
        title = Content("FAILED IN 5 MIN, LAST 2 H")
        self.query_one("#failures-title", PaneTitle).show_title(title)
        self.call_after_refresh(self._first_focus)
        self.set_interval(1.0, self.tick)

    def _first_focus(self) -> None:
        # a key may have been typed before the first paint
        if self.focused is None:
            self.action_pane("sms" if self.has_class("-stacked") else "orders")

    # what is shown

    def take_settings(self, thresholds: Thresholds, *, ascii_only: bool) -> None:
        """Judge and draw as the config has it, from now on."""
        self._thresholds = self.header.thresholds = thresholds
        self._ascii_only = self.order_list.ascii_only = ascii_only

    def start_over(self, place: Place, state: ViewState) -> None:
        """Begin with a profile, where the person left it; nothing of one before it stays."""
        self._begun = True
        self.header.place = place
        self.replay(None)
        self.forget_recalled()
        self.order_list.forget()
        self.events_list.forget()
        self.sms_table.show(None)
        self.sms_table.marks = Marks()
        self.sms_table.view = view_of(state)
        self._wanted_order, self._wanted_row = state.last_order, state.row_id
        self.command_line.input.history = [*state.commands]
        if not self._touched and state.pane in PANES:
            self.set_class(state.zoomed, "-zoomed")
            self.action_pane(state.pane)
        self.show_order()
        self.header.show_board(self.board)

    def state(self) -> ViewState | None:
        """Return where the person is; None when there is nothing worth keeping yet."""
        if self.order is None:
            return None
        return state_of(self.order, self.sms_table).model_copy(
            update={
                "pane": self.pane if self.focused else None,
                "zoomed": self.has_class("-zoomed"),
                "commands": tuple(self.command_line.input.history),
            }
        )

    def watch_board(self, old: Board, board: Board) -> None:
        """Take in a new board."""
        if not self.is_mounted or not self._begun:
            return
        found = self._wanted_order
        if found in board.orders:
            self._wanted_order = None
        self.order_list.show(board, found if found in board.orders else None)
        if not self.replayed:
            self.tell_news(old, board)
        self.show_order()
        if self.replayed:
            self.make_view(self.sms_table.view)
        self.header.show_board(board)

    def want_order(self, order_id: str) -> None:
        """Put the cursor on an order, now or when the board has it."""
        if order_id in self.order_list.keys:
            self.order_list.move_to(order_id)
        else:
            self._wanted_order, self._wanted_row = order_id, None

    def watch_waiting(self, waiting: Sequence[Alert]) -> None:
        """Mark the alerts that wait to be acknowledged, and count them where it is always seen."""
        # nothing is drawn for none before there is a clock to draw by
        if not self.is_mounted or len(waiting) == self.header.alerts == 0:
            return
        self.events_list.show_waiting(alert.number for alert in waiting)
        self.query_one("#events-title", PaneTitle).show_title(events_title(len(waiting)))
        self.header.alerts = len(waiting)
        self.header.show_board(self.board)

    def watch_unmasked(self, unmasked: bool) -> None:
        """Show or hide personal data everywhere at once."""
        if self.is_mounted:
            self.header.unmasked = self.sms_table.unmasked = unmasked
            self.sms_table.repaint()
            self.show_order()
            if self._begun:
                self.header.show_board(self.board)

    def watch_language(self, language: Language) -> None:
        """Tell what there is to tell in another language, at once."""
        if self.is_mounted:
            self.sms_table.language = language
            self.sms_table.repaint()
            self._show_detail()

    def tick(self) -> None:
        """Let times go on; only what reads differently is sent."""
        if not self._begun:
            return
        self.header.show_board(self.board)
        self.events_list.tick()
        self.order_list.repaint()
        self.sms_table.repaint()
        self._show_order_line()
        self._show_failures()
        self._show_detail()

    def show_order(self) -> None:
        """Show the order under the cursor as it is now, with its titles and detail."""
        if not self._begun:
            return
        if (self.sms_table.order is None) != (self.order is None):
            self.call_after_refresh(self.refresh_bindings)
        self.sms_table.show(self.order)
        row_id = self._wanted_row
        if row_id is not None and self.sms_table.keys:
            self._forget_wishes()
            if row_id in self.sms_table.keys:
                self.sms_table.touched = True
                self.sms_table.move_to(row_id)
        masked = not self.unmasked
        title = orders_title(self.board, self.sms_table.view, masked=masked)
        self.query_one("#orders-title", PaneTitle).show_title(title)
        self.query_one("#sms-title", PaneTitle).show_title(sms_title(self.sms_table, masked=masked))
        self._show_order_line()
        self._show_failures()
        self._show_detail()

    def _show_failures(self) -> None:
        lately = failures_lately(self.board.orders.values(), self.clock.now())
        line = failures_line(lately, ascii_only=self._ascii_only)
        self.query_one("#failures", LiveLine).show(Content.assemble(" ", line, f" {sum(lately)}"))

    def _show_order_line(self) -> None:
        line = self.query_one("#order-line", LiveLine)
        rate = self.header.usual_rate
        found = (
            verdict(self.order, self.clock.now(), self._thresholds, rate) if self.order else None
        )
        line.show(order_line(self.order, self.order_list, found, line.size.width))

    def _show_detail(self) -> None:
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
        if order is None or row is None:
            view = self.sms_table.view if order is not None and order.rows else None
            self.detail.show(order_detail(order, now, telling, view=view), None)
            return
        self.detail.show(row_detail(order, row, now, telling, unmasked=self.unmasked), row.id)

    def show_recalled(self, recalled: Recalled) -> None:
        """Show what history says of the SMS in the detail."""
        self.recalled = recalled
        self._show_detail()

    def show_answer(self, sentence: str) -> None:
        """Show all of an answer until the next key, when a line of the events would cut it."""
        if len(sentence) > self.size.width - len("08:50:00   "):
            self.query_one("#answer", Words).update(sentence)
            self.add_class("-answered")

    def on_resize(self) -> None:
        """Wrap the detail anew in its new width."""
        self.call_after_refresh(self.show_order)

    def on_key(self, event: events.Key) -> None:  # noqa: ARG002
        """From the first key on the screen is the person's: nothing moves by itself."""
        self._touched = self.order_list.settled = True
        self.remove_class("-answered")
        self._forget_wishes()

    def _forget_wishes(self) -> None:
        self._wanted_order = self._wanted_row = None

    # levels and panes

    @property
    def pane(self) -> str:
        """Id of the pane that has the keys, or had them before the command that is typed.

        The SMS while the filter is typed.
        """
        ids = [node.id for node in (self.focused.ancestors_with_self if self.focused else ())]
        if "command" in ids:
            return self.command_line.pane
        return next((i for i in ids if i in PANES), "sms")

    def on_descendant_focus(self) -> None:
        """Lay the screen out for the pane that has the keys, also after a click."""
        self._lay_out()

    def action_pane(self, pane: str) -> None:
        """Give the keys to a pane."""
        self.give_keys_to(self.query_one(f"#{pane}"))

    def give_keys_to(self, widget: Widget) -> None:
        """Let `widget` have the keys at once."""
        # at once: keys that were typed ahead, as on a slow line, must reach the new pane
        self.set_focus(widget, scroll_visible=False)
        self._lay_out()

    def _lay_out(self) -> None:
        for pane in PANES:
            here = pane == self.pane
            self.set_class(here, f"-at-{pane}")
            self.query_one(f"#{pane}-title").set_class(here, "-here")
        self.filter_input.set_class(self.focused is self.filter_input, "-open")
        self.call_after_refresh(self._show_detail)

    def action_next_pane(self, step: int) -> None:
        """Give the keys to the pane after or before this one."""
        self.action_pane(PANES[(PANES.index(self.pane) + step) % len(PANES)])

    @on(DataTable.RowSelected)
    def action_go_in(self) -> None:
        """One level in: orders, SMS, detail."""
        if self.pane == "orders":
            self.action_pane("sms")
        elif self.pane == "sms":
            self.sms_table.touched = True
            self.action_pane("detail")

    def action_go_out(self) -> None:
        """Clear the filter, else the marks, else one level out; at the orders there is none."""
        view = self.sms_table.view
        if self.pane == "sms" and view.filter.text:
            self.clear_filter()
        elif self.pane == "sms" and view.faults_only:
            self.make_view(view._replace(faults_only=False))
        elif self.pane == "sms" and self.marked_rows:
            self.action_clear_marks()
        elif self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.pane != "orders":
            self.action_pane("sms" if self.pane == "detail" else "orders")

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

    @on(DataTable.RowHighlighted, "#orders")
    def _order_highlighted(self) -> None:
        self.show_order()

    @on(DataTable.RowHighlighted, "#sms")
    @on(DataTable.RowHighlighted, "#events")
    def _sms_highlighted(self) -> None:
        self._show_detail()
