"""What the first paint waits for: Textual and our own screen, and nothing that talks or stores."""

from __future__ import annotations

from .pty_session import PtySession

LATER = {
    *("httpx", "httpcore", "pydantic", "sqlite3", "jwt", "cryptography", "filelock", "tomllib"),
    *("http.server", "sms_monitor.simulator.server", "sms_monitor.services.client"),
    *("sms_monitor.services.config", "sms_monitor.services.history", "sms_monitor.ui.screens.help"),
}
PROGRAM = """\
import pathlib, sys
from sms_monitor.cli import main
from sms_monitor.ui.app import MonitorApp

begin = MonitorApp._begin

def begin_and_tell(app, *rest):
    # the first thing that is done after the first paint
    pathlib.Path(sys.argv[1]).write_text(" ".join(sys.modules))
    begin(app, *rest)

MonitorApp._begin = begin_and_tell
sys.exit(main(["demo", "--speed", "0"]))
"""


def test_what_is_not_drawn_is_loaded_after_the_first_paint(tmp_path):
    told = tmp_path / "modules"
    with PtySession(["-c", PROGRAM, str(told)], size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send("\x11")
        assert terminal.ends() == 0
    first = terminal.received.decode(errors="replace")
    assert first.index("EVENTS") < first.index("KOM-118")
    loaded = set(told.read_text().split())
    assert "textual" in loaded and loaded & LATER == set()
