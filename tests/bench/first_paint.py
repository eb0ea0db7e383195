"""First paint of the monitor in a terminal of 120x40: from its start until its frame is drawn.

Against the smallest Textual app there is, against an ordinary one (Header, Input, DataTable,
Footer), and against posting and dolphie when they are installed. CPU of the process until then;
a terminal draws faster than any of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.home import write_home
from tests.bench.peers import peer
from tests.bench.process import Terminal
from tests.bench.ratio import Ratio, Result, Scale, Skipped, interleaved

HELLO = """\
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("HELLO-WORLD")
Hello().run()
"""
ORDINARY = """\
from textual.app import App
from textual.widgets import DataTable, Footer, Header, Input
class Ordinary(App):
    def compose(self):
        yield from (Header(), Input(), DataTable(), Footer())
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("COLUMN-A", "B", "C", "D", "E", "F")
        for row in range(30):
            table.add_row(*(f"{row} {column}" for column in range(6)))
Ordinary().run()
"""
ORDER = "c1d034c5-6af7-4813-aff7-920ab02e27b2"
PEERS = {"posting": b"Collection", "dolphie": b"CONNECTING"}
"""What each has drawn at its first paint."""


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        env = write_home(Path(folder), "http://127.0.0.1:9", [ORDER])
        cases = {
            "hello": lambda: _until_drawn([python, "-c", HELLO], b"HELLO-WORLD"),
            "ordinary": lambda: _until_drawn([python, "-c", ORDINARY], b"COLUMN-A"),
            "demo": lambda: _until_drawn([python, "-m", "sms_monitor", "demo"], b"EVENTS"),
            "monitor": lambda: _until_drawn([python, "-m", "sms_monitor"], b"EVENTS", env),
        }
        cpu = interleaved(scale.rounds, cases)
    for name in ("demo", "monitor"):
        what = f"first paint, {'`demo`' if name == 'demo' else 'a profile'}"
        yield Ratio(what, "a Textual hello", cpu[name], cpu["hello"], "ms", 1.1)
    yield Ratio(
        "first paint, a profile", "Textual's own widgets", cpu["monitor"], cpu["ordinary"], "ms"
    )
    for name, words in PEERS.items():
        program = peer(name)
        if program is None:
            why = f"{name} is not installed: --install-peers does it."
            yield Skipped(f"first paint of {name}", why)
            continue
        argv = [str(program), *(["-u", "nobody"] if name == "dolphie" else [])]
        paint = interleaved(scale.few, {name: lambda a=argv, w=words: _until_drawn(a, w)})
        yield Ratio("first paint, a profile", name, cpu["monitor"], paint[name], "ms")


def _until_drawn(argv: list[str], words: bytes, env: dict[str, str] | None = None) -> float:
    with Terminal(argv, env=env) as terminal:
        terminal.until(words, 60)
        return terminal.cpu()
