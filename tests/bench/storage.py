"""History of one poll in which 1 % of 100,000 SMS changed, against that of the first one.

A real SQLite file in a temporary folder; CPU of this process, in which it has a thread.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sms_monitor.core.board import Board
from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.order import Order
from sms_monitor.services.history import History, open_history
from tests.bench.bodies import ORDER, body, changed, rows
from tests.bench.ratio import Ratio, Result, Scale, interleaved

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratio."""
    before = rows(scale.rows)
    few = max(1, scale.rows // 100)
    first = _answered(Order(ORDER), body(before), 0)
    second = _answered(first, body(changed(before, few, 1)), 60)
    cpu: dict[str, list[float]] = {"first": [], "second": []}

    def both(which: str) -> float:
        if which == "first":
            with tempfile.TemporaryDirectory() as folder:
                costs = asyncio.run(_written(Path(folder) / "history.sqlite3", first, second))
            for name, cost in zip(cpu, costs, strict=True):
                cpu[name].append(cost)
        return cpu[which][-1]

    medians = interleaved(scale.few, {name: lambda n=name: both(n) for name in cpu})
    what = f"keep a poll, {few:,} of {scale.rows:,} SMS changed"
    yield Ratio(what, "the first poll", medians["second"], medians["first"], "ms", 0.05)


def _answered(order: Order, of: bytes, seconds: float) -> Order:
    now = NOW + timedelta(seconds=seconds)
    return order.after_answer(decode_sms_summary(of), None, now, seconds)[0]


async def _written(path: Path, *orders: Order) -> list[float]:
    costs = []
    async with open_history(path, "bench", lambda: NOW, print) as history:
        await history.looked_at()
        for order in orders:
            costs.append(await _kept(history, order))
    return costs


async def _kept(history: History, order: Order) -> float:
    begin = time.process_time()
    history.take(Board(orders={ORDER: order}))
    await history.looked_at()
    return 1000 * (time.process_time() - begin)
