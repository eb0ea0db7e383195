"""One line of text that is sent to the terminal only when it reads differently."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Line(Static):
    """A `Static` of fixed height: what is shown is never markup, and never moves its neighbours."""

    DEFAULT_CSS = "Line { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes, markup=False)
        self._shown = Content("")

    def show(self, content: Content) -> None:
        """Show `content`, if it is not what is shown already."""
        if content.plain != self._shown.plain or content.spans != self._shown.spans:
            self._shown = content
            self.update(content, layout=False)


class PaneTitle(Line):
    """The rule above a pane: its key, its name and what it shows."""

    DEFAULT_CSS = """
    PaneTitle { background: $panel; color: $text-muted; text-overflow: clip; }
    """

    def show_title(self, title: Content) -> None:
        """Show `title` in a rule, so that panes are apart without colour too."""
        self.show(Content.assemble("─ ", title, " ", "─" * 300))
