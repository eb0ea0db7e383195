"""Alerts under a pilot: once, seen, heard when they should be, and gone when acknowledged."""

import json
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.board import Board
from sms_monitor.core.quiet_hours import parse_quiet_hours
from sms_monitor.services.alert_table import AlertTable
from sms_monitor.services.hook import Hook
from sms_monitor.services.log import Log
from sms_monitor.services.wire import Request
from sms_monitor.ui.screens.log import Heard, LogScreen, request_entry
from tests.promises.canaries import PHONE
from tests.ui.stage import START, Played, stage

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
ONLY_FAILED = AlertTable(late=0, rate_percent=0)


def body(now: datetime, **counts: int) -> bytes:
    """An order with so many SMS of each status, all of this minute."""
    rows = [
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "succeeded": False,
            "recipient": {"mobileNumber": PHONE},
            "sendStatus": {"status": status, "lastUpdate": now.isoformat()},
        }
        for number, status in enumerate(s for s, count in counts.items() for _ in range(count))
    ]
    summary = {"orderId": ORDER, "sendersReference": "KOM 7;8 [x]", "generated": len(rows)}
    return json.dumps({**summary, "succeeded": 0, "notifications": rows}).encode()


@asynccontextmanager
async def watched(*polls: dict[str, int], now: datetime = START, **how):
    """The app on one order; each `poll` answers with the next of `polls`."""
    bodies = [body(now, **counts) for counts in polls]
    how = {"alerts": ONLY_FAILED, "order_ids": [ORDER], "now": now, **how}
    async with stage(respond=lambda clock: Played(bodies, clock), **how) as s:
        s.written = []
        s.app._driver.write = s.written.append

        async def next_poll() -> None:
            s.played.place += 1
            s.written.clear()
            await s.poll(15)

        s.next_poll = next_poll
        yield s


def told(s) -> list[str]:
    return [event.text for event in s.screen.events_list.events.values() if event.alert]


async def test_five_hundred_failures_in_a_poll_are_one_alert_and_the_same_poll_again_is_none():
    polls = {"Accepted": 600}, {"Accepted": 100, "Failed": 500}, {"Accepted": 100, "Failed": 500}
    async with watched(*polls, alerts=AlertTable()) as s:
        assert "ALERT" not in s.lines()[0]
        await s.next_poll()
        assert told(s) == ["KOM 7;8 [x]: 500 more failed, 100.0% of 500 final SMS failed"]
        assert s.written == ["\x07"]
        assert "ALERT 1" in s.lines()[0]
        assert "[4] EVENTS · 1 alert, x acknowledges" in s.text()
        assert "* [x] ack  KOM 7;8 [x]: 500 more failed" in s.text()
        await s.next_poll()
        assert len(told(s)) == 1 and s.written == []


async def test_what_was_so_at_the_start_makes_no_alert():
    async with watched({"Failed": 500}, {"Failed": 500}) as s:
        await s.next_poll()
        assert told(s) == [] and s.written == []


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_an_alert_is_counted_on_top_in_every_layout_until_it_is_acknowledged(size):
    async with watched({"Accepted": 2}, {"Failed": 2}, size=size) as s:
        await s.next_poll()
        assert "ALERT 1" in s.lines()[0] and "X2" in s.lines()[0]
        await s.press("x")
        assert "ALERT" not in s.lines()[0]
        assert "Acknowledged: KOM 7;8 [x], 2 more failed" in s.text()
        assert "[x] ack" not in s.text()
        await s.press("x")
        assert "No alert waits" in s.text()


async def test_alerts_follow_and_are_acknowledged_in_the_pulse():
    async with watched({"Accepted": 3}, {"Failed": 2}, {"Failed": 3}, size=(80, 24)) as s:
        await s.next_poll()
        await s.press("P")
        assert "ALERT 1" in s.lines()[0]
        assert s.lines()[1].startswith(" * [x] ack  KOM 7;8 [x]: 2 more failed")
        await s.press("x")
        assert s.app.alerts.waiting == ()
        assert "ALERT" not in s.lines()[0] and "[x] ack" not in s.text()
        await s.next_poll()
        assert "ALERT 1" in s.lines()[0]
        assert s.lines()[1].startswith(" * [x] ack  KOM 7;8 [x]: 1 more failed")
        await s.press("X")
        assert s.app.alerts.waiting == () and "alert" not in s.lines()[1].lower()
        for key in ("x", "X"):
            await s.press(key)
            assert s.lines()[1].strip() == "No alert waits to be acknowledged"
            await s.press("down")
            assert "No alert waits" not in s.text()
        await s.press("escape")
        assert "ALERT" not in s.lines()[0]


async def test_all_are_acknowledged_at_once_and_another_failure_is_an_alert_again():
    async with watched({"Accepted": 3}, {"Failed": 2}, {"Failed": 3}) as s:
        await s.next_poll()
        await s.press("X")
        assert s.app.alerts.waiting == ()
        assert "1 alert acknowledged" in s.text()
        await s.next_poll()
        assert told(s)[-1].endswith("1 more failed") and s.written == ["\x07"]


async def test_in_quiet_hours_it_is_shown_and_nothing_rings_or_runs(tmp_path):
    night = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    table = AlertTable(late=0, rate_percent=0, notify="osc9", quiet="22-07")
    hook = RecordingHook(["x"], tmp_path / "config.toml")
    async with watched({"Accepted": 2}, {"Failed": 2}, now=night, alerts=table, hook=hook) as s:
        await s.next_poll()
        assert "ALERT 1" in s.lines()[0]
        assert s.written == [] and hook.sent == []


class RecordingHook(Hook):
    """Remembers what it was sent."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.sent: list[bytes] = []

    def send(self, alert: bytes) -> str:
        self.sent.append(alert)
        return ""


async def test_a_notification_goes_out_with_the_bell_in_one_write_and_holds_no_tricks():
    table = AlertTable(late=0, rate_percent=0, notify="osc777")
    async with watched({"Accepted": 2}, {"Failed": 2}, alerts=table) as s:
        await s.next_poll()
        assert s.written == ["\x07\x1b]777;notify;sms-monitor;KOM 7,8 [x]: 2 more failed\x07"]


async def test_the_bell_can_be_changed_for_the_session():
    polls = [{"Failed": n} for n in range(1, 6)]
    async with watched({"Accepted": 6}, *polls) as s:
        await s.app.run_action("app.bell('off')")
        await s.pilot.pause()
        assert "The bell is off" in s.text()
        await s.next_poll()
        assert s.written == []
        await s.app.run_action("app.bell('on')")
        await s.press("X")
        await s.next_poll()
        assert s.written == ["\x07"]
        # START is a working day
        await s.press("colon", *"bell quiet 00-23:59", "enter")
        await s.press("X")
        assert s.app._quiet == parse_quiet_hours("00-23:59")
        await s.next_poll()
        assert s.written == [] and len(s.app.alerts.waiting) == 1
        for wrong, said in (
            ("loud", "It can be on, off or quiet"),
            ("quiet 25-07", "no clock shows"),
            ("quiet 07-07", "which is no time at all"),
            ("quiet", "No quiet hours are in the config"),
            ("off now", "Nothing can follow off"),
        ):
            await s.press("colon", *f"bell {wrong}", "enter")
            # what was typed stays to be mended
            assert said in s.text() and f"bell {wrong}" in s.text()
            await s.press("escape")
        assert s.app._quiet == parse_quiet_hours("00-23:59")
        await s.press("colon", *"bell quiet off", "enter")
        assert s.app._quiet is None


async def test_the_bell_is_a_command():
    async with watched({"Accepted": 1}) as s:
        await s.press("colon", *"bell off", "enter")
        await s.until(lambda: s.app.screen is s.screen and "The bell is off" in s.text())


async def test_the_hook_runs_and_trouble_with_it_is_an_event(tmp_path):
    tmp_path.chmod(0o700)
    config, seen = tmp_path / "config.toml", tmp_path / "seen.json"
    config.touch(mode=0o600)
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read()); sys.exit('went wrong')"
    hook = Hook([sys.executable, "-c", program, str(seen)], config)
    async with watched({"Accepted": 2}, {"Failed": 2}, hook=hook) as s:
        await s.next_poll()
        await s.until(lambda: "ended with exit code 1: went wrong" in s.text())
    got = json.loads(seen.read_text())
    assert (got["kind"], got["order_id"], got["profile"]) == ("failed", ORDER, "demo")
    assert got["senders_reference"] == "KOM 7;8 [x]" and got["counts"]["failed"] == 2
    assert PHONE not in seen.read_text()


class Kept(Log):
    """Remembers what was audited."""

    def __init__(self) -> None:
        self.audited: list[str] = []

    def audit(self, what: str) -> None:
        self.audited.append(what)


async def test_unmasking_is_written_down():
    log = Kept()
    async with watched({"Failed": 1}, log=log) as s:
        assert log.audited == []
        await s.press("m", "m")
        assert log.audited == ["unmasked: personal data is shown", "masked again"]


async def test_the_log_has_requests_and_events_newest_first():
    async with watched({"Accepted": 2}, {"Failed": 2}, size=(80, 24)) as s:
        await s.next_poll()
        await s.press("at")
        assert isinstance(s.app.screen, LogScreen)
        lines = [line for line in s.lines() if ":" in line and "KOM 7;8" in line]
        assert any("SMS of KOM 7;8 [x]" in line and " 200 " in line for line in lines)
        events = [line for line in lines if "2 more failed" in line]
        assert events and PHONE not in s.text()
        await s.press("slash", *"sms of", "enter")
        assert "more failed" not in "\n".join(s.lines()[4:-5])
        assert "SMS of KOM" in s.text()
        await s.press("escape")
        assert isinstance(s.app.screen, LogScreen) and "more failed" in s.text()
        await s.press("escape")
        # what came last is first, whatever the clock says
        s.app.tell("said before")
        s.clock._now -= timedelta(hours=1)
        s.app.tell("said after")
        await s.press("at")
        assert s.text().index("said after") < s.text().index("said before")
        await s.press("escape")
        assert s.app.screen is s.screen


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_reader_further_down_in_the_log_is_left_alone(size):
    async with watched({"Accepted": 2}, {"Failed": 2}, size=size) as s:
        for n in range(30):
            s.app.tell(f"event {n}")
        await s.press("at", "j", "j", "j")
        table = s.app.screen.table
        before = table.keys, table.cursor_row, table.scroll_offset
        shown = s.lines()[2:-5]
        await s.poll(15)
        await s.until(lambda: "newer: g" in s.text())
        assert (table.keys, table.cursor_row, table.scroll_offset) == before
        assert s.lines()[2:-5] == shown
        await s.press("g")
        assert len(table.keys) > len(before[0]) and "newer" not in s.text()
        await s.press("G")
        assert table.cursor_row == len(table.keys) - 1


async def test_a_failure_in_the_log_says_what_to_do():
    async with watched({"Accepted": 2}) as s:
        s.server.close()
        await s.poll(60)
        await s.press("at")
        await s.until(lambda: "no answer" in s.text())
        await s.press("slash", *"sms of", "enter")
        assert "Check base_url and the proxy in use." in s.text()


def test_a_status_in_the_filter_of_the_log_is_no_size_and_no_part_of_an_id():
    path = "/notifications/api/v1/orders/40400000-1404-4404-8404-040404040404/status"
    found = Request("GET", "h", path, 200, 0.404, 404)
    refused = replace(found, status=404)
    entries = [request_entry(Heard(1, 0, START, one), Board()) for one in (found, refused)]
    assert [entry.has("404") for entry in entries] == [False, True]
    assert [entry.has("200") for entry in entries] == [True, False]
    assert all(entry.has("404000") is False and entry.has("status") for entry in entries)


async def test_the_log_keeps_five_hundred():
    async with watched({"Accepted": 2}) as s:
        for n in range(600):
            s.app.tell(f"event {n}")
        await s.press("at")
        assert len(s.app.screen.table.keys) == 500
