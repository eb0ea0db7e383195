"""What the first paint waits for: Textual and our own screen, and nothing that talks or stores."""

from __future__ import annotations

import pytest

from .pty_session import PtySession

LATER = {
    *("httpx", "httpcore", "pydantic", "sqlite3", "jwt", "cryptography", "filelock", "msgspec"),
    *("http.server", "json", "zoneinfo", "logging.handlers"),
    *("textual.widgets._data_table", "textual.widgets._footer", "textual.widgets._text_area"),
}
OURS = {
    "core": {"board", "budget", "errors", "language", "sparkline", "text"},
    "services": {"clock", "paths"},
    "ui": {
        "actions",
        "app",
        # it compares the second frame with the first, which it is not loaded for
        "cell_diff",
        "clock",
        "collecting",
        "line",
        "opening",
        "screens",
        "spans",
        "terminal",
    }
    | {"type_ahead", "widgets", "screens.frame", "widgets.live_line"},
}
"""What of each room is loaded by then at the most, beside the actions."""
PROGRAM = """\
import pathlib, sys
from sms_monitor.cli import main
from sms_monitor.ui.app import MonitorApp

def telling(what):
    # the first thing that is done after the first paint
    def told(app, *rest):
        file = pathlib.Path(sys.argv[1])
        if not file.exists():
            file.write_text(" ".join(sys.modules))
        return what(app, *rest)
    return told

MonitorApp._open = telling(MonitorApp._open)
sys.exit(main(sys.argv[2:]))
"""
CONFIG = """\
[profiles.local]
environment = "custom"
base_url = "http://127.0.0.1:9"
auth = "none"
"""


@pytest.mark.parametrize(
    ("arguments", "in_the_end"), [(["demo", "--speed", "0"], "KOM-118"), ([], "NO ORDERS")]
)
def test_what_is_not_drawn_is_loaded_after_the_first_paint(tmp_path, arguments, in_the_end):
    told = tmp_path / "modules"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(CONFIG)
    env = {"SMS_MONITOR_HOME": str(tmp_path)}
    with PtySession(["-c", PROGRAM, str(told), *arguments], size=(120, 40), env=env) as terminal:
        terminal.until(lambda: in_the_end in terminal.text())
        terminal.send("\x11")
        assert terminal.ends() == 0
    drawn = terminal.received.decode(errors="replace")
    assert drawn.index("EVENTS") < drawn.index(in_the_end)
    loaded = set(told.read_text().split())
    assert "textual" in loaded and loaded & LATER == set()
    ours = {name.removeprefix("sms_monitor.") for name in loaded if name.startswith("sms_monitor.")}
    for room in ("core", "services", "simulator", "ui"):
        of_room = {name.removeprefix(f"{room}.") for name in ours if name.startswith(f"{room}.")}
        beside = {name for name in of_room if not name.startswith("actions.")}
        assert beside <= OURS.get(room, set())
