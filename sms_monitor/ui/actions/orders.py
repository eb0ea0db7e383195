"""The order as its sender placed it: its page, its JSON, and orders by reference."""

from __future__ import annotations

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.actions.watch_list import not_connected
from sms_monitor.ui.terminal import DIALOG


class OrderActions(ActingApp):
    """What `GET orders/{id}` and `GET orders?sendersReference=` tell."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action in ("order_page", "json"):
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    def action_order_page(self) -> None:
        """Show what the sender asked for."""
        self._open_page(json=False)

    def action_json(self) -> None:
        """Show the JSON of the SMS under the cursor, from the orders that of the order."""
        from sms_monitor.core.raw_json import notification_json

        row = self.monitor.sms_table.row
        if row is None or self.monitor.pane == "orders":
            self._open_page(json=True)
            return
        from sms_monitor.ui.screens.order_page import RowJson

        self.push_screen(RowJson(notification_json(row.notification, unmasked=self.unmasked)))

    def _open_page(self, *, json: bool) -> None:
        order, watching = self.monitor.order, self.watching
        if order is None:
            return
        if watching is None:
            self.tell_error(not_connected())
            return
        from sms_monitor.ui.screens.order_page import OrderPage

        client, now = watching.client, self.display_clock.now()
        page = OrderPage(
            order.name,
            lambda: client.order(order.order_id),
            now,
            unmasked=self.unmasked,
            json=json,
        )
        self.push_screen(page)

    @work(group=DIALOG, exclusive=True)
    async def action_reference(self, text: str = "") -> None:
        """Look up orders by the sender's reference and watch those that are chosen."""
        watching, known = self.watching, frozenset(self.board.orders)
        if watching is None:
            self.tell_error(not_connected())
            return
        from sms_monitor.ui.screens.by_reference import ByReference

        dialog = ByReference(
            watching.client.orders_with, known, watching.add, self.display_clock.now(), text
        )
        added = await self.push_screen_wait(dialog)
        if added:
            self.tell(f"Watching {len(added)} more")
            self.monitor.want_order(added[0])
