"""Textual's own DataTable with the same SMS, filled and updated the usual way.

`python -m tests.bench.stock_table ROWS` draws it; its keys are those of `KEYS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import DataTable

from tests.bench.bodies import rows

COLUMNS = ("STATUS", "CLASS", "NUMBER", "AGE", "UPDATED", "MEANING")
Cells = tuple[str, ...]


def cells_of(size: int) -> list[Cells]:
    """Return the rows of the table."""
    words = ("+ Delivered", "> Accepted", "X BarredReceiver", "X Undelivered")
    return [
        (words[kind], "delivered", f"+47{40_000_000 + number:08d}", "2h", "12:00:00", "It arrived")
        for number, kind, _ in rows(size)
    ]


class StockTable(DataTable[str]):
    """Filled by add_row, changed by update_cell, filtered by clearing and filling."""

    def fill(self, of: list[Cells]) -> None:
        """Show exactly these rows."""
        self.clear()
        for number, cells in enumerate(of):
            self.add_row(*cells, key=str(number))

    def change_one(self, text: str) -> None:
        """Change a cell of the first row on the screen."""
        self.update_cell("0", "STATUS", text)


class StockApp(App[None]):
    """A table on the whole screen."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._rows = cells_of(size)
        self._changes = 0

    def compose(self) -> ComposeResult:
        """The table."""
        yield StockTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(StockTable)
        for name in COLUMNS:
            table.add_column(name, width=24 if name == "STATUS" else 16, key=name)
        table.fill(self._rows)

    def on_key(self, event: events.Key) -> None:
        """Change one row, or none at all."""
        does: dict[str, Callable[[], None]] = {"c": self._change}
        if event.key in does:
            does[event.key]()

    def _change(self) -> None:
        self._changes += 1
        self.query_one(StockTable).change_one(f"changed {self._changes}")


if __name__ == "__main__":
    StockApp(int(sys.argv[1])).run()
