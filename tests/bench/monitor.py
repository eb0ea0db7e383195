"""The monitor itself in a terminal, watching one order of a server of prepared answers."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bodies import ORDER
from tests.bench.home import write_home
from tests.bench.process import Terminal
from tests.bench.server import serving

ASK = "R"
"""The key that asks about all orders at once."""
WHOLE_LINES = {"SMS_MONITOR_OUTPUT": "lines"}
"""Has of each line all sent from the first cell that is drawn anew to the last."""


@contextmanager
def watching(
    bodies: Sequence[bytes], shown: str, settings: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Yield the monitor once the first of `bodies` is on the screen, which then says `shown`.

    Its next poll by itself is an hour away; `ASK` gets the next of `bodies`. The keys go to the
    table of SMS, which stands on its first row. `settings` are of the environment.
    """
    with serving(bodies) as url, tempfile.TemporaryDirectory() as folder:
        env = write_home(Path(folder), url, [ORDER], "interval = 3600") | dict(settings or {})
        with Terminal([sys.executable, "-m", "sms_monitor"], env=env) as terminal:
            terminal.until(shown.encode())
            terminal.send("2")
            terminal.quiet(1.0)
            yield terminal
