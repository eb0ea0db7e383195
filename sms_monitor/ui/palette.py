"""The command palette, with two faults of Textual's kept from ending the app."""

from __future__ import annotations

import contextlib

from textual import work
from textual.command import CommandPalette
from textual.css.query import NoMatches


class Palette(CommandPalette):
    """Textual's palette; a list that is not laid out yet, or gone already, does nothing."""

    def _action_command_list(self, action: str) -> None:
        try:
            super()._action_command_list(action)
        except (IndexError, KeyError):
            # Textual 8.2.8, OptionList._move_page: it has options but no lines so far
            self.log.debug("the commands are not laid out yet")

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)
    async def _gather_commands(self, search_value: str) -> None:
        # Textual 8.2.8: closed before its worker has begun, it has no list any more
        with contextlib.suppress(NoMatches):
            await CommandPalette._gather_commands.__wrapped__(self, search_value)  # type: ignore[attr-defined]
