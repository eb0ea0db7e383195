"""What every action of the app may use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.reactive import var

from sms_monitor.core.board import Board
from sms_monitor.core.errors import MonitorError
from sms_monitor.core.language import Language
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.terminal import TerminalApp

if TYPE_CHECKING:
    from sms_monitor.core.alerts import Alert
    from sms_monitor.core.order import Order
    from sms_monitor.ui.opening import Opening
    from sms_monitor.ui.screens.monitor import MonitorScreen
    from sms_monitor.ui.setup import Setup
    from sms_monitor.ui.watching import Watching


class ActingApp(TerminalApp[int]):
    """The board, what it is watched with, and a way to tell the person.

    The classes beside this one add actions; `MonitorApp` is all of them together.
    """

    board: var[Board] = var(Board)
    unmasked: var[bool] = var(False)
    language: var[Language] = var[Language]("en")
    waiting: var[tuple[Alert, ...]] = var(())
    """Alerts that nobody has acknowledged, the oldest first."""

    setup: Setup
    """What the monitor is run on; there is none until the profile is opened."""
    monitor: MonitorScreen
    """The main screen, also when a dialog lies over it; it comes with `setup`."""

    def __init__(self, begin: Setup | Opening) -> None:
        super().__init__(begin.theme)
        self.watching: Watching | None = None
        """What asks the API; None until there is a connection."""
        self.replayed_at: datetime | None = None
        """The moment of the past that is on the screen, UTC; None for now."""
        self.display_clock = DisplayClock(
            self._now, lambda: self.setup.clock.monotonic(), self.live_now
        )

    def take_keys(self, setup: Setup) -> None:
        """Let the keys be as the config has them."""
        from sms_monitor.ui.keymap import keys_in_force

        self.keys_in_force = keys_in_force(setup.keys)
        self.set_keymap(dict(self.keys_in_force.keymap))

    def tell(self, sentence: str) -> None:
        """Answer the person in the event list."""
        self.monitor.events_list.tell(sentence)

    def tell_bad(self, sentence: str) -> None:
        """Tell trouble in the event list."""
        self.setup.log.trouble(sentence)
        self.monitor.events_list.tell(sentence, bad=True)

    def tell_error(self, error: MonitorError) -> None:
        """Tell what went wrong and what to do next."""
        self.tell_bad(f"{error.message} {error.next_step}")

    def answered_at(self, order: Order) -> datetime:
        """Return when the API last answered about `order`, UTC; now when it never did."""
        if self.replayed_at is not None:
            return order.answered_at or self.replayed_at
        if order.answered is None:
            return self._now()
        return self._now() - timedelta(seconds=self.setup.clock.monotonic() - order.answered)

    def live_now(self) -> datetime:
        """Return the time by the server's clock, UTC, also while the past is shown."""
        return self.setup.clock.now() + self.board.skew

    def _now(self) -> datetime:
        return self.replayed_at or self.live_now()
