"""Bytes the monitor sends to a terminal of 120x40, against DataTable for the same events.

Both with the same number of SMS, in a pseudo terminal; the median of what is sent until all is
quiet. What the top line and the event list say of a poll is in the monitor's bytes.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator

from tests.bench.bodies import body, rows
from tests.bench.monitor import ASK, watching
from tests.bench.process import Terminal
from tests.bench.ratio import Bound, Ratio, Result, Scale

SIZE = 1000
DOWN, PAGE_DOWN, PAGE_UP = "\x1b[B", "\x1b[6~", "\x1b[5~"


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    size = min(SIZE, scale.rows)
    before = rows(size)
    first = next(number for number, kind, _ in before if kind)
    # the worst stand on top: one of them changes its time, so that a row in sight does
    now = [(n, k, s + 1 if n == first else s) for n, k, s in before]
    rounds = scale.few
    with watching([body(before), body(before)], f"{size} of {size}") as monitor:
        unchanged = _sent(monitor, ASK, rounds)
        down = _sent(monitor, DOWN, rounds)
        monitor.event(PAGE_DOWN)
        page = _sent(monitor, PAGE_DOWN, rounds)
    with watching([body(before), body(now)], f"{size} of {size}") as monitor:
        one = _sent(monitor, ASK, rounds)
    stock_argv = [sys.executable, "-m", "tests.bench.stock_table", str(size)]
    with Terminal(stock_argv) as stock:
        stock.until(b"MEANING")
        stock.quiet(1.0)
        stock_one = _sent(stock, "c", rounds)
        stock_down = _sent(stock, DOWN, rounds)
        stock.event(PAGE_DOWN)
        stock_page = _sent(stock, PAGE_DOWN, rounds)
    yield Bound("a poll that changed nothing", unchanged, "bytes", 250)
    against = "DataTable"
    yield Ratio("one row in sight changed", against, one, stock_one, "bytes", 0.1)
    yield Ratio("cursor down", against, down, stock_down, "bytes")
    yield Ratio("a page down", against, page, stock_page, "bytes")


def _sent(terminal: Terminal, keys: str, rounds: int) -> float:
    terminal.event(keys, 0.6)
    return statistics.median(terminal.event(keys, 0.6)[1] for _ in range(rounds))
