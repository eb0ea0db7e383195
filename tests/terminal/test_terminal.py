"""The program as a person meets it: a pseudo terminal, keys, signals, a line that drops."""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.terminal.pty_session import PROJECT, PtySession

DEMO = ["-m", "sms_monitor", "demo", "--seed", "7"]
SGR = re.compile(rb"\x1b\[([0-9;]*)m")
CONFIG = """\
config_version = 1
[profiles.local]
environment = "custom"
base_url = "{url}"
auth = "none"
"""


def sgr(sent: bytes) -> set[int]:
    """The codes of all character attributes in what was sent."""
    return {int(c) for m in SGR.finditer(sent) for c in m[1].split(b";") if c}


def colours(sent: bytes) -> set[int]:
    """The colour codes among them."""
    return {c for c in sgr(sent) if 30 <= c <= 49 or 90 <= c <= 107}


@contextmanager
def simulator_and_home(tmp_path):
    """`sms-monitor simulate` as a program of its own, and a config that points at it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sms_monitor", "simulate", "--port", "0", "--seed", "7"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        url = next(m[0] for line in server.stdout if (m := re.search(r"http://127\S+:\d+", line)))
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text(CONFIG.format(url=url))
        ids = set()
        for line in server.stdout:
            found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", line)
            if found:
                ids.add(found[0])
            if len(ids) == 3:
                break
        yield {"SMS_MONITOR_HOME": str(tmp_path)}, sorted(ids)
    finally:
        server.terminate()
        server.communicate()


def test_the_demo_changes_by_itself_and_keys_lead_to_a_failure_and_out() -> None:
    with PtySession(DEMO, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        first = terminal.text()
        begun = time.monotonic()
        events = "Accepted to Delivered"
        terminal.until(lambda: events in terminal.text() and terminal.text() != first)
        assert time.monotonic() - begun < 10
        terminal.send("f")
        terminal.until(lambda: "faults only" in terminal.text())
        terminal.send("\r")
        terminal.until(lambda: "Do next   One SMS: the sender places" in terminal.text())
        terminal.send("qqq")
        assert terminal.ends() == 0
        assert b"\x1b[?1049l" in terminal.received and b"\x1b[?25h" in terminal.received


def test_no_color_means_no_colour_at_all() -> None:
    with PtySession(DEMO, env={"NO_COLOR": "1"}) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send("n")
        terminal.until(lambda: "Do next" in terminal.text())
        terminal.send("?")
        terminal.until(lambda: "Focus the orders" in terminal.text())
        terminal.send("\x11")
        terminal.ends()
        assert colours(terminal.received) == set()
        assert 7 in sgr(terminal.received)


def test_colour_is_there_when_it_is_not_refused() -> None:
    with PtySession(DEMO) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        assert 38 in colours(terminal.received)


def test_ctrl_c_explains_how_to_quit() -> None:
    with PtySession(DEMO) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send("\x03")
        terminal.until(lambda: "ctrl+q" in terminal.text().lower())
        assert terminal.process.poll() is None


@pytest.mark.parametrize("ignored", [False, True])
def test_a_terminal_that_vanishes_ends_the_program_with_its_view_saved(tmp_path, ignored) -> None:
    with simulator_and_home(tmp_path) as (env, ids):
        argv = ["-m", "sms_monitor", *ids]
        with PtySession(argv, env=env, ignore_hangup=ignored) as terminal:
            terminal.until(lambda: "LIVE" in terminal.text())
            terminal.send("A")
            terminal.until(lambda: "by age" in terminal.text())
            terminal.hang_up()
            terminal.process.wait(timeout=5)
        state = json.loads((tmp_path / "state" / "state.json").read_text())
        assert state["profiles"]["local"]["sort"] == "age"


def test_sigterm_leaves_the_terminal_clean_and_the_view_saved(tmp_path) -> None:
    with (
        simulator_and_home(tmp_path) as (env, ids),
        PtySession(["-m", "sms_monitor", *ids], env=env) as terminal,
    ):
        terminal.until(lambda: "LIVE" in terminal.text())
        terminal.send("f")
        terminal.until(lambda: "faults only" in terminal.text())
        terminal.process.send_signal(signal.SIGTERM)
        terminal.ends(5)
        assert b"\x1b[?1049l" in terminal.received and b"\x1b[?25h" in terminal.received
        assert b"Traceback" not in terminal.received
        state = json.loads((tmp_path / "state" / "state.json").read_text())
        assert state["profiles"]["local"]["faults_only"] is True


def test_a_fault_of_our_own_prints_where_but_no_locals() -> None:
    code = """
import sys
from sms_monitor.services.poller import Poller
def broken(self):
    token = "CANARY-" + "token"
    phone = "+47" + "90000001"
    raise KeyError(f"row {phone}")
Poller._take_answers = broken
from sms_monitor.cli import main
sys.exit(main(["demo"]))
"""
    with PtySession(["-c", code]) as terminal:
        assert terminal.ends() == 70
        assert b"KeyError" in terminal.received and b"broken" in terminal.received
        assert b"CANARY" not in terminal.received and b"90000001" not in terminal.received


def test_polls_that_change_little_send_little(tmp_path) -> None:
    with (
        simulator_and_home(tmp_path) as (env, ids),
        PtySession(["-m", "sms_monitor", *ids], env=env, size=(120, 40)) as terminal,
    ):
        terminal.until(lambda: "LIVE" in terminal.text())
        read_for(terminal, 2)
        whole_screen = len(terminal.received)
        terminal.send("R")
        read_for(terminal, 1.5)
        # three orders asked twice: the header, and at most a changed line and its event
        assert len(terminal.received) - whole_screen < whole_screen / 10


def read_for(terminal: PtySession, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read()
