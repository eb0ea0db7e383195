"""A short list of things to choose from, each by a key of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class Menu(OptionList):
    """Posts `OptionSelected` with the key of the line as its `option_id`.

    A line is chosen by its key, by a click, or with j, k and Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", id="menu-down", show=False),
        Binding("k", "cursor_up", "Up", id="menu-up", show=False),
    ]
    DEFAULT_CSS = """
    Menu {
        border: none;
        padding: 0;
        background: transparent;
        &:focus { border: none; background-tint: transparent; }
        /* not reverse: OptionList's get_visual_style knows no such thing */
        &:nocolor:focus > .option-list--option-highlighted { text-style: bold underline; }
    }
    """

    def __init__(self, lines: Mapping[str, Content]) -> None:
        """Show `lines`, each under the character that chooses it."""
        super().__init__(
            *(
                Option(Content.assemble((key, "bold"), "  ", line), id=key)
                for key, line in lines.items()
            ),
            markup=False,
        )
        self._keys = frozenset(lines)

    def action_page_down(self) -> None:
        """Go to the last line: a menu is no longer than a page."""
        self.action_last()

    def action_page_up(self) -> None:
        """Go to the first line."""
        self.action_first()

    def on_key(self, event: events.Key) -> None:
        """Choose the line of the key."""
        if event.character in self._keys:
            event.stop()
            event.prevent_default()
            self.highlighted = self.get_option_index(event.character)
            self.action_select()
