"""The command palette, with one fault of Textual's kept from ending the app."""

from __future__ import annotations

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's palette; paging through a list that is not laid out yet does nothing."""

    def _action_command_list(self, action: str) -> None:
        try:
            super()._action_command_list(action)
        except (IndexError, KeyError):
            # Textual 8.2.8, OptionList._move_page: it has options but no lines so far
            self.log.debug("the commands are not laid out yet")
