"""Choosing what to copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from sms_monitor.core.text import clean
from sms_monitor.ui.copy_items import CopyItem
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.menu import Menu


class Copied(NamedTuple):
    """What was chosen, and whether it is to be shown and not copied."""

    item: CopyItem
    show: bool


class CopyMenu(Dialog["Copied | None"]):
    """One key press chooses; None when nothing was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "show_instead", "Show", id="copy-show", show=False)
    ]
    DEFAULT_CSS = "CopyMenu Menu { text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, items: Sequence[CopyItem], *, show: bool = False) -> None:
        """Offer `items`; with `show` the chosen one is to be shown unless p is pressed."""
        super().__init__()
        self._items = {item.key: item for item in items}
        self._show = show

    def compose(self) -> ComposeResult:
        """One line per item, with what would be copied."""
        width = max((len(item.name) for item in self._items.values()), default=0)
        with Frame("", ""):
            yield Menu(
                {
                    key: Content.assemble((f"{item.name:<{width}}  ", "bold"), clean(item.shown))
                    for key, item in self._items.items()
                }
            )

    def on_mount(self) -> None:
        """Say what a letter does."""
        self._say_what()

    def action_show_instead(self) -> None:
        """Show what is chosen on the screen, to be selected there; or copy it after all."""
        self._show = not self._show
        self._say_what()

    def _say_what(self) -> None:
        frame = self.query_one(Frame)
        frame.border_title = "Show" if self._show else "Copy"
        other = "p copies" if self._show else "p shows instead"
        frame.border_subtitle = f"press a letter, {other}, Esc closes"

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Copied(self._items[event.option_id or ""], self._show))
