"""When the API is asked: now, not at all, more often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.actions.watch_list import not_connected
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from textual.widgets import DataTable

    from sms_monitor.core.board import Board


class PollingActions(ActingApp):
    """Refresh, pause, the interval and the budget."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "refresh":
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    def action_refresh(self) -> None:
        """Ask about this order now."""
        order = self.monitor.order
        if self.watching is not None and order is not None:
            self.watching.poller.refresh(order.order_id)

    def action_refresh_all(self) -> None:
        """Ask about all orders now."""
        if self.watching is not None:
            self.watching.poller.refresh()

    def action_pause(self) -> None:
        """Stop asking, or start again."""
        if self.watching is not None:
            self.watching.poller.pause(not self.watching.poller.board.paused)

    @work(group=DIALOG, exclusive=True)
    async def action_interval(self, seconds: float | None = None) -> None:
        """Change the seconds between polls; without a number, ask for it."""
        if seconds is None:
            from sms_monitor.ui.screens.interval import AskInterval

            seconds = await self.push_screen_wait(AskInterval(self.board.interval))
        if seconds is not None and self.watching is not None:
            self.watching.poller.set_interval(seconds)
            self.tell(f"Orders that move are asked every {seconds:g} s")

    def action_budget(self, requests_per_minute: int | None = None) -> None:
        """Change how many requests a minute there may be; without a number, tell how it is."""
        if self.watching is None:
            self.tell_error(not_connected())
            return
        poller = self.watching.poller
        if requests_per_minute is not None:
            poller.set_budget(requests_per_minute)
        budget = poller.board.budget
        used = budget.used(self.setup.clock.monotonic())
        self.tell(f"{used} requests in the last minute, the budget is {budget.per_minute}")

    def tell_budget(self, old: Board, board: Board) -> None:
        """Tell when the budget begins to hold the orders back, and when that is over."""
        from sms_monitor.core.durations import roughly

        limit = f"{board.budget.per_minute} requests a minute"
        if board.spacing is not None and old.spacing is None:
            every = f"every ~{roughly(board.spacing)}"
            self.tell(f"At {limit} an order that moves is asked {every}; :budget N allows more")
        elif board.spacing is None and old.spacing is not None:
            self.tell(f"{limit} are enough again for every order at its own pace")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Look closer at the order that the cursor has come to."""
        if event.data_table.id == "orders":
            self.look_closer()

    def look_closer(self) -> None:
        """Ask more often about the order under the cursor, while it moves."""
        if self.watching is not None and self.screen_stack:
            order = self.monitor.order
            self.watching.poller.look_closer(order.order_id if order is not None else None)
