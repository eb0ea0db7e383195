"""Which orders are watched."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual import work

from sms_monitor.core.errors import MonitorError, SourceError, Unreachable
from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG

Change = Callable[[], Coroutine[Any, Any, None]]
"""A change of the watch list that is still to be made."""


class WatchListActions(ActingApp):
    """Add, unwatch, undo."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "undo":
            return self.watching is not None and self.watching.can_undo
        if action in ("unwatch", "label"):
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    @work(group=DIALOG, exclusive=True)
    async def action_add(self, text: str = "") -> None:
        """Watch the orders of `text` that the API knows; without it, ask for some."""
        watching, known = self.watching, frozenset(self.board.orders)
        if watching is None:
            self.tell_error(not_connected())
            return
        from sms_monitor.ui.screens.add_orders import AddOrders

        environment = self.setup.place.environment
        dialog = AddOrders(watching.check, known, watching.add, environment, text)
        added = await self.push_screen_wait(dialog)
        if added:
            self.monitor.want_order(added[0])

    def action_unwatch(self) -> None:
        """Stop watching the order under the cursor."""
        order, watching = self.monitor.order, self.watching
        if order is not None and watching is not None:
            told = f"No longer watching {order.name}; u takes it back"
            self._change_list(lambda: watching.remove(order.order_id), told)

    @work(group=DIALOG, exclusive=True)
    async def action_label(self, text: str = "") -> None:
        """Give the order under the cursor another label; without one, ask for it and a note."""
        order, watching = self.monitor.order, self.watching
        if order is None or watching is None:
            return
        words: tuple[str, str] | None = (text, order.note)
        if not text:
            from sms_monitor.ui.screens.describe_order import DescribeOrder

            words = await self.push_screen_wait(DescribeOrder(order.name, order.label, order.note))
        if words is not None and words != (order.label, order.note):
            told = f"The order is called {words[0]}" if words[0] else "The order has no label"
            self._change_list(lambda: watching.describe(order.order_id, *words), told)

    def action_undo(self) -> None:
        """Watch again what was unwatched last."""
        watching = self.watching
        if watching is not None and watching.can_undo:
            self._change_list(watching.undo, "Watching it again")

    @work(group="watch list")
    async def _change_list(self, change: Change, told: str) -> None:
        try:
            await change()
        except MonitorError as error:
            self.tell_error(error)
            return
        self.tell(told)
        self.refresh_bindings()


def not_connected() -> SourceError:
    """Return what to say when a key needs the API and there is no connection so far."""
    return Unreachable("There is no connection yet.", "Try again in a moment.")
