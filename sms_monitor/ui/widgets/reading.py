"""A text that scrolls when it does not fit."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from sms_monitor.ui.keys import TABLE_BINDINGS
from sms_monitor.ui.widgets.line import Line


class Reading(VerticalScroll):
    """Moves by the same keys as the tables; what it shows is never markup."""

    BINDINGS: ClassVar[list[BindingType]] = TABLE_BINDINGS
    DEFAULT_CSS = """
    Reading > Line { height: auto; text-wrap: wrap; }
    """

    def compose(self) -> ComposeResult:
        """One text, as long as it needs to be."""
        yield Line()

    def show(self, content: Content) -> None:
        """Show `content` instead of what was there."""
        self.query_one(Line).update(content)

    def action_move(self, step: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=step, animate=False)

    def action_page(self, share: float) -> None:
        """Scroll by a share of the height."""
        self.scroll_relative(y=round(share * self.size.height), animate=False)
