"""What the pulse says of one order: the verdict, when SMS failed, and of what kind they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from textual.content import Content

from sms_monitor.core.language import Language
from sms_monitor.core.phase import Phase
from sms_monitor.core.pulse import Breakdown, OrderPulse, Share, breakdown, span_of
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.sparkline import bar
from sms_monitor.core.tally import Tally
from sms_monitor.ui.cells import MUTED, STYLE, failures_line, percent
from sms_monitor.ui.widgets.labelled import label_cell, labelled

GAP = 3
"""Cells between two columns of bars."""


class Look(NamedTuple):
    """How it is to be told."""

    language: Language
    """Of the verdict's reason; labels are English."""
    width: int
    """In cells."""
    ascii_only: bool


def pulse_text(pulse: OrderPulse, everywhere: Breakdown, now: datetime, look: Look) -> Content:
    """Return all of it; `everywhere` are the failures of all orders, to compare with."""
    found, tally = pulse.verdict, pulse.order.tally
    said = f"{found.kind.capitalize()}. {found.reason.said(look.language)}"
    lines = [*labelled("Verdict", said, look.width)]
    if tally.generated:
        lines += labelled("Rates", _rates(tally), look.width)
        lines += [failures_words(pulse.failures, now, ascii_only=look.ascii_only)]
    if tally[Phase.FAILED]:
        lines += [Content(""), *_bars(breakdown([pulse.order]), everywhere, look)]
    return Content("\n").join(lines)


def failures_words(counts: Sequence[int], now: datetime, *, ascii_only: bool) -> Content:
    """The failures of the last two hours as a line, with when they were most."""
    most = max(counts)
    words = "none"
    if most:
        at = span_of(max(i for i, n in enumerate(counts) if n == most), now)[0]
        words = f"{sum(counts)}, most {most} at {at.astimezone(OSLO):%H:%M} in 5 minutes"
    return Content.assemble(
        label_cell("Failed 2h"), failures_line(counts, ascii_only=ascii_only), f" {words}"
    )


def _bars(own: Breakdown, everywhere: Breakdown, look: Look) -> Iterator[Content]:
    blocks = [
        ("REASON", own.reasons, everywhere.reasons),
        ("CLASS", own.classes, everywhere.classes),
        ("COUNTRY CODE", own.countries, everywhere.countries),
    ]
    if look.width >= 110:
        columns = [[block] for block in blocks]
    else:
        columns = [blocks[:1], blocks[1:]] if look.width >= 72 else [blocks]
    widths = _widths(look.width, len(columns))
    drawn = [
        Content("\n\n").join(_block(*block, width, look.ascii_only) for block in column)
        for column, width in zip(columns, widths, strict=True)
    ]
    gap = Content(" " * GAP)
    for lines in zip_longest(*(column.split("\n") for column in drawn), fillvalue=Content("")):
        cells = zip(lines, widths, strict=True)
        yield gap.join([line.pad_right(width - line.cell_length) for line, width in cells])


def _widths(room: int, columns: int) -> list[int]:
    """Return cells for each column; the first holds the reasons, whose names are longest."""
    left = room - GAP * (columns - 1)
    part = left // (4 + 3 * (columns - 1))
    return [left - 3 * part * (columns - 1), *[3 * part] * (columns - 1)]


def _block(
    title: str, shares: Sequence[Share], everywhere: Sequence[Share], width: int, ascii_only: bool
) -> Content:
    """Return a heading, and a line for each share: name, bar, count, percent, count in all orders.

    No line is longer than `width`, in cells.
    """
    totals = {share.name: share.failed for share in everywhere}
    names = [share.name.removeprefix("Failed_") or share.name for share in shares]
    room = min(max(map(len, (title, *names))), 22)
    digits = max(3, len(str(max(totals.values()))))
    length = max(0, min(width - room - 2 * digits - 8, 40))
    heading = f"{title:<{room}} {'':{length + digits + 6}} {'ALL':>{digits}}"
    lines = [Content.styled(heading[:width], f"bold {MUTED}")]
    for share, name in zip(shares, names, strict=True):
        drawn = Content.styled(bar(share.share, length, ascii_only=ascii_only), STYLE[Phase.FAILED])
        part = f"{max(1, round(100 * share.share))}%"
        told = f"{share.failed:>{digits}} {part:>4} {totals[share.name]:>{digits}}"
        parts = (
            Content(name).truncate(room, ellipsis=True, pad=True),
            drawn.pad_right(length - drawn.cell_length),
            Content(told),
        )
        lines.append(Content(" ").join(parts).truncate(width, ellipsis=True))
    return Content("\n").join(lines)


def _rates(tally: Tally) -> str:
    failed, confirmed = tally[Phase.FAILED], tally[Phase.CONFIRMED]
    final = failed + confirmed
    rate = f"{percent(failed, final)} of {final} final failed" if final else "none is final"
    return f"{rate}, {percent(confirmed, tally.generated)} of {tally.generated} confirmed"
