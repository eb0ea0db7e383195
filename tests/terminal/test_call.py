"""A caller says "I never got the SMS": from their number to a text for the ticket."""

import base64
import re

from tests.one_demo import START, one_demo
from tests.terminal.pty_session import PtySession

OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def somebody_barred() -> str:
    """The number of somebody whose SMS ended as Failed_BarredReceiver in the demo's KOM-118."""
    scenario = one_demo()
    order = scenario.orders_with("KOM-118")[0]
    return next(
        sms.recipient["mobileNumber"]
        for sms in order.sms
        if sms.changes[-1].status == "Failed_BarredReceiver" and sms.changes[-1].at <= START
    )


def test_from_a_number_as_people_write_it_to_a_norwegian_ticket():
    number = somebody_barred()
    digits = re.sub(r"^(\+|00)47", "", number)
    spoken = f"{digits[:3]} {digits[3:5]} {digits[5:]}"
    demo = ["-m", "sms_monitor", "demo", "--seed", "7", "--speed", "0"]
    with PtySession(demo, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text() and "LIVE" in terminal.text())
        terminal.send("#")
        terminal.until(lambda: "Find a person" in terminal.text())
        terminal.send(f"{spoken}\r")
        terminal.until(lambda: ": no, KOM-118" in terminal.text())
        terminal.send("yt")
        terminal.until(lambda: "Copied the" in terminal.text())
        (copied,) = OSC_52.findall(terminal.received)
        terminal.send("\x11")
        assert terminal.ends() == 0
    ticket = base64.b64decode(copied).decode()
    assert "KOM-118" in ticket and "Failed_BarredReceiver" in ticket
    assert re.search(r"\b(ikke|nummeret|mottakeren)\b", ticket), ticket
    assert f"•{digits[-2:]}" in ticket
    assert digits not in re.sub(r"\D", "", ticket)
