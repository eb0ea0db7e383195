"""When the API is asked: now, not at all, more often."""

from __future__ import annotations

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG


class PollingActions(ActingApp):
    """Refresh, pause and the interval."""

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
