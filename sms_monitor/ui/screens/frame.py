"""The frame of the main screen: drawn at once, while what fills it is still being loaded.

Nothing may be imported here that the first paint can do without; `MonitorScreen` is this with its
panes filled, and the style sheet lays out both.
"""

from __future__ import annotations

from typing import Self

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen

from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle


class FrameScreen(Screen[None]):
    """The panes without what is in them."""

    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-split"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short"), (30, "-tall")]
    AUTO_FOCUS = ""

    def fit(self, size: Size) -> Self:
        """Stand as a terminal of `size` wants it, before anything is drawn; return itself.

        Textual tells a screen its size after the first paint, which would be drawn anew then.
        """
        for cells, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(max(one for one in breakpoints if one[0] <= cells)[1], update=False)
        return self

    def compose(self) -> ComposeResult:
        """The header and the footer, empty, and between them the rules above the panes."""
        yield LiveLine(classes="-edge")
        with Container(id="body"):
            for pane, title in (
                ("orders", "[1] ORDERS"),
                ("sms", "[2] SMS"),
                ("detail", "[3] DETAIL"),
            ):
                with Vertical(id=f"{pane}-pane"):
                    yield _title(pane, title)
        with Vertical(id="events-pane"):
            yield _title("events", "[4] EVENTS")
        yield LiveLine(classes="-edge")


def _title(pane: str, title: str) -> PaneTitle:
    rule = PaneTitle(id=f"{pane}-title")
    rule.show_title(Content(title))
    return rule
