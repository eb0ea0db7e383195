"""Signing in again, when a command has to ask the person."""

from __future__ import annotations

from textual import work

from sms_monitor.core.errors import MonitorError
from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.actions.watch_list import not_connected


class SigningInActions(ActingApp):
    """The terminal is lent only when a key asks for it: nobody is surprised while typing."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "sign_in":
            return self.setup.ask_terminal is not None
        return super().check_action(action, parameters)

    @work(group="sign in", exclusive=True)
    async def action_sign_in(self) -> None:
        """Let the command ask, and use what it gives."""
        ask, watching = self.setup.ask_terminal, self.watching
        if ask is None or watching is None:
            self.tell_error(not_connected())
            return
        error: MonitorError | None = self.lend_terminal(ask)
        if error is None:
            try:
                await watching.client.renew_sign_in()
            except MonitorError as refused:
                error = refused
        if error is not None:
            self.tell_error(error)
            return
        self.tell("Signed in again")
        self.monitor.header.show_sign_in(watching.client)
        watching.poller.refresh()
