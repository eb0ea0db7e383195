"""What is copied, and whether it is masked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from sms_monitor.core.order import Order, Row
    from sms_monitor.ui.copy_items import Circumstances, CopyItem


class HandingOverActions(ActingApp):
    """Copy and unmask."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action in ("copy", "copy_id"):
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    def watch_unmasked(self, before: bool, unmasked: bool) -> None:
        """Write down that personal data came on the screen, or went, however that was asked for."""
        if before != unmasked:
            self.setup.audit("unmasked: personal data is shown" if unmasked else "masked again")

    def action_unmask(self) -> None:
        """Show personal data, or hide it again."""
        self.unmasked = not self.unmasked
        what = "Personal data is shown until m is pressed" if self.unmasked else "Masked again"
        self.monitor.events_list.tell(what, bad=self.unmasked)

    @work(group=DIALOG, exclusive=True)
    async def action_copy(self) -> None:
        """Choose what to copy to the clipboard of the terminal."""
        from sms_monitor.ui.copy_items import copy_items

        order = self.monitor.order
        if order is None:
            return
        from sms_monitor.ui.screens.copy_menu import CopyMenu

        rows = self._chosen_rows()
        circumstances = self._circumstances(order)
        if len(rows) == 1 and self.watching is not None:
            sights = await self.watching.history.timeline(order.order_id, rows[0].id)
            circumstances = replace(circumstances, sights=sights)
        items = copy_items(order, rows, circumstances)
        menu = CopyMenu(items, show=self.setup.clipboard == "screen")
        chosen = await self.push_screen_wait(menu)
        if chosen is None:
            return
        if chosen.show:
            await self._show_text(chosen.item)
        else:
            self._copy(chosen.item)

    @work(group=DIALOG, exclusive=True)
    async def action_copy_id(self) -> None:
        """Copy the id of the SMS, or in the orders of the order, under the cursor at once."""
        from sms_monitor.ui.clipboard import copyable
        from sms_monitor.ui.copy_items import CopyItem

        order, row = self.monitor.order, self.monitor.sms_table.row
        if order is None:
            return
        item = CopyItem("o", "order id", copyable(order.order_id))
        if row is not None and self.monitor.pane != "orders":
            item = CopyItem("i", "notification id", copyable(row.id))
        if self.setup.clipboard == "screen":
            await self._show_text(item)
        else:
            self._copy(item)

    async def _show_text(self, item: CopyItem) -> None:
        from sms_monitor.ui.screens.show_text import ShowText

        await self.push_screen_wait(ShowText(item.name, item.text))

    def _chosen_rows(self) -> list[Row]:
        monitor = self.monitor
        if monitor.pane == "orders":
            return []
        row = monitor.sms_table.row
        return monitor.marked_rows or ([row] if row is not None else [])

    def _circumstances(self, order: Order) -> Circumstances:
        from sms_monitor.core.evidence import curl_command
        from sms_monitor.ui.copy_items import Circumstances

        client = self.watching.client if self.watching is not None else None
        curl = ""
        if client is not None:
            curl = curl_command(client.sms_url(order.order_id), client.token_header)
        return Circumstances(
            answered=self.answered_at(order),
            now=self._now(),
            profile=self.setup.place.profile,
            environment=self.setup.place.environment,
            curl=curl,
            unmasked=self.unmasked,
        )

    def copy_to_clipboard(self, text: str) -> None:
        """Copy as the config says; what was selected with ctrl-c comes here too."""
        from sms_monitor.ui.clipboard import LIMIT, encoded_size

        if self.setup.clipboard == "osc52" and encoded_size(text) <= LIMIT:
            super().copy_to_clipboard(text)
        else:
            self._clipboard = text

    def _copy(self, item: CopyItem) -> None:
        from sms_monitor.ui.clipboard import LIMIT, encoded_size

        size = encoded_size(item.text)
        if self.setup.clipboard == "off":
            self.tell_bad('Not copied: the config says clipboard = "off". y p shows it instead')
        elif size > LIMIT:
            self.tell_bad(
                f"Not copied, the {item.name}: {size:,} bytes, and a terminal takes {LIMIT:,}. "
                "y p shows the text, E writes a file"
            )
        else:
            self.copy_to_clipboard(item.text)
            self.tell(f"Copied the {item.name}{', masked: m shows it' if item.masked else ''}")
