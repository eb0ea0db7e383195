"""How all orders do at once."""

from __future__ import annotations

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG


class PulseActions(ActingApp):
    """The pulse."""

    @work(group=DIALOG, exclusive=True)
    async def action_pulse(self) -> None:
        """Show the pulse; go to the order that is chosen in it."""
        from sms_monitor.ui.screens.pulse import PulseScreen

        screen = PulseScreen(
            self.monitor.header.place,
            self.display_clock,
            self.setup.thresholds,
            median_rate=self.monitor.header.usual_rate,
            org=self.monitor.header.org,
            replayed_at=self.replayed_at,
            ascii_only=self.setup.ascii,
        ).data_bind(ActingApp.board, ActingApp.unmasked, ActingApp.language, ActingApp.waiting)
        order_id = await self.push_screen_wait(screen)
        if order_id is not None:
            self.monitor.want_order(order_id)
            self.monitor.action_pane("sms")
