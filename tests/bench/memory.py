"""Memory of the monitor with an order of 100,000 SMS, over one with a single SMS.

Against the size of the answer they came in. Resident memory once all is quiet, after a second
answer with 1 % changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.bodies import body, changed, rows
from tests.bench.monitor import ASK, watching
from tests.bench.ratio import Ratio, Result, Scale

MB = 1e6


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratio."""
    before = rows(scale.rows)
    large = [body(before), body(changed(before, max(1, scale.rows // 100), 1))]
    small = [body(rows(1))]
    over = _resident(large, scale.rows) - _resident(small, 1)
    what = f"memory of {scale.rows:,} SMS"
    yield Ratio(what, "the answer", over / MB, len(large[0]) / MB, "MB", 4)


def _resident(bodies: Sequence[bytes], size: int) -> float:
    with watching(bodies, f"{size} of {size}") as terminal:
        terminal.event(ASK, 1.0)
        status = Path(f"/proc/{terminal.pid}/status").read_text()
    return 1024 * float(status.partition("VmRSS:")[2].split()[0])
