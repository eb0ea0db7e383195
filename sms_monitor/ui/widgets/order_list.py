"""The watched orders, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.pulse import failures_lately, step_end
from sms_monitor.core.triage import by_urgency
from sms_monitor.ui.cells import failures_line, order_glyph, order_note, tally_cells
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn

HALF_HOUR = 6
"""Steps of five minutes."""


class OrderList(LiveTable[Order]):
    """Lines stay where they are: they are put in order at the start and on request."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("order", "ORDER", 0),
        TableColumn("failed", "X", 4, right=True),
        TableColumn("stuck", "!", 4, right=True),
        TableColumn("in_flight", ">", 4, right=True),
        TableColumn("confirmed", "+", 5, right=True),
        TableColumn("lately", "30 MIN", HALF_HOUR, from_width=46),
    )

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        ascii_only: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.board = Board()
        self.ascii_only = ascii_only
        self._now = now
        self.settled = False
        """Whether the lines stay where they are."""
        self._chosen: str | None = None
        """The order to begin at, when that is not the most urgent one."""

    def item(self, key: str) -> Order:
        """Return the order of that id."""
        return self.board.orders[key]

    def cells(self, item: Order) -> Sequence[Content]:
        """Name and tally, or name and why there is none."""
        name = Content(" ").join([order_glyph(item), Content(item.name)])
        note = order_note(item)
        if note is not None:
            return (name, note)
        tally = item.tally
        counts = tally_cells(tally)
        if len(self.shown) == len(self.COLUMNS):
            lately = failures_lately([item], self._now())[-HALF_HOUR:]
            return (name, *counts, failures_line(lately, ascii_only=self.ascii_only))
        return (name, *counts)

    def looks(self, item: Order) -> object:
        """The order, and the half hour that is shown of it."""
        return item, step_end(self._now()), self.ascii_only

    def show(self, board: Board, cursor: str | None = None) -> None:
        """Take in a new board; `cursor` is the order to go to, None to stay.

        At the start the most urgent order is on top and under the cursor, until every order
        has been heard of or a key was pressed. After that no line moves by itself.
        """
        self.board = board
        if self.settled:
            self.place(_with_new(self.keys, list(board.orders)), cursor)
            return
        order_ids = by_urgency(board, self._now())
        self._chosen = cursor or self._chosen
        wanted = self._chosen if self._chosen in board.orders else next(iter(order_ids), None)
        self.place(order_ids, wanted)
        self.settled = bool(board.orders) and board.heard_of_all

    def forget(self) -> None:
        """Begin anew, as at the start."""
        self.board = Board()
        self.settled = False
        self._chosen = None
        self.place(())

    def by_urgency(self) -> None:
        """Put the most urgent orders on top; the cursor stays on its order."""
        self.place(by_urgency(self.board, self._now()))


def _with_new(keys: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return `keys` less those not wanted; a new one follows whatever it follows in `wanted`."""
    known = set(wanted)
    placed = [key for key in keys if key in known]
    present = set(placed)
    for i, key in enumerate(wanted):
        if key not in present:
            placed.insert(placed.index(wanted[i - 1]) + 1 if i else 0, key)
            present.add(key)
    return placed
