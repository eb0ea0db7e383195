"""The program as a person meets it: a pseudo terminal, keys, signals, a line that drops."""

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from sms_monitor.simulator.clock import SimulatedClock
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests import LIMIT
from tests.one_demo import SEED, START, one_demo
from tests.terminal.pty_session import PtySession

DEMO = ["-m", "sms_monitor", "demo", "--seed", "7"]
SGR = re.compile(rb"\x1b\[([0-9;]*)m")
CONFIG = """\
config_version = 1
[profiles.local]
environment = "custom"
base_url = "{url}"
auth = "none"
"""
PATIENT = """\
import sys
from sms_monitor.cli import main
from sms_monitor.ui import terminal
terminal.LAST_RESORT *= 10
sys.exit(main())
"""
"""The program, but on a busy machine it has time to end in good order."""


def sgr(sent: bytes) -> set[int]:
    """The codes of all character attributes in what was sent."""
    return {int(c) for m in SGR.finditer(sent) for c in m[1].split(b";") if c}


def colours(sent: bytes) -> set[int]:
    """The colour codes among them."""
    return {c for c in sgr(sent) if 30 <= c <= 49 or 90 <= c <= 107}


class Counting(Simulator):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        clock = SimulatedClock(START, 1.0, time.monotonic)
        super().__init__(one_demo(), clock.now, time.time)
        self.asked: list[str] = []

    def respond(self, request: Request) -> Answer:
        self.asked.append(request.target)
        return super().respond(request)


@pytest.fixture
def simulator() -> Counting:
    return Counting()


@pytest.fixture
def start(tmp_path, simulator) -> Iterator[Callable[..., PtySession]]:
    """Starts the monitor with three orders of `simulator`, and a config that leads there."""
    with SimulatorServer(simulator) as server:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text(CONFIG.format(url=server.url))
        argv = ["-c", PATIENT, *demo_order_ids(SEED)[:3]]
        yield partial(PtySession, argv, env={"SMS_MONITOR_HOME": str(tmp_path)})


def test_the_demo_changes_by_itself_and_keys_lead_to_a_failure_and_out() -> None:
    with PtySession(DEMO, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        assert "Accepted to Delivered" not in terminal.text()
        terminal.until(lambda: "Accepted to Delivered" in terminal.text())
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
def test_a_terminal_that_vanishes_ends_the_program_with_its_view_saved(
    tmp_path, start, ignored
) -> None:
    with start(ignore_hangup=ignored) as terminal:
        terminal.until(lambda: "LIVE" in terminal.text())
        terminal.send("A")
        terminal.until(lambda: "by age" in terminal.text())
        terminal.hang_up()
        terminal.process.wait(LIMIT)
    state = json.loads((tmp_path / "state" / "state.json").read_text())
    assert state["profiles"]["local"]["sort"] == "age"


def test_sigterm_leaves_the_terminal_clean_and_the_view_saved(tmp_path, start) -> None:
    with start() as terminal:
        terminal.until(lambda: "LIVE" in terminal.text())
        terminal.send("f")
        terminal.until(lambda: "faults only" in terminal.text())
        terminal.process.send_signal(signal.SIGTERM)
        terminal.ends()
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


def test_polls_that_change_little_send_little(start, simulator) -> None:
    with start(size=(120, 40)) as terminal:
        terminal.until(lambda: "LIVE" in terminal.text())
        terminal.rest()
        whole_screen, asked = len(terminal.received), len(simulator.asked)
        terminal.send("R")
        terminal.until(lambda: len(simulator.asked) >= asked + 3)
        terminal.rest()
        # three orders asked again: the header, and at most a changed line and its event
        assert len(terminal.received) - whole_screen < whole_screen / 10
