"""What really goes to a terminal, to a program and to the disk when SMS fail."""

import json
import re
import stat
import sys

import pytest

from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.server import SimulatorServer
from tests.promises.canaries import IDENTITY, ORDER, PHONE, CanaryAltinn, rows
from tests.terminal.pty_session import PtySession

CONFIG = """\
log_level = "debug"
[alerts]
{alerts}
[profiles.local]
environment = "custom"
base_url = "{url}"
auth = "none"
"""
TEXT = b"FAKTURA-7: 1 more failed"
OSC_9 = b"\x1b]9;sms-monitor: " + TEXT + b"\x07"
OSC_777 = b"\x1b]777;notify;sms-monitor;" + TEXT + b"\x07"
OSC = re.compile(rb"\x1b\](?:9|777);")


class Failing(CanaryAltinn):
    """One SMS is on its way, until it has failed."""

    def __init__(self) -> None:
        super().__init__()
        self.failed_now = False

    def respond(self, _: Request) -> Answer:
        body = json.loads(rows())
        if not self.failed_now:
            body["notifications"][0]["sendStatus"]["status"] = "Accepted"
        return Answer(200, json.dumps(body).encode(), "application/json")


def session(tmp_path, alerts: str, env: dict[str, str], keys: str = "") -> bytes:
    """Watch an order of which one SMS fails; return everything that was sent."""
    altinn = Failing()
    with SimulatorServer(altinn) as server:
        (tmp_path / "config").mkdir(mode=0o700)
        config = tmp_path / "config" / "config.toml"
        config.write_text(CONFIG.format(url=server.url, alerts=alerts))
        config.chmod(0o600)
        environ = {"SMS_MONITOR_HOME": str(tmp_path), **env}
        with PtySession(["-m", "sms_monitor", ORDER], size=(120, 40), env=environ) as terminal:
            terminal.until(lambda: "LIVE" in terminal.text() and "Accepted" in terminal.text())
            altinn.failed_now = True
            terminal.send("R")
            terminal.until(lambda: "ALERT 1" in terminal.text())
            for key in keys:
                terminal.send(key)
            if "m" in keys:
                terminal.until(lambda: "UNMASKED" in terminal.text())
            terminal.send("\x11")
            assert terminal.ends() == 0
            return terminal.received


@pytest.mark.parametrize(
    ("notify", "env", "sequence"),
    [
        ("osc9", {}, b"\x07" + OSC_9),
        ("osc777", {}, b"\x07" + OSC_777),
        ("osc9", {"TMUX": "/tmp/t,1,0"}, b"\x07\x1bPtmux;\x1b" + OSC_9 + b"\x1b\\"),
        ("osc777", {"STY": "1.pts-0.host"}, b"\x07\x1bP" + OSC_777 + b"\x1b\\"),
    ],
    ids=["9", "777", "9 in tmux", "777 in screen"],
)
def test_the_bytes_are_the_bell_and_the_notification_in_one_piece(tmp_path, notify, env, sequence):
    alerts = f'notify = "{notify}"\nlate = 0\nrate_percent = 0'
    sent = session(tmp_path, alerts, env)
    assert sent.count(sequence) == 1
    assert len(OSC.findall(sent)) == 1


def test_without_bell_and_notification_nothing_is_sent(tmp_path):
    sent = session(tmp_path, "bell = false", {})
    assert OSC.search(sent) is None
    # what ends Textual's own sequences is no bell
    assert b"\x07" not in re.sub(rb"\x1b\][^\x07\x1b]*\x07", b"", sent)


def test_the_log_of_a_session_at_debug_has_no_number(tmp_path):
    seen = tmp_path / "seen.json"
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read()); print('x' * 99999)"
    hook = json.dumps([sys.executable, "-c", program, str(seen)])
    session(tmp_path, f"hook = {hook}", {}, keys="m")
    path = tmp_path / "state" / "sms-monitor.log"
    text = path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line[21:] for line in text.splitlines()]
    assert lines[0].startswith("INFO sms-monitor ") and lines[-1] == "INFO sms-monitor ends"
    assert "INFO profile local (custom)" in lines
    get = f"DEBUG GET /notifications/api/v1/orders/{ORDER}/notifications/sms: 200 in "
    assert sum(line.startswith(get) for line in lines) >= 2
    assert sum(line.endswith(": unmasked: personal data is shown") for line in lines) == 1
    digits = "".join(c for c in text if c.isdigit())
    assert PHONE[3:] not in text and IDENTITY not in text
    assert PHONE[3:] not in digits and IDENTITY not in digits
    got = json.loads(seen.read_text())
    assert (got["order_id"], got["profile"], got["kind"]) == (ORDER, "local", "failed")
    assert PHONE[3:] not in seen.read_text()
