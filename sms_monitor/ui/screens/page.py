"""A text to read, over the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.reading import Reading


class Page(Dialog[None]):
    """Leaves on q, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Close", id="page-leave", show=False)
    ]
    DEFAULT_CSS = """
    Page Frame { height: 100%; }
    Page Reading { height: 1fr; }
    """

    def __init__(self, name: str, content: Content) -> None:
        """Show `content` under `name`."""
        super().__init__()
        self._content = Content("\n").join([Content.styled(name, "bold underline"), content])

    def compose(self) -> ComposeResult:
        """One text."""
        with Frame("", "j k g G PgDn PgUp move, Esc closes"):
            yield Reading()

    def on_mount(self) -> None:
        """Fill it in."""
        self.query_one(Reading).show(self._content)
