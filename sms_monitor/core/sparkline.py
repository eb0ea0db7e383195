"""Counts as one line of text: a column a cell, higher for more."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "._,:|#"
"""For terminals that have no blocks. No braille: many fonts draw it unevenly or not at all."""


def sparkline(counts: Sequence[int], *, ascii_only: bool = False) -> str:
    """Return a glyph for each of `counts`, oldest first.

    The first glyph is for none and only for none. The highest count reaches the top when it is
    higher than there are glyphs; below that a glyph is a count, so that one failure in two
    quiet hours is not drawn as high as an outage.
    """
    glyphs = ASCII if ascii_only else BLOCKS
    steps = len(glyphs) - 1
    top = max((steps, *counts))
    # rounded up: whatever is more than none is drawn higher than none
    return "".join(glyphs[-(-max(count, 0) * steps // top)] for count in counts)


def bar(share: float, width: int, *, ascii_only: bool = False) -> str:
    """Return `share`, 0 to 1, of `width` cells; at least one cell unless it is 0."""
    cells = round(share * width)
    if share > 0:
        cells = min(width, max(1, cells))
    return ("#" if ascii_only else "█") * cells


def needs_ascii(term: str, encoding: str | None) -> bool:
    """Whether a terminal draws no blocks, by its `TERM` and the encoding of what it is sent.

    The Linux console has a font of 512 glyphs at most, which leaves most blocks out.
    """
    utf8 = (encoding or "").lower().replace("_", "-") in ("utf-8", "utf8")
    return not utf8 or term in ("linux", "dumb", "vt100", "vt102", "vt220")
