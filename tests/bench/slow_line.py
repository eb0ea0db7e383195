"""The monitor over a line of 9600 baud with 300 ms of delay both ways.

Seconds from the last key of a burst until the screen shows what it did: at most what two screens
take on that line when all of them is sent, and a round trip; with a terminal that answers nothing,
what the kernel holds comes on top. Then a minute in which nothing is taken at all, and the end in
the midst of it.
"""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.server import SimulatorServer
from tests.bench.bodies import ORDER, body, rows
from tests.bench.home import write_home
from tests.bench.monitor import ASK, WHOLE_LINES
from tests.bench.ratio import Bound, Result, Scale
from tests.terminal.pty_session import PtySession
from tests.terminal.slow_line import SlowLine

RATE, DELAY = 960, 0.3
"""Bytes a second of 9600 baud (8N1), and seconds each way."""
SIZE = (120, 40)
SMS = 200
KERNEL = 20_512
"""Bytes that a pseudo terminal of Linux holds; one that does not answer tells no more than that."""
PERIOD = 10.0
"""Seconds between two requests for the order, in which nothing happens, while the line is stuck."""
DOWN, PAGE_DOWN = "\x1b[B", "\x1b[6~"
REPEAT = 1 / 30
"""Seconds between two of a key that is held."""
BURSTS: dict[str, tuple[str, ...]] = {
    "40 rows down, held": (DOWN,) * 40,
    "10 pages down": (PAGE_DOWN,) * 10,
    "f, n, Enter, Escape": ("f", "n", "\r", "\x1b"),
}
LAST_SIZES = ((100, 30), (80, 24), (110, 36))
_TIMES = re.compile("first seen [0-9:]+|[0-9]+[smhd] ")
_UPDATE = re.compile(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", re.DOTALL)
STUCK = 60.0
"""Seconds in which nothing is taken."""
LIMIT = 600.0
OUTPUTS: dict[str, dict[str, str]] = {
    "": {},
    ", whole lines": WHOLE_LINES,
    ", a terminal that answers nothing": {"": ""},
}
"""What the results are called, by what the output is."""


class Asked:
    """One order that does not change; counts how often it was asked for."""

    def __init__(self) -> None:
        self.times = 0
        self._body = body(rows(SMS))

    def now(self) -> datetime:
        """Return the time of the server."""
        return datetime.now(UTC)

    def respond(self, request: Request) -> Answer:
        """Answer about the SMS of the order, and about nothing else."""
        if not request.target.endswith("/sms"):
            return Answer(404)
        self.times += 1
        return Answer(200, self._body, "application/json; charset=utf-8")


def measure(scale: Scale) -> Iterator[Result]:
    """Yield seconds after the last key, by burst and output; then what a stuck line does."""
    with _watching(WHOLE_LINES) as (terminal, _):
        line = SlowLine(terminal, 1e7, 0.0)
        _begin(line)
        wanted = []
        for burst in BURSTS.values():
            _press(line, burst)
            wanted.append(_settled(line))
        line.resize(*LAST_SIZES[-1])
        wanted.append(_settled(line))
        whole = max(map(len, _UPDATE.findall(terminal.received)))
    limit = 2 * whole / RATE + 2 * DELAY
    for name, env in OUTPUTS.items():
        yield from _of_a_line(name, env, wanted, limit, STUCK if scale.rounds > 3 else 10.0)


def _of_a_line(
    name: str, env: Mapping[str, str], wanted: list[str], limit: float, stuck: float
) -> Iterator[Result]:
    with _watching(env) as (terminal, asked):
        answers = "" not in env
        line = SlowLine(terminal, RATE, DELAY, answers=answers)
        limit += 0 if answers else KERNEL / RATE
        yield Bound(f"9600 baud{name}: the first screen", _begin(line), "s", limit)
        for (what, burst), screen in zip(BURSTS.items(), wanted, strict=False):
            _press(line, burst)
            yield Bound(f"9600 baud{name}: {what}", _until(line, screen), "s", limit)
        for size in LAST_SIZES:
            line.resize(*size)
            line.pump(0.2)
        yield Bound(f"9600 baud{name}: another size", _until(line, wanted[-1]), "s", limit)
        times, memory = asked.times, _memory(terminal.process.pid)
        for second in range(int(stuck)):
            terminal.send(DOWN if second % PERIOD else ASK)
            time.sleep(1)
        left_out = max(0.0, stuck / PERIOD - (asked.times - times))
        grown = _memory(terminal.process.pid) - memory
        yield Bound(f"{stuck:.0f} s stuck{name}: requests left out", left_out, "", 1.5)
        yield Bound(f"{stuck:.0f} s stuck{name}: memory that came", grown, "MB", 2)
        terminal.send("qqq")
        begin = time.monotonic()
        terminal.process.wait(LIMIT)
        yield Bound(f"{stuck:.0f} s stuck{name}: q", time.monotonic() - begin, "s", 3)


def _begin(line: SlowLine) -> float:
    """Go to the table of SMS, unmasked; return how long it took to show after the first byte."""
    line.until(lambda: line.taken > 0, LIMIT)
    shown = line.until(lambda: f"{SMS} of {SMS}" in line.terminal.text(), LIMIT)
    for key in ("2", "m"):
        line.press(key)
    line.until(lambda: "+474" in line.terminal.text(), LIMIT)
    return shown


def _press(line: SlowLine, burst: tuple[str, ...]) -> None:
    for key in burst:
        line.press(key)
        line.pump(REPEAT)


def _settled(line: SlowLine) -> str:
    """Return what is shown when nothing more comes."""
    shown = ""
    line.pump(3.0)
    while shown != (shown := _shown(line.terminal)):
        line.pump(2.0)
    return shown


def _until(line: SlowLine, screen: str) -> float:
    return line.until(lambda: _shown(line.terminal) == screen, LIMIT)


def _shown(terminal: PtySession) -> str:
    """Return what does not change with time: all but the first line, the events and ages."""
    return _TIMES.sub("", terminal.text().partition("\n")[2].partition("[4]")[0])


def _memory(pid: int) -> float:
    """Return MB of a process that are in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


@contextmanager
def _watching(env: dict[str, str]) -> Iterator[tuple[PtySession, Asked]]:
    asked = Asked()
    with SimulatorServer(asked) as server, TemporaryDirectory() as folder:
        home = write_home(Path(folder), server.url, [ORDER], "interval = 2")
        with PtySession(["-m", "sms_monitor"], size=SIZE, env={**home, **env}) as terminal:
            yield terminal, asked
