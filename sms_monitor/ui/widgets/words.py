"""Text that wraps and is never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from sms_monitor.ui.widgets.live_line import changed_runs


class Words(Widget):
    """Sentences, as high as they need; of lines that stay where they are, cells that differ."""

    DEFAULT_CSS = "Words { height: auto; text-wrap: wrap; text-overflow: fold; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: Sequence[Content] = Content(text).split(allow_blank=True)

    @property
    def content(self) -> Content:
        """All of the text."""
        return Content("\n").join(self._lines)

    def render(self) -> Content:
        """Return the text."""
        return self.content

    def update(self, text: Content | str) -> None:
        """Show `text`."""
        content = Content(text) if isinstance(text, str) else text
        self.show(content.split(allow_blank=True))

    def show(self, lines: Sequence[Content]) -> None:
        """Show `lines`; the screen is laid out anew only when lines come, go or wrap.

        A line that is the same object as before is not looked at.
        """
        before, self._lines = self._lines, lines
        if len(before) != len(lines) or not self._fit([*before, *lines]):
            self.refresh(layout=True)
            return
        regions = []
        for y, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old is not new:
                regions += [Region(x, y, width, 1) for x, width in changed_runs(old, new)]
        if regions:  # for none, all would be drawn
            self.refresh(*regions)

    def _fit(self, lines: Iterable[Content]) -> bool:
        """Whether each of `lines` is one line on the screen."""
        width = self.content_size.width
        return all(line.cell_length <= width and "\t" not in line.plain for line in lines)
