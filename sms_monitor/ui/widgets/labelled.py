"""A label, and beside it text that wraps in a column of its own."""

from __future__ import annotations

from functools import lru_cache

from textual.content import Content

from sms_monitor.ui.cells import MUTED

LABEL_WIDTH = 10
"""Cells of a label, its space included, unless a page says otherwise."""
_NARROWEST = 20


def label_cell(label: str, label_width: int = LABEL_WIDTH) -> Content:
    """Return `label` in its column."""
    return Content.styled(f"{label:<{label_width}}", f"bold {MUTED}")


# a page is told each second, and all but a line or two of it is what it was
@lru_cache(maxsize=128)
def labelled(
    label: str, text: str, width: int, label_width: int = LABEL_WIDTH
) -> tuple[Content, ...]:
    """Return the lines of `text`, which may have line breaks, wrapped to `width` cells in all."""
    room = max(_NARROWEST, width - label_width)
    lines = [
        line for part in text.split("\n") for line in (Content(part).wrap(room) or [Content("")])
    ]
    heads = [label_cell(label, label_width), *[Content(" " * label_width)] * (len(lines) - 1)]
    return tuple(Content.assemble(head, line) for head, line in zip(heads, lines, strict=True))
