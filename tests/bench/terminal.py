"""Bytes the monitor sends to a terminal of 120x40, by event, output and number of colours.

With the same number of SMS as DataTable, which is compared with, in a pseudo terminal; the fewest
of what is sent until all is quiet. What the top line and the event list say of a poll is in it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from tests.bench.bodies import Row, body, rows
from tests.bench.monitor import ASK, WHOLE_LINES, watching
from tests.bench.process import Terminal
from tests.bench.ratio import Bound, Counts, Ratio, Result, Scale

SIZE = 1000
LINES = 40
IDLE = 10
"""Seconds in which nothing is done."""
DOWN, PAGE_DOWN = "\x1b[B", "\x1b[6~"
POLL, FAR, NEAR = "a poll, nothing changed", "a poll, a row out of sight", "a poll, a row in sight"
ON, SCROLL, PAGE = "cursor down", "cursor down, the table scrolls", "a page down"
SORT, FAULTS, STILL = "another sort", "faults only", f"nothing for {IDLE} s"
COLOURS: dict[str, dict[str, str]] = {
    "16": {"TERM": "xterm", "COLORTERM": ""},
    "256": {"COLORTERM": ""},
    "true": {},
}
"""What says how many colours a terminal has."""
OUTPUTS: dict[str, dict[str, str]] = {"cells": {}, "lines": WHOLE_LINES}
TRUE, WHOLE = "cells, true", "lines, true"


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios, then what each event sends."""
    size = min(SIZE, scale.rows)
    sent = {
        f"{output}, {colours}": _by_event(size, scale.few, {**is_so, **has})
        for output, is_so in OUTPUTS.items()
        for colours, has in COLOURS.items()
    }
    stock = _stock(size, scale.few)
    for name in (TRUE, WHOLE):
        mine = sent[name]
        more = "" if name == TRUE else ", whole lines"
        yield Bound(f"{POLL}{more}", mine[POLL], "bytes", 250)
        limit = 0.02 if name == TRUE else 0.1
        yield Ratio(f"{NEAR}{more}", "DataTable", mine[NEAR], stock[NEAR], "bytes", limit)
        yield Ratio(f"{ON}{more}", "DataTable", mine[ON], stock[ON], "bytes")
        limits = 0.1 if name == TRUE else None
        yield Ratio(f"{SCROLL}{more}", "DataTable", mine[SCROLL], stock[SCROLL], "bytes", limits)
        yield Ratio(f"{PAGE}{more}", "DataTable", mine[PAGE], stock[PAGE], "bytes")
    for event in sent[TRUE]:
        yield Counts(event, {name: by[event] for name, by in sent.items()}, "bytes, colours")


def _by_event(size: int, rounds: int, env: Mapping[str, str]) -> dict[str, float]:
    before = rows(size)
    # refused numbers stand on top, the newest first, and the oldest of the delivered at the end
    first = max((second, number) for number, kind, second in before if kind == 2)[1]
    last = min((second, number) for number, kind, second in before if kind == 0)[1]
    still, near, far = (
        body(before),
        body(_later(before, first, 60)),
        body(_later(before, last, -60)),
    )
    times = rounds + 1
    bodies = [still] * (1 + times)
    for other in (far, near):
        bodies += [other if time % 2 == 0 else still for time in range(times)]
        bodies += [still] * (times % 2)
    sent: dict[str, float] = {}
    with watching(bodies, f"{size} of {size}", env) as monitor:
        # another row than the first one is in the detail
        monitor.event(DOWN * 2, 0.6)
        sent[POLL] = _sent(monitor, [ASK] * times)
        for what in (FAR, NEAR):
            sent[what] = _sent(monitor, [ASK] * times)
            if times % 2:
                monitor.event(ASK, 0.6)
        sent[ON] = _sent(monitor, [DOWN] * times)
        monitor.event(PAGE_DOWN, 0.6)
        sent[PAGE] = _sent(monitor, [PAGE_DOWN] * times)
        sent[SCROLL] = _sent(monitor, [DOWN] * times)
        sent[SORT] = _sent(monitor, ["A", "M"] * times)
        sent[FAULTS] = _sent(monitor, ["f"] * times)
        received = monitor.received
        end = time.monotonic() + IDLE
        while (left := end - time.monotonic()) > 0:
            monitor.read(left)
        sent[STILL] = monitor.received - received
    return sent


def _later(before: Sequence[Row], which: int, seconds: int) -> list[Row]:
    return [(n, kind, s + seconds if n == which else s) for n, kind, s in before]


def _stock(size: int, rounds: int) -> dict[str, float]:
    times = rounds + 1
    with Terminal([sys.executable, "-m", "tests.bench.stock_table", str(size)]) as stock:
        stock.until(b"MEANING")
        stock.quiet(1.0)
        sent = {NEAR: _sent(stock, ["c"] * times), ON: _sent(stock, [DOWN] * times)}
        stock.event(PAGE_DOWN)
        sent[PAGE] = _sent(stock, [PAGE_DOWN] * times)
        stock.event(DOWN * LINES)
        sent[SCROLL] = _sent(stock, [DOWN] * times)
    return sent


def _sent(terminal: Terminal, keys: Sequence[str]) -> float:
    """Return the fewest bytes that a key sends: what is late for one comes with another."""
    return min([terminal.event(key, 0.6)[1] for key in keys][1:])
