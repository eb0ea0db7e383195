"""Marking SMS, to hand several over at once."""

from __future__ import annotations

from sms_monitor.core.order import Row
from sms_monitor.core.order_json import worst_first
from sms_monitor.ui.screens.finding import FindingScreen


class MarkingScreen(FindingScreen):
    """Marks SMS of the order under the cursor; those of other orders stay marked meanwhile."""

    @property
    def marked_rows(self) -> list[Row]:
        """The marked SMS of the order: as they stand in the table, then those filtered away."""
        order, table = self.order, self.sms_table
        if order is None or not table.marks:
            return []
        shown = [order.rows[key] for key in table.keys if key in table.marks and key in order.rows]
        rest = order.rows.keys() - set(table.keys)
        return [*shown, *worst_first(order.rows[key] for key in rest if key in table.marks)]

    def action_mark(self) -> None:
        """Mark the SMS under the cursor, or take its mark away."""
        key = self.sms_table.key
        if key is not None and self.pane in ("sms", "detail"):
            self.sms_table.marks.toggle(key)
            self._show_marks()

    def action_mark_range(self) -> None:
        """Mark from the last mark to the cursor."""
        table = self.sms_table
        key, last = table.key, table.marks.last
        if key is None or self.pane not in ("sms", "detail"):
            return
        keys = list(table.keys)
        here, there = keys.index(key), keys.index(last) if last in keys else None
        if there is None:
            table.marks.add([key])
            self.events_list.tell("Marked; v on another SMS marks all between the two")
        else:
            table.marks.add(keys[min(here, there) : max(here, there) + 1])
            table.marks.last = key
        self._show_marks()

    def action_clear_marks(self) -> None:
        """Take all marks of the order away."""
        if self.order is not None:
            self.sms_table.marks.forget(self.order.rows)
            self._show_marks()

    def _show_marks(self) -> None:
        self.sms_table.repaint()
        self.show_order()
