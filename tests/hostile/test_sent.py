"""What reaches a terminal and a pipe is ours: every sequence of it is one that we mean to send."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from sms_monitor.simulator.server import SimulatorServer
from tests.cli.conftest import empty_home
from tests.promises.canaries import with_clipboard
from tests.terminal.pty_session import PtySession

from .server import EMPTY, ORDER, ORDERS, TEXTS, HostileApi
from .strategies import is_clean

__all__ = ["empty_home"]

OURS = re.compile(
    rb"\x1b\[[0-9;]*m"  # attributes
    rb"|\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]*C"  # to a cell
    rb"|\x1b\[[0-9]+;[0-9]+r|\x1b\[r|\x1bM"  # lines that are moved
    # modes: screen, cursor, mouse, focus, paste, whole frames, wrapping
    rb"|\x1b\[\?(?:1049|25|1000|1003|1006|1015|1004|2004|2026|2048|7)[hl]"
    rb"|\x1b\[\?(?:2026|2048)\$p"  # whether it knows them
    rb"|\x1b\[>[0-9]+u|\x1b\[<u|\x1b\[\?u"  # keys told apart
    rb"|\x1b\[c|\x1b\[>q|\x1b\[6n|\x1b\[16t|\x1b\[2J"
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse's pointer
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # copying
    rb"|\x1b\]9;[^\x00-\x1f\x7f]*\x07|\x07"  # an alert
)
"""All that this program and Textual's driver send beside text."""


def unknown_in(sent: bytes) -> list[str]:
    """What is neither a sequence of ours nor text that can be seen."""
    text = OURS.sub(b"", sent).decode()
    return [repr(line) for line in re.split("[\r\n]+", text) if not is_clean(line)]


CONFIG = '[profiles.x]\nenvironment = "custom"\nbase_url = "{}"\nauth = "none"\n'


@pytest.fixture
def home(empty_home):
    """Somebody who watches the hostile orders, under names that are no better."""
    api = HostileApi(lambda: datetime.now(UTC))
    with SimulatorServer(api) as server:
        empty_home.write_config(CONFIG.format(server.url))
        watched = [
            {"order_id": one, "label": TEXTS[n], "note": TEXTS[n + 4], "added": "2026-11-23T07:00Z"}
            for n, one in enumerate(ORDERS)
        ]
        document = {"version": 1, "profiles": {"x": watched}}
        empty_home.orders.write_text(json.dumps(document))
        empty_home.api = api
        yield empty_home


KEYS = ("2jjjn\r", "\x1bP", "\x1bo", "J", "\x1b\x1b@", "\x1b2yj\r", "m", "?", "\x1b1jj3", ":\t")


def test_no_sequence_reaches_the_terminal_but_our_own(home):
    with PtySession(["-m", "sms_monitor"], size=(120, 40), env=home.environ) as terminal:
        terminal.until(lambda: "Failed_" in terminal.text() and "(500)" in terminal.text())
        for keys in KEYS:
            terminal.send(keys)
            terminal.rest(0.1)
        terminal.send(f"\x1b#\x1b[200~{TEXTS[1]}{TEXTS[2]}\x1b[201~\r")
        terminal.rest(0.1)
        home.api.refuses = True
        terminal.send("\x1b\x1bR")
        terminal.rest(0.3)
        terminal.send("\x11")
        assert terminal.ends() == 0
    assert unknown_in(terminal.received) == []
    assert b"Q0FOQVJZ" in terminal.received, "its letters are shown"
    copied = with_clipboard(terminal.received)[len(terminal.received) :].decode()
    assert is_clean(copied, but="\n")


@pytest.mark.parametrize("refuses", [False, True])
def test_what_a_command_prints_is_clean(home, refuses):
    home.api.refuses = refuses
    said = []
    for line in (
        *("status", "status --json --rows --unmask", f"export {ORDER} --unmask"),
        *(f"export {ORDER} --format md", f"export {ORDER} --format json"),
        *("history", "history --json"),
        *("find 99112233 --json", f"find {TEXTS[2]}", "orders list", "orders list --json"),
        *(f"status {TEXTS[0]}", f"wait {EMPTY} --timeout 0.1", "history --summary"),
    ):
        done = home.run(*line.split(" "))
        assert done.returncode != 70, done.stderr
        assert "Traceback" not in done.stderr
        said.append(done.stdout + done.stderr)
    told = "".join(said)
    assert is_clean(told, but="\n\r\t\ufeff")
    assert "Odd_" in told or refuses
