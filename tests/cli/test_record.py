"""`record` and `history`, as real programs with real signals."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests import LIMIT
from tests.one_demo import IDS, START, one_demo

STATES = """
    SELECT order_id, lower(hex(notification)), status, at, seen FROM orders
    JOIN sms ON owner = orders.id JOIN state ON sms = sms.id JOIN kind ON kind = kind.id"""


def states(home) -> list[tuple]:
    file = home.path / "state" / "history.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as connection:
        try:
            return connection.execute(STATES).fetchall()
        except sqlite3.OperationalError:  # the tables are still to be made
            return []


def changed(home) -> int:
    """How many SMS have been seen to change."""
    return sum(count > 1 for count in Counter(state[1] for state in states(home)).values())


def until(true: Callable[[], bool], program: subprocess.Popen[str]) -> None:
    end = time.monotonic() + LIMIT
    while not true():
        assert program.poll() is None, program.stderr.read()
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


@contextmanager
def start(home, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `record` until the end of the block, whatever happens in it."""
    with home.start("record", *options) as program:
        try:
            yield program
        finally:
            program.kill()


def end(program: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str]:
    program.send_signal(how)
    _, said = program.communicate(timeout=LIMIT)
    return program.returncode, said


class MovedSimulator(Simulator):
    """Its time passes when the test says so; counts what it is asked."""

    def __init__(self) -> None:
        self.minutes, self.asked = 0.0, 0
        self.scenario = one_demo()
        now = lambda: START + timedelta(minutes=self.minutes)  # noqa: E731 - closes over self
        super().__init__(self.scenario, now, lambda: 0.0)

    def respond(self, request):
        self.asked += request.target.endswith("/sms")
        return super().respond(request)


@pytest.fixture
def moved(empty_home):
    """Somebody whose API has a time of its own."""
    simulator = MovedSimulator()
    with SimulatorServer(simulator) as server:
        empty_home.use(server.url)
        empty_home.write_config(f"interval = 2\n{empty_home.config.read_text()}")
        empty_home.simulator = simulator
        yield empty_home


def test_two_recorders_on_one_file_keep_what_was_true_each_thing_once(moved) -> None:
    moved.watch("PURR-31", "KOM-118")
    simulator = moved.simulator
    with start(moved) as first, start(moved, "-v") as second:
        programs = [first, second]
        until(lambda: simulator.asked >= 4 and len(states(moved)) == 1500, first)
        for minutes in (2, 4, 8):
            before, asked = changed(moved), simulator.asked
            simulator.minutes = minutes
            until(lambda: changed(moved) > before and simulator.asked >= asked + 4, first)  # noqa: B023 - at once
        told = [end(program, how) for program, how in zip(programs, _SIGNALS, strict=True)]
    assert [status for status, _ in told] == [0, 130]
    assert told[0][1] == ""
    # the one of them that it asked about first may have been all
    assert "KOM-118: " in told[1][1] or "PURR-31: " in told[1][1]
    found = states(moved)
    assert set(Counter(state[:4] for state in found).values()) == {1}
    truth = {
        (IDS[key], sms.id.replace("-", ""), change.status, _microseconds(change.at))
        for key in ("PURR-31", "KOM-118")
        for sms in simulator.scenario.order(IDS[key]).sms
        for change in sms.changes
    }
    assert {state[:4] for state in found} <= truth
    assert changed(moved) >= 20
    assert not (moved.path / "state" / "state.json").exists()


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _microseconds(at) -> int:
    return round(at.timestamp() * 1_000_000)


def test_what_was_recorded_is_printed_masked_and_as_json(moved) -> None:
    moved.watch(**{"TIME-12": "mine"})
    with start(moved) as program:
        until(lambda: moved.simulator.asked >= 1, program)
        for minutes in (1.5, 4):
            before = len(states(moved))
            moved.simulator.minutes = minutes
            until(lambda: len(states(moved)) > before, program)  # noqa: B023 - called at once
        assert end(program, signal.SIGTERM)[0] == 0
    run = moved.run("history", "mine", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert lines
    keys = ["at", "order_id", "notification_id", "recipient", "from", "to", "phase", "seen_at"]
    for line in lines:
        assert list(line) == keys
        assert line["order_id"] == IDS["TIME-12"]
        assert "•" in line["recipient"]
        assert line["from"] != line["to"]
    at = [line["at"] if line["from"] and line["to"] else line["seen_at"] for line in lines]
    assert at == sorted(at) and at[0] < at[-1]
    assert all(line["seen_at"] >= line["at"] for line in lines)
    later = moved.run("history", "--json", "--since", at[-1]).stdout.splitlines()
    assert later == run.stdout.splitlines()[-sum(one == at[-1] for one in at) :]
    known = {state[1] for state in states(moved)}
    assert {line["notification_id"].replace("-", "") for line in lines} <= known
    text = moved.run("history").stdout.splitlines()
    assert len(text) == len(lines)
    assert all("  mine  " in line for line in text)
    assert "•" not in moved.run("history", "--unmask").stdout
    assert moved.run("history", "--since", "2999-01-01").stdout == ""
    summary = moved.run("history", "--summary").stdout
    assert summary.startswith("mine  2026-11-23 08:")
    assert re.search(r"  \d+ moments  half delivered .* measured on \d+ of \d+ SMS\n", summary)


def test_orders_watched_later_are_recorded_too(moved) -> None:
    with start(moved) as program:
        until(lambda: (moved.path / "state" / "history.sqlite3").exists(), program)
        assert "No orders are watched" in program.stderr.readline()
        moved.watch("KOM-117")
        until(lambda: bool(states(moved)), program)
        status, said = end(program, signal.SIGTERM)
        assert (status, said) == (0, "")


def test_trouble_with_the_api_is_said_once_and_does_not_end_it(empty_home) -> None:
    empty_home.use("http://127.0.0.1:9")
    empty_home.watch("KOM-118")
    with start(empty_home) as program:
        assert "refused" in program.stderr.readline()
        status, said = end(program, signal.SIGTERM)
        assert (status, said) == (0, "")


def test_nothing_is_printed_and_no_file_made_where_there_is_no_history(home) -> None:
    run = home.run("history")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert not (home.path / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--since", "teatime"), "--since needs a time"), (("NOPE",), "Nothing is kept of an order")],
)
def test_what_cannot_be_meant_is_told(home, arguments, told) -> None:
    run = home.run("history", *arguments)
    assert run.returncode == 4
    assert told in run.stderr


def test_no_history_is_kept_when_the_config_says_so(moved) -> None:
    moved.watch("KOM-117")
    config = moved.config.read_text()
    moved.write_config(f"history_days = 0\n{config}")
    with start(moved, "-v") as program:
        until(lambda: True, program)
        assert end(program, signal.SIGTERM)[0] in (0, -signal.SIGTERM)
    assert not (moved.path / "state" / "history.sqlite3").exists()
