"""What goes over the line to an SSH client, counted byte by byte."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.server import SimulatorServer
from tests.one_demo import START
from tests.terminal.pty_session import PtySession
from tests.terminal.test_terminal import sgr

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
SIZE = (120, 40)
HEADER = 1
SECOND, SECOND_LINE = 99, 6
"""The number of the SMS on the second row of the table at first, and its line of the screen."""
CURSOR, SCROLL, CHANGE = 1_300, 6_000, 8_000
"""Bytes at most for the cursor a row on, for a row scrolled, and for one SMS that changes."""
_MOVE = re.compile(rb"\x1b\[(\d+);(\d+)H")


class Rows:
    """One order of 200 SMS; `late` ones have been delivered since, of `again` there is news."""

    def __init__(self) -> None:
        self.late: set[int] = set()
        self.again: set[int] = set()
        self.asked = 0

    def now(self):
        return START

    def respond(self, request: Request) -> Answer:
        if not request.target.endswith("/sms"):
            return Answer(404)
        self.asked += 1
        rows = [self._row(number) for number in range(200)]
        body = {
            "orderId": ORDER,
            "sendersReference": "KOM 日本",
            "generated": 200,
            "succeeded": 200,
        }
        text = json.dumps({**body, "notifications": rows}).encode()
        return Answer(200, text, "application/json; charset=utf-8")

    def _row(self, number: int) -> dict:
        status = "Delivered" if number in self.late else "Accepted"
        return {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "succeeded": True,
            "recipient": {"mobileNumber": f"+4790000{number:03}"},
            "sendStatus": {
                "status": status,
                "description": f"The SMS is {status} cafe\u0301.",
                "lastUpdate": f"2026-11-23T07:{number % 50:02}:0{int(number in self.again)}Z",
            },
        }


class Line:
    """The app in a terminal whose bytes are counted, and the clock it goes by."""

    def __init__(self, terminal: PtySession, rows: Rows, clock: socket.socket) -> None:
        self.terminal, self.rows, self._clock = terminal, rows, clock

    def sent(self) -> bytes:
        """What comes until nothing more does."""
        begin = len(self.terminal.received)
        self.terminal.rest(0.3)
        return self.terminal.received[begin:]

    def after(self, seconds: float) -> bytes:
        """What the clock's going on by `seconds` sends; 0 asks the API instead."""
        asked = self.rows.asked
        self.tell(seconds)
        if not seconds:
            begin = len(self.terminal.received)
            self.terminal.until(lambda: self.rows.asked > asked)
            self.terminal.rest(0.3)
            return self.terminal.received[begin:]
        return self.sent()

    def tell(self, seconds: float) -> None:
        """Have the clock go on, or ask the API; what is sent is not read."""
        self._clock.sendall(f"{seconds}\n".encode())
        assert self._clock.recv(99) == b"done\n"

    def keys(self, keys: str) -> bytes:
        self.terminal.send(keys)
        return self.sent()


@pytest.fixture
def line(tmp_path, request) -> Iterator[Line]:
    with a_line(tmp_path, getattr(request, "param", {})) as found:
        yield found


@contextmanager
def a_line(folder: Path, env: Mapping[str, str]) -> Iterator[Line]:
    folder.mkdir(exist_ok=True)
    rows = Rows()
    door = str(folder / "clock")
    with SimulatorServer(rows) as server:
        argv = ["-m", "tests.terminal.held_app", server.url, door, ORDER]
        with PtySession(argv, size=SIZE, env=env) as terminal:
            terminal.until(lambda: "LIVE" in terminal.text() and "API says" in terminal.text())
            with socket.socket(socket.AF_UNIX) as clock:
                clock.connect(door)
                terminal.rest(1.5)
                yield Line(terminal, rows, clock)


def by_line(sent: bytes) -> Counter[int]:
    """Bytes by the line of the screen they are for, from 1; 0 for those before the first."""
    found: Counter[int] = Counter()
    at, begin = 0, 0
    for move in _MOVE.finditer(sent):
        found[at] += move.start() - begin
        at, begin = int(move[1]), move.start()
    found[at] += len(sent) - begin
    return found


def outside(sent: bytes, *lines: int) -> int:
    """Bytes for other lines than these."""
    return sum(count for at, count in by_line(sent).items() if at not in lines)


WHOLE_LINES = {"SMS_MONITOR_OUTPUT": "lines"}
COLOURS = {
    "true colours": ({}, set()),
    "16 colours": ({"COLORTERM": "", "TERM": "xterm"}, {38, 48}),
    "256 colours": ({"COLORTERM": ""}, set()),
    "no colour": ({"NO_COLOR": "1"}, {*range(30, 50), *range(90, 108)}),
    "true colours, whole lines": (WHOLE_LINES, set()),
    "16 colours, whole lines": ({**WHOLE_LINES, "COLORTERM": "", "TERM": "xterm"}, {38, 48}),
    "256 colours, whole lines": ({**WHOLE_LINES, "COLORTERM": ""}, set()),
}
"""What says so, and the codes of character attributes that are never sent then."""
SENT = [
    pytest.param(*case, id=name, marks=[pytest.mark.long] if number else [])
    for number, (name, case) in enumerate(COLOURS.items())
]


@pytest.mark.parametrize(("line", "never"), SENT, indirect=["line"])
def test_what_each_event_sends(line, never, request):
    cells = "whole lines" not in request.node.name
    assert line.sent() == b"", "time stands still, and so does the screen"
    tick = line.after(10)
    assert outside(tick, HEADER) == 0 and len(tick) < (200 if cells else 450)
    for news in (set(), {150}, set()):
        # nothing, then of a row out of sight: only when it was asked has changed
        line.rows.again = news
        poll = line.after(0)
        assert outside(poll, HEADER) == 0 and len(poll) < (200 if cells else 450)
    line.keys("2")
    line.keys("j")
    assert least(line, "jjj") < (600 if cells else CURSOR)
    line.keys("g")
    line.rows.again = {SECOND}
    change = line.after(0)
    if cells:
        assert outside(change, HEADER, SECOND_LINE) == 0
    assert by_line(change)[SECOND_LINE] < (100 if cells else 400)
    assert len(change) - by_line(change)[HEADER] < (100 if cells else CURSOR)
    line.keys("\x04\x04")
    assert least(line, "\x04\x04\x04") < (4_000 if cells else SCROLL)
    assert least(line, "jjj") < (1_500 if cells else SCROLL)
    line.rows.late = {150}
    assert len(line.after(0)) < (1_200 if cells else CHANGE)
    assert "1 Accepted to Delivered" in line.terminal.text()
    assert not sgr(line.terminal.received) & never
    assert (b"8;2;" in line.terminal.received) == ("true" in request.node.name)


def least(line: Line, keys: str) -> int:
    """Bytes at least of what each key sends; what was late for one key comes with another."""
    return min(len(line.keys(key)) for key in keys)


SCROLLS = ("j", "j", "k")
WALK = ("2", "j", "\x04", "\x04", *SCROLLS, "G", "?", "\x1b", "f", "f", "A", "P", "\x1b")


def drawn(terminal: PtySession) -> list[list[tuple]]:
    """Every cell of the screen with its looks."""
    buffer, (width, height) = terminal.screen.buffer, SIZE
    return [[tuple(buffer[y][x]) for x in range(width)] for y in range(height)]


@pytest.mark.long
def test_sending_only_cells_shows_the_same_and_sends_less(tmp_path):
    screens: list[list] = []
    sent: list[list[int]] = []
    for number, env in enumerate(({}, WHOLE_LINES)):
        with a_line(tmp_path / str(number), env) as line:
            screens.append([drawn(line.terminal)])
            sent.append([])
            for keys in WALK:
                sent[-1].append(len(line.keys(keys)))
                screens[-1].append(drawn(line.terminal))
            for seconds in (0, 10, 0):
                line.rows.late.add(150 + seconds)
                sent[-1].append(len(line.after(seconds)))
                screens[-1].append(drawn(line.terminal))
    for step, (cells, whole) in enumerate(zip(*screens, strict=True)):
        assert cells == whole, step
    few, many = sent
    first = WALK.index(SCROLLS[0], 2)
    for step in range(first + 1, first + len(SCROLLS)):
        assert few[step] < min(1_200, 0.7 * many[step])
    changed, ticked = few[-3], few[-2]
    assert changed < 0.5 * many[-3] and changed < 900
    # the order on the screen is asked within the ten seconds
    assert ticked < 900


def settled(line: Line, keys: str) -> list[list[tuple]]:
    """The screen when the first keys that are typed have had their effect."""
    line.terminal.send(keys)
    line.tell(-len(keys))
    line.sent()
    return drawn(line.terminal)


def test_ctrl_l_draws_over_what_something_else_has_left_on_the_terminal(line):
    before = settled(line, "2j")
    line.terminal.draw(b"\x1b[5;7HBroadcast message\x1b[22;1H\x1b[2K\x1b[1;1H")
    assert drawn(line.terminal) != before
    line.terminal.send("\x0c")
    line.terminal.until(lambda: drawn(line.terminal) == before)


def test_a_terminal_that_has_had_another_size_for_a_moment_is_drawn_anew(line):
    before = settled(line, "2j")
    line.terminal.resize(100, 30)
    line.terminal.resize(*SIZE)
    line.terminal.until(lambda: drawn(line.terminal) == before)


def test_ctrl_l_loses_nothing_of_a_frame_that_is_being_made(line):
    """Pressed all the time while an answer comes in, which is painted as one frame."""
    settled(line, "2g")
    line.rows.late = set(range(200))
    line.terminal.send("\x0c" * 20)
    line.tell(0)
    line.terminal.send("\x0c" * 20)
    top = slice(5, 15)
    line.terminal.until(lambda: "+200" in line.terminal.text())
    line.terminal.until(lambda: "Accepted" not in "".join(line.terminal.screen.display[top]))
