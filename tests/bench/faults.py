"""A thousand seeded schedules of faults between the monitor and the API, and what came of them.

Not a matter of speed: each way to answer is counted with how often something was lost or shown as
fresh that was not, in the schedules it was tried in. See `tests.faults`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

from tests.bench.ratio import Bound, Scale
from tests.faults.schedule import Outcome, play_all

SCHEDULES = 1000
AT_ONCE = 8


def measure(scale: Scale) -> Iterator[Bound]:
    """Yield how often each way was tried, and the counts of what must never be."""
    schedules = SCHEDULES if scale.rounds > 3 else 40
    outcomes: list[Outcome] = []
    for first in range(0, schedules, AT_ONCE):
        outcomes += asyncio.run(play_all(range(first, min(first + AT_ONCE, schedules))))
    tried: Counter[str] = sum((o.tried for o in outcomes), Counter())
    for way, count in sorted(tried.items()):
        print(f"  {way:20} {count:6,}")
    print(f"  {schedules:,} schedules, {tried.total():,} answers, {len(tried)} ways to answer")
    yield Bound("orders that lost something", sum(o.lost for o in outcomes), "orders", 0)
    yield Bound("orders shown as fresher than they were", sum(o.fresh for o in outcomes), "", 0)
    yield Bound("rounds with needless requests", sum(o.busy for o in outcomes), "rounds", 0)
