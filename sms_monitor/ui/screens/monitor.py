"""The main screen: the orders, the SMS of one of them, and what is behind one SMS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Footer

from sms_monitor.core.alerts import Alert
from sms_monitor.core.board import Board
from sms_monitor.core.language import Language
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import MONITOR_BINDINGS
from sms_monitor.ui.marks import Marks
from sms_monitor.ui.screens.panes import PANES
from sms_monitor.ui.screens.showing import ShowingScreen
from sms_monitor.ui.widgets.command_line import CommandLine
from sms_monitor.ui.widgets.detail import Detail
from sms_monitor.ui.widgets.events import Events
from sms_monitor.ui.widgets.filter_input import FilterInput
from sms_monitor.ui.widgets.header import Header, Place
from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle
from sms_monitor.ui.widgets.order_list import OrderList
from sms_monitor.ui.widgets.sms_table import SmsTable, state_of, view_of
from sms_monitor.ui.widgets.titles import events_title
from sms_monitor.ui.widgets.words import Words

if TYPE_CHECKING:
    from sms_monitor.services.state import ViewState


MINUTES_LATE = 5
"""Seconds after which what is told in minutes is looked at again."""


class MonitorScreen(ShowingScreen):
    """Paints the board it is bound to; the person moves in it by keys."""

    BINDINGS: ClassVar[list[BindingType]] = MONITOR_BINDINGS

    waiting: var[tuple[Alert, ...]] = var[tuple[Alert, ...]](())

    def __init__(
        self,
        place: Place,
        clock: DisplayClock,
        thresholds: Thresholds,
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(clock, thresholds, ascii_only=ascii_only)
        self._place = place
        self._touched = False
        """Whether a key was pressed: from then on the panes are the person's."""
        self._seconds = 0
        self._state: tuple[object, ViewState] | None = None
        """What `state` returned last, and of what it was made."""

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
        self.set_interval(1.0, self._second)

    def _first_focus(self) -> None:
        # a key may have been typed before the first paint
        if self.focused is None:
            self.action_pane("sms" if self.has_class("-stacked") else "orders")

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
        order = self.order
        if order is None:
            return None
        here = {
            "pane": self.pane if self.focused else None,
            "zoomed": self.has_class("-zoomed"),
            "commands": tuple(self.command_line.input.history),
        }
        # it is asked for each second
        seen = order.order_id, self.sms_table.key, self.sms_table.view, here
        if self._state is None or self._state[0] != seen:
            self._state = seen, state_of(order, self.sms_table).model_copy(update=here)
        return self._state[1]

    def watch_board(self, old: Board, board: Board) -> None:
        """Take in a new board."""
        if not self.is_mounted or not self._begun:
            return
        if not self.replayed and board.only_asks_since(old):
            # the answer is often there before it is painted that it is waited for; else the tick is
            self.order_list.board = board
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
            self.show_detail()

    def _second(self) -> None:
        # the top line tells seconds; all else goes by minutes, and is not late by more than this
        self._seconds += 1
        if self._seconds % MINUTES_LATE == 0:
            self.tick()
        elif self._begun:
            self.header.show_board(self.board)
            self.events_list.tick()

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
        self.show_detail()

    def on_key(self, event: events.Key) -> None:  # noqa: ARG002
        """From the first key on the screen is the person's: nothing moves by itself."""
        self._touched = self.order_list.settled = True
        self.remove_class("-answered")
        self._forget_wishes()
