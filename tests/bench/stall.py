"""How long an answer of 100,000 SMS, 1 % of them changed, holds the event loop at most.

A task that sleeps for a millisecond sees how late it wakes. Against the wall time of decoding the
same bytes in one go and comparing them by id, which is how long that would hold it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import msgspec

from tests.bench.bodies import body, changed, rows, shuffled
from tests.bench.polling import Polling, polling
from tests.bench.ratio import Ratio, Result, Scale, interleaved

TICK = 0.001


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratio."""
    before = rows(scale.rows)
    few = max(1, scale.rows // 100)
    bodies = [body(before), body(shuffled(changed(before, few, 1), 2))]
    with asyncio.Runner() as runner:
        block = polling(bodies)
        at = runner.run(block.__aenter__())
        late = interleaved(
            scale.few,
            {
                "poll": lambda: runner.run(_latest(at)),
                "inline": lambda: _inline(*bodies),
                "nothing": lambda: runner.run(_idle()),
            },
        )
        runner.run(block.__aexit__(None, None, None))
    what = f"longest hold of the loop, {scale.rows:,} SMS"
    yield Ratio(what, "decode and compare inline", late["poll"], late["inline"], "ms wall", 0.05)
    yield Ratio(what, "a loop with nothing to do", late["poll"], late["nothing"], "ms wall")


async def _latest(at: Polling) -> float:
    return await _lateness(at.poll())


async def _idle() -> float:
    return await _lateness(asyncio.sleep(0.5))


async def _lateness(work: object) -> float:
    worst = 0.0

    async def tick() -> None:
        nonlocal worst
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(TICK)
            worst = max(worst, time.perf_counter() - begin - TICK)

    task = asyncio.create_task(tick())
    await work  # type: ignore[misc]  # any awaitable
    task.cancel()
    return 1000 * worst


def _inline(first: bytes, second: bytes) -> float:
    known = {one["id"]: one for one in msgspec.json.decode(first)["notifications"]}
    begin = time.perf_counter()
    found = msgspec.json.decode(second)["notifications"]
    [one for one in found if known.get(one["id"]) != one]
    return 1000 * (time.perf_counter() - begin)
