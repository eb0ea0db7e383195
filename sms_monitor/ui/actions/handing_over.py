"""What leaves the screen, and whether it is masked."""

from __future__ import annotations

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.screens.copy_menu import CopyMenu, copy_items
from sms_monitor.ui.terminal import DIALOG


class HandingOverActions(ActingApp):
    """Copy and unmask."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "copy":
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    def action_unmask(self) -> None:
        """Show personal data, or hide it again."""
        self.unmasked = not self.unmasked
        what = "Personal data is shown until m is pressed" if self.unmasked else "Masked again"
        self.monitor.events_list.tell(what, bad=self.unmasked)

    @work(group=DIALOG, exclusive=True)
    async def action_copy(self) -> None:
        """Choose what to copy to the clipboard of the terminal."""
        order, row = self.monitor.order, self.monitor.sms_table.row
        if order is None:
            return
        if self.monitor.pane == "orders":
            row = None
        items = copy_items(order, row, unmasked=self.unmasked)
        item = await self.push_screen_wait(CopyMenu(items))
        if item is not None:
            self.copy_to_clipboard(item.text)
            masked = (
                ", masked: m shows it"
                if row is not None and item.key in "yn" and not self.unmasked
                else ""
            )
            self.tell(f"Copied the {item.name}{masked}")
