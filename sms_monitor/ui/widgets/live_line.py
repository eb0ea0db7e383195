"""One line of text of which only the cells that changed are sent to the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

_NEAR = 24
"""Cells at most between two parts that are drawn as one."""


def changed_cells(old: Content, new: Content) -> tuple[int, int] | None:
    """Return the first cell that looks different in `new` and how many do; None when none does.

    A line of which one word changes then costs tens of bytes, not hundreds.
    """
    before, after = list(_looks(old)), list(_looks(new))
    if before == after:
        return None
    longest = max(len(before), len(after))
    start = next(i for i in range(longest) if before[i : i + 1] != after[i : i + 1])
    end = longest
    if len(before) == len(after) and old.cell_length == new.cell_length:
        end -= next(i for i in range(longest) if before[-1 - i] != after[-1 - i])
    width = max(Content(text.plain[start:end]).cell_length for text in (old, new))
    return Content(new.plain[:start]).cell_length, width


def changed_runs(old: Content, new: Content) -> list[tuple[int, int]]:
    """Return as `changed_cells` does each part of `new` that looks different, from the left.

    Parts that are near each other are one: to begin anew takes as many bytes as what is between.
    """
    if old.cell_length != new.cell_length or not (old.plain + new.plain).isascii():
        changed = changed_cells(old, new)
        return [] if changed is None else [changed]
    looks = zip(_looks(old), _looks(new), strict=True)
    places = [x for x, (before, after) in enumerate(looks) if before != after]
    runs = stretches(places, lambda x, following: following - x - 1 <= _NEAR)
    return [(first, last - first + 1) for first, last in runs]


def stretches(
    places: Sequence[int], together: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each stretch of `places`, which are sorted.

    In a stretch each place is `together` with the one that follows.
    """
    if not places:
        return
    first = places[0]
    for place, following in pairwise(places):
        if not together(place, following):
            yield first, place
            first = following
    yield first, places[-1]


def _looks(content: Content) -> Iterator[tuple[str, object]]:
    styles: list[object] = [()] * len(content.plain)
    for start, end, style in content.spans:
        for i in range(max(start, 0), min(end, len(styles))):
            styles[i] = (styles[i], style)
    return zip(content.plain, styles, strict=True)


class LiveLine(Widget):
    """Shows a `Content` as it is: never markup, never more than one line."""

    DEFAULT_CSS = "LiveLine { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.content = Content("")

    def show(self, content: Content) -> None:
        """Show `content`; repaint the cells that differ from what is shown already."""
        changed = changed_runs(self.content, content)
        self.content = content
        if changed:  # for none, all would be drawn
            self.refresh(*(Region(x, 0, width, 1) for x, width in changed))

    def render_line(self, y: int) -> Strip:
        """Draw the line, cut with "…" when it is too long."""
        width, style = self.size.width, self.visual_style
        line = self.content if y == 0 else Content("")
        line = line.truncate(width, ellipsis=True)
        strip = Strip(line.render_segments(style), line.cell_length)
        return strip.adjust_cell_length(width, style.rich_style)


class PaneTitle(LiveLine):
    """The rule above a pane: its key, its name and what it shows."""

    DEFAULT_CSS = "PaneTitle { background: $panel; color: $text-muted; }"

    def show_title(self, title: Content) -> None:
        """Show `title` in a rule, so that panes are apart without colour too."""
        self.show(Content.assemble("─ ", title, " "))

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        """Draw the title and the rule to the end of the line."""
        width, style = self.size.width, self.visual_style
        line = self.content.truncate(width, ellipsis=True)
        line = line.pad_right(width - line.cell_length, "─")
        return Strip(line.render_segments(style), line.cell_length)
