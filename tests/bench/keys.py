"""Key press to paint in a monitor that gets an answer of 100,000 SMS every second.

1 % of them change each time. A key moves the cursor; the time is until the first byte comes back.
Against the same monitor while nothing is asked, in the same run. Wall time, the one thing here
that is: it is what a person waits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from tests.bench.bodies import body, changed, rows
from tests.bench.monitor import ASK, watching
from tests.bench.process import Terminal
from tests.bench.ratio import Bound, Ratio, Result, Scale, percentile

DOWN, UP = "\x1b[B", "\x1b[A"
PERIOD = 1.0


def measure(scale: Scale) -> Iterator[Result]:
    """Yield percentiles."""
    before = rows(scale.rows)
    few = max(1, scale.rows // 100)
    bodies = [body(before)]
    for number in range(3):
        before = changed(before, few, number)
        bodies.append(body(before))
    presses = 15 * scale.rounds
    with watching(bodies, f"{scale.rows} of {scale.rows}") as terminal:
        idle = _pressed(terminal, presses, polling=False)
        busy = _pressed(terminal, presses, polling=True)
    what = f"key to paint, {scale.rows:,} SMS each second"
    ms = "ms wall"
    p95, quiet = percentile(busy, 0.95), percentile(idle, 0.95)
    yield Ratio(f"{what}: p50", "idle", percentile(busy, 0.5), percentile(idle, 0.5), ms)
    yield Ratio(f"{what}: p95", "idle", p95, quiet, ms, 2)
    yield Bound(f"{what}: p95", p95, ms, 16)
    yield Bound(f"{what}: longest", max(busy), ms, 50)


def _pressed(terminal: Terminal, presses: int, *, polling: bool) -> list[float]:
    """Return the ms until something is drawn, for each press."""
    chance = random.Random(1)
    taken = []
    asked = time.monotonic()
    for number in range(presses):
        wait = time.monotonic() + chance.uniform(0.08, 0.2)
        while (left := wait - time.monotonic()) > 0:
            if polling and time.monotonic() - asked >= PERIOD:
                asked = time.monotonic()
                terminal.send(ASK)
            terminal.read(left)
        while terminal.read(0):
            pass
        begin = time.perf_counter()
        terminal.send(DOWN if number % 8 < 4 else UP)
        while not terminal.read(1.0):
            if time.perf_counter() - begin > 30:
                raise TimeoutError("the monitor does not answer to a key")
        taken.append(1000 * (time.perf_counter() - begin))
    return taken
