"""What is on the screen and what comes off it: text of others, personal data, requests."""

from __future__ import annotations

import json

from textual.command import CommandPalette

from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.server import SimulatorServer
from tests.terminal.pty_session import PtySession
from tests.ui.stage import Played, stage

from .canaries import IDENTITY, ORDER, PHONE, CanaryAltinn, rows, with_clipboard

CONFIG = '[profiles.x]\nenvironment = "custom"\nbase_url = "{}"\nauth = "none"\n'
PAYLOADS = {
    "\x1b]52;c;Q0FOQVJZ\x07": b"\x1b]52;c;Q0FOQVJZ",
    "\x1b]0;CANARY\x07": b"\x1b]0;CANARY",
    "\x1b]8;;http://canary\x1b\\x": b"\x1b]8;;http://canary",
    "\x1b[2JCANARY": b"\x1b[2JCANARY",
    "\x9b2JCANARY": b"\xc2\x9b",
    "CA\u202eNARY": "\u202e".encode(),
    "CA\u200bNARY\u2066": "\u200b".encode(),
}
"""What a server may write, and what of it a terminal would obey."""


class Hostile(CanaryAltinn):
    """An order, all of whose texts are `text`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.refuses:
            return Answer(500, self.text.encode(), "text/plain")
        body = json.loads(rows())
        body["sendersReference"] = f"REF {self.text}"
        for row in body["notifications"]:
            row["sendStatus"]["status"] = f"Odd_{self.text}"
            row["sendStatus"]["description"] = self.text
            row["recipient"]["mobileNumber"] = self.text
        return Answer(200, json.dumps(body).encode(), "application/json")


def test_no_terminal_obeys_what_a_server_writes(tmp_path):
    hostile = Hostile("".join(PAYLOADS))
    with SimulatorServer(hostile) as server:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text(CONFIG.format(server.url))
        environ = {"SMS_MONITOR_HOME": str(tmp_path)}
        with PtySession(["-m", "sms_monitor", ORDER], size=(140, 40), env=environ) as terminal:
            terminal.until(lambda: "LIVE" in terminal.text() and "Odd_" in terminal.text())
            terminal.send("m2\r")
            terminal.until(lambda: "UNMASKED" in terminal.text())
            for key in "rono":
                terminal.send("y")
                terminal.until(lambda: "opy" in terminal.text())
                terminal.send(key)
            hostile.refuses = "orders"
            terminal.send("R")
            terminal.until(lambda: "(500)" in terminal.text())
            terminal.send("\x11")
            assert terminal.ends() == 0
    sent = with_clipboard(terminal.received)
    assert [name for name, obeyed in PAYLOADS.items() if obeyed in sent] == []
    assert "\ufffd]52;c;".encode() in sent


MARKUP = ("order [abc]", "[/b]", "[/]", "[@click=app.exit]x[/]", "[red]", "\\[b]", "[/")
"""What Textual would take for markup: a crash, an action to click, or letters that go missing."""


def in_markup() -> bytes:
    """An order with an SMS for each of `MARKUP`, and its name in them all."""
    body = json.loads(rows(" ".join(MARKUP)))
    first = body["notifications"][0]
    body["notifications"] = [
        {
            **first,
            "id": f"00000000-0000-4000-8000-{number:012}",
            "sendStatus": {**first["sendStatus"], "status": f"Odd_{text}", "description": text},
        }
        for number, text in enumerate(MARKUP)
    ]
    return json.dumps(body).encode()


async def test_text_of_a_server_is_shown_letter_by_letter_and_starts_nothing():
    async with stage(
        (160, 40), order_ids=[ORDER], respond=lambda now: Played([in_markup()], now)
    ) as s:
        # a column may cut the long one
        assert all(f"Odd_{text}"[:20] in s.text() for text in MARKUP)
        s.screen.events_list.tell(" ".join(MARKUP), bad=True)
        await s.press("2", "enter")
        read = set()
        for _ in MARKUP:
            read.add(s.screen.sms_table.row.notification.status)
            assert f"{s.screen.sms_table.row.notification.status}: " in s.detail()
            await s.press("2", "j")
        assert read == {f"Odd_{text}" for text in MARKUP}
        for row, line in enumerate(s.lines()):
            if (column := line.find("[@click")) >= 0:
                await s.pilot.click(offset=(column + 15, row))
        await s.press("1", "y")
        assert "[abc] [/b] [/] [@click=app.exit]x[/]" in s.text()
        await s.press("escape", "ctrl+p")
        await s.until(lambda: isinstance(s.app.screen, CommandPalette))
        await s.press("escape")
        assert s.app.is_running


def personal() -> bytes:
    body = json.loads(rows())
    # a row without a number is named by whom it was for
    del body["notifications"][1]["recipient"]["mobileNumber"]
    return json.dumps(body).encode()


def shows_personal_data(text: str) -> bool:
    digits = "".join(c for c in text if c.isdigit())
    return PHONE[3:] in digits or IDENTITY in digits


async def test_what_leaves_the_screen_is_masked(tmp_path):
    async with stage(order_ids=[ORDER], respond=lambda now: Played([personal()], now)) as s:
        pictures = [s.app.export_screenshot()]
        await s.press("2", "enter")
        pictures.append(s.app.export_screenshot())
        await s.press("2", "y")
        pictures.append(s.app.export_screenshot())
        await s.press("n")
        copied = [s.app.clipboard]
        await s.press("2", "j", "y", "n")
        copied.append(s.app.clipboard)
        await s.press("1", "y", "y")
        copied.append(s.app.clipboard)
        assert len(set(copied)) == 3
        saved = s.app.save_screenshot(path=str(tmp_path))
        pictures.append((tmp_path / saved.rpartition("/")[2]).read_text())
        shown = [*copied, s.app.title, s.app.sub_title, str(s.screen.title)]
        assert not any(PHONE in p or PHONE[3:] in p or IDENTITY in p for p in pictures)
        assert not any(shows_personal_data(text) for text in shown)
        assert "••••••63" in pictures[0]
        # what is looked for is the true number, and does not show either
        await s.press("slash", *PHONE[3:], "enter")
        assert len(s.screen.sms_table.keys) == 1
        assert PHONE[3:] not in s.app.export_screenshot()
        # both the table and the detail, also after the filter's line came and went
        await s.press("m")
        assert s.text().count(PHONE) == 2
        await s.press("m")
        assert PHONE not in s.text()
