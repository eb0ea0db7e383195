"""Start-up of commands that draw nothing: `--help`, `--version`, `status --json`.

Against `python -c pass` in the same virtual environment, and `status` also against Python with
the libraries it cannot do without (an HTTP client, and what checks a config file). CPU of a
process from its start to its end.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sms_monitor.simulator.demo import demo, demo_order_ids, demo_start
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests.bench.home import write_home
from tests.bench.process import cpu_of
from tests.bench.ratio import Ratio, Result, Scale, interleaved

LIBRARIES = "import asyncio, httpx, pydantic, msgspec, sqlite3"


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    start = demo_start(datetime.now(UTC).date())
    simulator = Simulator(demo(7, start), lambda: start, lambda: 0.0)
    with SimulatorServer(simulator) as server, tempfile.TemporaryDirectory() as folder:
        env = write_home(Path(folder), server.url, demo_order_ids(7)[:3])
        program = [sys.executable, "-m", "sms_monitor"]
        cpu = interleaved(
            scale.rounds,
            {
                "pass": lambda: cpu_of([sys.executable, "-c", "pass"]),
                "libraries": lambda: cpu_of([sys.executable, "-c", LIBRARIES]),
                "help": lambda: cpu_of([*program, "--help"]),
                "version": lambda: cpu_of([*program, "--version"]),
                "status": lambda: cpu_of([*program, "status", "--json"], env),
            },
        )
    yield Ratio("`--help`", "`python -c pass`", cpu["help"], cpu["pass"], "ms", 3)
    yield Ratio("`--version`", "`python -c pass`", cpu["version"], cpu["pass"], "ms", 3)
    yield Ratio(
        "`status --json`, 3 orders", "loading its libraries", cpu["status"], cpu["libraries"], "ms"
    )
