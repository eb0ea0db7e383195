"""A day of 100 orders that come and go, in simulated time: what the process holds, what it wrote.

Not a matter of speed. The real poller and a real history file in a temporary folder; see
`tests.faults.soak`. `--quick` is an hour.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from sms_monitor.services.turns import CONCURRENCY
from tests.bench.ratio import Bound, Ratio, Result, Scale
from tests.faults.soak import BUDGET, WATCHED, Soaked, soak

HOUR = 3600.0
MB = 1e6


def measure(scale: Scale) -> Iterator[Result]:
    """Yield what is held at the end against the beginning, and the history against its changes."""
    hours = (1.0, 12.0, 24.0) if scale.rounds > 3 else (0.25, 0.5, 1.0)
    with tempfile.TemporaryDirectory() as folder:
        file, moments = Path(folder) / "history.sqlite3", [HOUR * at for at in hours]
        # a process of its own: in the memory that others have left nothing would be seen to grow
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            run = process.submit(_soaked, file, moments).result()
    for at, one in zip(hours, run.samples, strict=True):
        print(
            f"  {at:5g} h: {one.rss / MB:6.1f} MB resident, {one.descriptors} descriptors, "
            f"{one.tasks} tasks, {one.held} orders held"
        )
    print(
        f"  {run.orders:,} orders, {run.requests:,} requests ({run.failed:,} failed), "
        f"{run.shown:,} states shown, {run.kept:,} kept"
    )
    first, _, last = run.samples
    begin, end = (f"{at:g} h" for at in (hours[0], hours[-1]))
    yield Ratio(f"memory after {end}", begin, last.rss / MB, first.rss / MB, "MB", 1.25)
    yield Bound(f"descriptors more after {end}", last.descriptors - first.descriptors, "", 0)
    # the run itself, the one that iterates, its two waits, and the requests under way
    yield Bound(f"tasks after {end}", last.tasks, "", 4 + CONCURRENCY)
    yield Bound("orders held", max(one.held for one in run.samples), "orders", WATCHED)
    yield Bound("requests a minute", run.requests / (60 * hours[-1]), "", BUDGET + 1)
    yield Bound("states shown and not kept", abs(run.shown - run.kept), "states", 0)
    yield Ratio("history", "its rows, packed", run.size / MB, run.packed / MB, "MB", 2)


def _soaked(file: Path, moments: Sequence[float]) -> Soaked:
    return asyncio.run(soak(file, moments))
