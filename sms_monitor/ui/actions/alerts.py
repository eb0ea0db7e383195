"""Alerts: shown until they are acknowledged, and told to who looks elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual import work

from sms_monitor.ui.actions.base import ActingApp

if TYPE_CHECKING:
    from sms_monitor.core.alerts import Alert
    from sms_monitor.core.board import Board
    from sms_monitor.core.quiet_hours import QuietHours
    from sms_monitor.ui.setup import Setup


class AlertActions(ActingApp):
    """Judge the live board, make noise, acknowledge."""

    def take_alerting(self, setup: Setup) -> None:
        """Call as the config has it, from now on; the hook is run in the order of the alerts."""
        if setup.hook is not None:
            self._serve_hook()
        self._bell = setup.alerts.bell
        self._notify = setup.alerts.notify
        self._quiet = setup.alerts.quiet

    def begin_alerts(self) -> None:
        """Begin with a profile: what is so at the first answer is not news."""
        from sms_monitor.core.alerts import Alerts

        self.alerts = Alerts(self.setup.alerts.rules)
        self.waiting = ()
        place = self.setup.place
        self.setup.log.profile(f"{place.profile} ({place.environment})")

    def alert(self, board: Board) -> None:
        """Call for what has changed on `board`, which must be live."""
        from sms_monitor.ui.news import Event

        now = self.setup.clock.now() + board.skew
        before = self.alerts
        self.alerts, made = before.after(board, now)
        if made:
            events = [Event(a.at, f"{a.order_name}: {a.text}", True, a.number) for a in made]
            self.monitor.events_list.add(events)
        self.waiting = self.alerts.waiting
        if made and not (self._quiet and self._quiet.cover(now)):
            self._make_noise(made)
            self._send_to_hook(made)

    def action_acknowledge(self) -> None:
        """Acknowledge the alert under the cursor of the events or the pulse, else the newest."""
        from sms_monitor.ui.screens.pulse import PulseScreen

        waiting = {alert.number: alert for alert in self.waiting}
        if not waiting:
            self._tell_none()
            return
        pointed = 0
        if isinstance(self.screen, PulseScreen):
            pointed = self.screen.alert.number if self.screen.alert is not None else 0
        elif self.monitor.pane == "events" and self.monitor.events_list.event is not None:
            pointed = self.monitor.events_list.event.alert
        number = pointed if pointed in waiting else max(waiting)
        self._acknowledge(number)
        self.tell(f"Acknowledged: {waiting[number].order_name}, {waiting[number].text}")

    def action_acknowledge_all(self) -> None:
        """Acknowledge every alert."""
        count = len(self.waiting)
        if not count:
            self._tell_none()
            return
        self._acknowledge(None)
        self.tell(f"{'1 alert' if count == 1 else f'{count} alerts'} acknowledged")

    def _tell_none(self) -> None:
        from sms_monitor.ui.screens.pulse import PulseScreen

        sentence = "No alert waits to be acknowledged"
        self.tell(sentence)
        if isinstance(self.screen, PulseScreen):
            # the events are underneath
            self.screen.show_answer(sentence)

    async def action_bell(
        self,
        how: Literal["on", "off", "quiet", "quiet off"] | None = None,
        hours: QuietHours | None = None,
    ) -> None:
        """Change the noise until the end; None tells how it is.

        `on` rings at every hour, `off` never, and neither shows notifications then; the hook
        goes on running but in quiet hours. `quiet` is for these `hours`, None for the config's,
        and `quiet off` for none.
        """
        match how:
            case "on":
                self._bell, self._quiet, self._notify = True, None, self.setup.alerts.notify
            case "off":
                self._bell, self._notify = False, "off"
            case "quiet":
                self._quiet = hours or self.setup.alerts.quiet
            case "quiet off":
                self._quiet = None
            case None:
                pass
        rings = "rings" if self._bell else "is off"
        quiet = f", quiet {self._quiet} in Oslo" if self._quiet is not None else ""
        self.tell(f"The bell {rings}{quiet}")

    def _acknowledge(self, number: int | None) -> None:
        # the live one: the screen may show another
        board = self.watching.poller.board if self.watching is not None else self.board
        self.alerts = self.alerts.acknowledged(board, number)
        self.waiting = self.alerts.waiting

    def _make_noise(self, made: Sequence[Alert]) -> None:
        from sms_monitor.ui.attention import attention_sequence
        from sms_monitor.ui.multiplexer import between

        newest = made[-1]
        text = f"{newest.order_name}: {newest.text}"
        if len(made) > 1:
            text += f", and {len(made) - 1} more orders"
        sequence = attention_sequence(
            text, between(os.environ), bell=self._bell, notify=self._notify
        )
        if sequence and self._driver is not None:
            self._driver.write(sequence)

    def _send_to_hook(self, made: Sequence[Alert]) -> None:
        import json

        if self.setup.hook is None:
            return
        for alert in made:
            document = json.dumps(alert.as_json(self.setup.place.profile), ensure_ascii=False)
            trouble = self.setup.hook.send(document.encode())
            if trouble:
                self.tell_bad(trouble)

    @work(group="hook")
    async def _serve_hook(self) -> None:
        if self.setup.hook is not None:
            await self.setup.hook.serve(self.tell_bad)
