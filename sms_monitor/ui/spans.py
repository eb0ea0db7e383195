"""Sending of a line only the part that is to be drawn anew.

Textual knows which cells of a line those are, and sends it from where its widget begins all the
same: 300 bytes before the seconds in the top line. It rests on classes of Textual that are not
public.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip


class Spans(ChopsUpdate):
    """The same update, each line of it from the first cell that is drawn anew to the last.

    Of a strip with a letter of uncertain width nobody knows where its cells are; it is sent whole.
    """

    def render_segments(self, console: Console) -> str:
        """Return what is to be sent."""
        out = []
        for y, x, strip, start, stop in drawn_chops(self):
            if is_uncertain(strip.text):
                start, stop = x, x + strip.cell_length
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


def drawn_by(update: CompositorUpdate) -> set[Region] | None:
    """Return what `update` draws anew; None when that cannot be told."""
    match update:
        case LayoutUpdate():
            return {update.region}
        case ChopsUpdate():
            return {Region(left, y, right - left, 1) for y, left, right in update.spans}
    return None


def is_uncertain(text: str) -> bool:
    """Whether terminals do not agree on how wide `text` is: it has marks, or pictures."""
    return not text.isascii() and any(letter > "\uffff" or cell_len(letter) == 0 for letter in text)
