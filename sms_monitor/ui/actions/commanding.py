"""What can be done by name only, and what names there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import SystemCommand
from textual.content import Content
from textual.screen import Screen

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from sms_monitor.ui.command_arguments import Known
    from sms_monitor.ui.commands import Command

_ANYWHERE = ("quit", "screenshot", "theme")
"""Commands that make sense over a dialog too."""


class CommandingActions(ActingApp):
    """The palette, the help, and commands that have no key."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "doctor":
            return self.setup.examine is not None
        return super().check_action(action, parameters)

    def known(self) -> Known:
        """Return what the argument of a command may name now."""
        from sms_monitor.ui.command_arguments import Known
        from sms_monitor.ui.commands import PHASE_WORDS

        orders = self.board.orders.values()
        order = self.monitor.order
        found = (row.status for row in (order.rows.values() if order else ()))
        return Known(
            orders={order.name: order.order_id for order in orders}
            | {order.order_id: order.order_id for order in orders},
            profiles=[*self.setup.environments],
            themes=sorted(self.available_themes),
            statuses=[*PHASE_WORDS, *dict.fromkeys(found)],
            has_quiet_hours=self.setup.alerts.quiet is not None,
            now=self.live_now(),
        )

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every command in the palette."""
        from sms_monitor.ui.commands import COMMANDS
        from sms_monitor.ui.screens.monitor import MonitorScreen

        for command in COMMANDS:
            if isinstance(screen, MonitorScreen) or command.name in _ANYWHERE:
                yield SystemCommand(command.usage, command.help, self._chosen(command))

    def _chosen(self, command: Command) -> Any:
        from sms_monitor.ui.command_typed import Call

        if command.argument is not None and command.argument.needed:
            return lambda: self.call_later(self.monitor.action_command, f"{command.name} ")
        return lambda: self.call_later(self.monitor.run, Call(command.action))

    def action_command_palette(self) -> None:
        """Open the palette."""
        from sms_monitor.ui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys, the commands and the signs."""
        from sms_monitor.ui.screens.help import Help

        self.push_screen(Help(self.keys_in_force.keys))

    def action_keys(self) -> None:
        """Show the keys in force, by their names."""
        from sms_monitor.ui.screens.key_names import names_text
        from sms_monitor.ui.screens.page import Page

        self.push_screen(Page("Keys", names_text(self.keys_in_force.keys)))

    @work(group=DIALOG, exclusive=True)
    async def action_doctor(self) -> None:
        """Show what this installation is and what is wrong with it."""
        if self.setup.examine is not None:
            from sms_monitor.ui.screens.page import Page

            found = await asyncio.to_thread(self.setup.examine)
            await self.push_screen_wait(Page("Doctor", Content(found)))

    def action_mask(self, masked: bool) -> None:
        """Hide personal data, or show it."""
        from sms_monitor.ui.command_typed import Call

        if masked == self.unmasked:
            self.monitor.call_later(self.monitor.run, Call("app.unmask"))
        else:
            self.tell("Personal data is masked already" if masked else "It is shown already")

    def action_mouse(self, used: bool) -> None:
        """Take the mouse, or leave it to the terminal."""
        from sms_monitor.ui.mouse import use_mouse

        if not use_mouse(self, used=used):
            self.tell_bad("This terminal is not told about the mouse")
        elif used:
            self.tell("The monitor has the mouse")
        else:
            self.tell("The terminal has the mouse, to select text; :mouse on takes it back")

    def action_theme(self, name: str = "") -> None:
        """Change the colours; without a name, choose one."""
        if not name:
            self.search_themes()
            return
        self.theme = name
        self.tell(f'To keep these colours, write theme = "{name}" in the config file')
