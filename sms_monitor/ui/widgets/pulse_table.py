"""The orders of the pulse, one line each: what is the matter, how many, since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from sms_monitor.core.board import Board
from sms_monitor.core.language import Language
from sms_monitor.core.pulse import OrderPulse, order_pulse, ranking
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.core.verdict import TROUBLE, Verdict
from sms_monitor.ui.cells import (
    MUTED,
    failures_line,
    order_glyph,
    order_note,
    rate_cell,
    tally_cells,
)
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn

_COUNTS = (
    TableColumn("failed", "X", 4, right=True),
    TableColumn("stuck", "!", 4, right=True),
    TableColumn("in_flight", ">", 5, right=True),
    TableColumn("confirmed", "+", 5, right=True),
    TableColumn("rate", "RATE", 6, right=True),
)
_VERDICT = TableColumn("verdict", "VERDICT", 15)
_NARROW = (TableColumn("order", "ORDER", 14), _VERDICT, *_COUNTS)
_MIDDLE = (
    TableColumn("order", "ORDER", 0),
    _VERDICT,
    *_COUNTS,
    TableColumn("failures", "FAILED 1 H", 12),
)
_WIDE = (
    TableColumn("order", "ORDER", 18),
    _VERDICT,
    *_COUNTS,
    TableColumn("failures", "FAILED, LAST 2 HOURS", 24),
    TableColumn("why", "WHY", 0),
)


class PulseTable(LiveTable[OrderPulse]):
    """Lines stay where they are until they are ranked; new orders are added below."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = _WIDE

    def __init__(
        self,
        now: Callable[[], datetime],
        thresholds: Thresholds,
        median_rate: float | None,
        *,
        ascii_only: bool,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`median_rate` as for `verdict`."""
        super().__init__(id=id)
        self.board = Board()
        self.language: Language = "en"
        self.ranked_at = now()
        """When the lines were put in their order, UTC."""
        self._now = now
        self._thresholds = thresholds
        self._median_rate = median_rate
        self._ascii_only = ascii_only

    @property
    def shown(self) -> Sequence[TableColumn]:
        """The columns that there is room for."""
        return _WIDE if self.room >= 110 else _MIDDLE if self.room >= 78 else _NARROW

    @property
    def pulse(self) -> OrderPulse | None:
        """How the order under the cursor does; None when none is watched."""
        return self.item(self.key) if self.key is not None else None

    def item(self, key: str) -> OrderPulse:
        """Return how the order of that id does now."""
        order = self.board.orders[key]
        return order_pulse(order, self._now(), self._thresholds, self._median_rate)

    def cells(self, item: OrderPulse) -> Sequence[Content]:
        """Name, verdict and counts; or name, verdict and why there are none."""
        order = item.order
        head = (
            Content(" ").join([order_glyph(order), Content(order.name)]),
            verdict_words(item.verdict),
        )
        note = order_note(order)
        if note is not None:
            return (*head, note)
        by_column = {
            "rate": rate_cell(order.tally),
            "why": Content(item.verdict.reason.said(self.language)),
        }
        counts = (*head, *tally_cells(order.tally))
        rest = (
            failures_line(item.failures[-column.width :], ascii_only=self._ascii_only)
            if column.key == "failures"
            else by_column[column.key]
            for column in self.shown[len(counts) :]
        )
        return (*counts, *rest)

    def show(self, board: Board) -> None:
        """Take in a new board; the first is ranked, and after that no line changes places."""
        self.board = board
        if not self.keys:
            self.rank()
            return
        kept = [key for key in self.keys if key in board.orders]
        known = set(kept)
        self.place([*kept, *(key for key in board.orders if key not in known)])

    def rank(self) -> None:
        """Put the most abnormal orders on top; the cursor stays on its order."""
        self.ranked_at = self._now()
        self.place(ranking(self.board, self.ranked_at, self._thresholds, self._median_rate))


def verdict_words(found: Verdict) -> Content:
    """The kind, bold for trouble, reversed when the order as a whole needs somebody."""
    if found.flagged:
        return Content.styled(found.kind, "bold reverse")
    return Content.styled(found.kind, "bold" if found.kind in TROUBLE else MUTED)
