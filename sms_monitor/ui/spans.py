"""Sending of a line only the part that is to be drawn anew.

Textual knows which cells of a line those are, and sends it from where its widget begins all the
same: 300 bytes before the seconds in the top line.

It rests on a class of Textual that is not public; whatever else there is to be sent stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate
from textual.screen import Screen
from textual.strip import Strip

from sms_monitor.ui.terminal import TerminalApp


class Spans(ChopsUpdate):
    """The same update, each line of it from the first cell that is drawn anew to the last."""

    def render_segments(self, console: Console) -> str:
        """Return what is to be sent."""
        out = []
        for y, x, strip, start, stop in drawn_chops(self):
            out.append(f"\x1b[{y + 1};{start + 1}H")
            out.append(strip.crop(start - x, stop - x).render(console))
        return "".join(out)


def drawn_chops(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip, int, int]]:
    """Yield the line, the column and the strip of each part of `update` that is drawn anew.

    With the first cell of the line that is, and the one after the last.
    """
    for y, left, right in update.spans:
        chops = zip(update.chop_ends[y], update.chops[y].items(), strict=False)
        for end, (x, strip) in chops:
            if strip is not None and x < right and end > left:
                yield y, x, strip, max(x, left), min(end, right)


class SpansApp(TerminalApp[int]):
    """An app that sends no more than that."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = Spans(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)
