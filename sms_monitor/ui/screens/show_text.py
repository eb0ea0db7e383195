"""A text alone on the screen, to be selected with the mouse of the terminal."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from sms_monitor.ui.screens.dialog import Dialog
from sms_monitor.ui.terminal import TerminalApp
from sms_monitor.ui.widgets.live_line import LiveLine
from sms_monitor.ui.widgets.reading import Reading


class ShowText(Dialog[None]):
    """Nothing stands beside the text, and the terminal has its mouse back meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "leave", "Close", id="show-text-leave", show=False)
    ]
    DEFAULT_CSS = """
    ShowText {
        background: $background;
        Reading { height: 1fr; scrollbar-size: 0 0; }
        LiveLine { background: $panel; text-style: bold; }
        &:nocolor LiveLine { text-style: reverse; }
    }
    """

    def __init__(self, name: str, text: str) -> None:
        """Show `text`, clean, under its `name`."""
        super().__init__()
        self._heading = name
        self._text = text

    def compose(self) -> ComposeResult:
        """A line that says how, and the text in full width."""
        yield LiveLine()
        yield Reading()

    def on_mount(self) -> None:
        """Give the mouse away."""
        self.query_one(LiveLine).show(
            Content(f" {self._heading}: select it with the mouse. j k move, Esc closes")
        )
        self.query_one(Reading).show(Content(self._text))
        self.query_one(Reading).focus()
        self._take_mouse(False)

    def on_unmount(self) -> None:
        """Take the mouse again."""
        self._take_mouse(True)

    def _take_mouse(self, take: bool) -> None:
        if isinstance(self.app, TerminalApp):
            self.app.take_mouse(take)
