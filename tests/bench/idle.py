"""A monitor that nobody touches: CPU and bytes to the terminal.

The same job as `watch -n1 'curl -s URL | jq ...'`: 30 SMS, asked about once a second, one of them
changing; and a monitor that only lets its clock go on, against a Textual app without timers.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator

from tests.bench.bodies import body, changed, rows
from tests.bench.monitor import ASK, watching
from tests.bench.process import Terminal
from tests.bench.ratio import Ratio, Result, Scale, Skipped
from tests.bench.server import serving

SIZE = 30
FILL = 10
"""Polls until the events and their scrollbar are what they are all day."""
STILL = """\
from textual.app import App
from textual.widgets import Static
class Still(App):
    def compose(self):
        yield Static("HELLO-WORLD")
Still().run()
"""
FILTER = ".notifications[] | [.sendStatus.status, .recipient.mobileNumber] | @tsv"
NEEDED = ("watch", "curl", "jq")


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    seconds = 2 * scale.rounds
    before = rows(SIZE)
    bodies = [body(before), body(changed(before, 1, 1))]
    shown = f"{SIZE} of {SIZE}"
    with watching(bodies, shown) as monitor:
        still = _over(monitor, seconds)
        _over(monitor, FILL, ASK)
        asked = _over(monitor, seconds, ASK)
    with Terminal([sys.executable, "-c", STILL]) as hello:
        hello.until(b"HELLO-WORLD")
        hello.quiet(1.0)
        floor = _over(hello, seconds)
    yield Ratio(
        "idle, its clock going", "a Textual app without timers", still[0], floor[0], "ms/s", 3
    )
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        why = f"{', '.join(missing)} not found: apt-get install procps curl jq."
        yield Skipped("the same job as watch, curl and jq", why)
        return
    with serving(bodies) as url:
        command = f"curl -s {url} | jq -r '{FILTER}'"
        with Terminal(["watch", "-n1", command]) as watch:
            for _ in range(seconds):
                watch.read(0.1)
                time.sleep(0.9)
            while watch.read(0):
                pass
            received = watch.received
            cpu = watch.end()
    against = "watch, curl and jq"
    yield Ratio("30 SMS each second", against, asked[0], cpu / seconds, "ms/s", 0.25)
    yield Ratio("30 SMS each second", against, asked[1], received / seconds, "bytes/s", 3)


def _over(terminal: Terminal, seconds: int, keys: str = "") -> tuple[float, float]:
    """Return ms of CPU and bytes, a second, while `keys` are pressed once a second."""
    terminal.quiet(0.5)
    cpu, received = terminal.cpu(), terminal.received
    begin = time.monotonic()
    for number in range(seconds):
        if keys:
            terminal.send(keys)
        while (left := begin + number + 1 - time.monotonic()) > 0:
            terminal.read(left)
    return (terminal.cpu() - cpu) / seconds, (terminal.received - received) / seconds
