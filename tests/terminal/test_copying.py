"""What really goes to a terminal when something is copied."""

import base64
import re

import pytest

from sms_monitor.simulator.demo import demo_order_ids
from tests.terminal.pty_session import PtySession

DEMO = ["-m", "sms_monitor", "demo", "--seed", "7", "--speed", "0"]
KOM_118 = demo_order_ids(7)[0]
PLAIN = b"\x1b]52;c;" + base64.b64encode(KOM_118.encode()) + b"\x07"
OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def copied_order(env, keys="c", said="Copied the order id"):
    """Everything that was sent when the id of the first order was copied."""
    with PtySession(DEMO, env=env, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send("1g")
        terminal.until(lambda: "[1] ORDERS" in terminal.text())
        terminal.send(keys)
        terminal.until(lambda: said in terminal.text())
        terminal.send("\x11")
        terminal.ends()
        return terminal.received


@pytest.mark.parametrize(
    ("env", "sequence"),
    [
        ({}, PLAIN),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, PLAIN + b"\x1bPtmux;\x1b" + PLAIN + b"\x1b\\"),
        ({"TERM": "screen-256color"}, b"\x1bP" + PLAIN + b"\x1b\\"),
        ({"STY": "1.pts-0.host"}, b"\x1bP" + PLAIN + b"\x1b\\"),
    ],
    ids=["terminal", "tmux", "screen by TERM", "screen by STY"],
)
def test_the_bytes_are_the_sequence_and_no_others(env, sequence):
    sent = copied_order(env)
    assert sequence in sent
    assert len(OSC_52.findall(sent)) == len(OSC_52.findall(sequence))
    assert (b"\x1bP" in sent) is (b"\x1bP" in sequence)


def test_the_menu_copies_the_same():
    assert PLAIN in copied_order({}, keys="yo")


def test_too_much_to_copy_is_said_and_nothing_is_sent():
    with PtySession(DEMO, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send("2g vG")
        terminal.send("v")
        terminal.until(lambda: "1000 marked" in terminal.text())
        terminal.send("yy")
        terminal.until(lambda: "Not copied" in terminal.text() and "74,994" in terminal.text())
        assert OSC_52.findall(terminal.received) == []
        terminal.send("yi")
        terminal.until(lambda: "Copied the marked ids" in terminal.text())
        (copied,) = OSC_52.findall(terminal.received)
        ids = base64.b64decode(copied).decode().split("\n")
        assert len(set(ids)) == 1000 and all(len(one) == 36 for one in ids)
        terminal.send("\x11")
        terminal.ends()


def test_what_is_shown_instead_gives_the_mouse_to_the_terminal_meanwhile():
    with PtySession(DEMO, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        taken = terminal.received.count(b"\x1b[?1003h")
        assert taken >= 1 and b"\x1b[?1003l" not in terminal.received
        terminal.send("2gypi")
        terminal.until(lambda: "select it with the mouse" in terminal.text())
        assert re.search(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} *$", terminal.text(), re.M)
        terminal.until(lambda: b"\x1b[?1003l" in terminal.received)
        assert terminal.received.count(b"\x1b[?1003h") == taken
        terminal.send("\r")
        terminal.until(lambda: terminal.received.count(b"\x1b[?1003h") == taken + 1)
        terminal.until(lambda: "[2] SMS" in terminal.text())
        assert OSC_52.findall(terminal.received) == []
        terminal.send("\x11")
        terminal.ends()
