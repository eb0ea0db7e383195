"""What the screen has to do with history: the past board, and the life of the SMS in the detail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual import getters
from textual.message import Message

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import Phase
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.news import Event, events_of
from sms_monitor.ui.screens.marking import MarkingScreen
from sms_monitor.ui.widgets.header import Header
from sms_monitor.ui.widgets.recalled import Recalled
from sms_monitor.ui.widgets.sms_table import View


class Spot(NamedTuple):
    """Where the person is in the lists."""

    order_id: str | None
    row_id: str | None
    touched: bool
    view: View
    keys: Sequence[str]
    """The SMS as they stand."""


class RecallingScreen(MarkingScreen):
    """Shows a board of the past as it shows the present one, and says which it is."""

    header = getters.query_one(Header)

    class Recalling(Message):
        """Asks what history says of an SMS; `row_id` is "" when only the order is shown."""

        def __init__(self, order: Order, row_id: str) -> None:
            super().__init__()
            self.order, self.row_id = order, row_id

    def __init__(self, clock: DisplayClock) -> None:
        super().__init__()
        self.clock = clock
        self.replayed = False
        """Whether the board is one of the past."""
        self.recalled: Recalled | None = None
        self._asked: object = None

    def replay(self, at: datetime | None) -> None:
        """Say that the board that comes is that of `at`; None for the present again."""
        self.replayed = at is not None
        self.header.replayed_at = at
        self.header.show_board(self.board)

    def tell_news(self, old: Board, board: Board) -> None:
        """Tell what a step from `old` to `board` means, both of the present."""
        self.events_list.add(list(events_of(old, board, self.clock.live())))

    def add_event(self, text: str, *, bad: bool) -> None:
        """Add an event of now."""
        self.events_list.add([Event(self.clock.live(), text, bad)])

    def spot(self) -> Spot:
        """Return where the person is, for `return_to`."""
        table = self.sms_table
        return Spot(self.order_list.key, table.key, table.touched, table.view, table.keys)

    def return_to(self, spot: Spot) -> None:
        """Put the cursors where they were, and the lines too when they are seen the same way."""
        if spot.order_id in self.order_list.keys:
            self.order_list.move_to(spot.order_id or "")
        self.show_order()
        table = self.sms_table
        if table.order is None or table.order.order_id != spot.order_id:
            return
        if table.view == spot.view:
            table.keep(spot.keys)
        if spot.row_id is not None:
            table.go_to(spot.row_id)
            table.touched = spot.touched
        self.show_order()

    def recall(self, order: Order, row: Row | None) -> None:
        """Have history asked about what is in the detail, when that has changed."""
        row_id = row.id if row is not None else ""
        asked = (order.order_id, row_id, row and row.last_update, order.tally[Phase.CONFIRMED])
        if asked != self._asked:
            self._asked = asked
            self.post_message(self.Recalling(order, row_id))

    def forget_recalled(self) -> None:
        """Forget what the history of another profile said."""
        self.recalled = self._asked = None
