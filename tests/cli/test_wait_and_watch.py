"""`wait` and `watch`, as programs, against the real simulator."""

from __future__ import annotations

import json
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests.one_demo import IDS, START, one_demo

MOVING = "PURR-31"
WAITING = "MORG-02"


@pytest.fixture
def moving(empty_home):
    """A home whose server's clock runs 600 times as fast, and asks every 2 seconds."""
    begun = time.monotonic()

    def now():
        return START + timedelta(seconds=600 * (time.monotonic() - begun))

    with SimulatorServer(Simulator(one_demo(), now, time.monotonic)) as server:
        empty_home.write_config(
            "interval = 2.0\n"
            f'[profiles.local]\nenvironment = "custom"\nbase_url = "{server.url}"\nauth = "none"\n'
        )
        yield empty_home


def ended_order(home) -> tuple[str, int]:
    """An order that is final, and the exit status `status` gives it."""
    for key, order_id in IDS.items():
        done = home.run("status", "--json", order_id)
        answer = json.loads(done.stdout)
        if answer["final"]:
            return key, done.returncode
    raise AssertionError("the demo has no final order")


def test_a_final_order_is_printed_at_once_with_the_status_that_status_gives(home):
    key, status = ended_order(home)
    done = home.run("wait", IDS[key])
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout == home.run("status", IDS[key]).stdout
    assert "\x1b" not in done.stdout


def test_json_is_the_object_of_status(home):
    key, status = ended_order(home)
    done = home.run("wait", IDS[key], "--json")
    assert done.returncode == status
    answer, again = (
        json.loads(done.stdout),
        json.loads(home.run("status", "--json", IDS[key]).stdout),
    )
    answer.pop("checked_at"), again.pop("checked_at")
    assert answer == again


def test_time_that_runs_out_ends_it_with_2_and_the_last_status(home):
    done = home.run("wait", "--timeout", "1s", IDS[WAITING])
    assert done.returncode == 2
    assert WAITING in done.stdout
    assert "time ran out before the orders were final" in done.stderr


def test_delivered_is_given_up_when_one_sms_failed(home):
    done = home.run("wait", "--until", "delivered", IDS["KOM-118"], IDS[WAITING], "--timeout", "1h")
    assert done.returncode == 1
    assert "KOM-118" in done.stdout and WAITING in done.stdout


def test_what_is_unknown_is_not_waited_for(home):
    done = home.run("wait", "00000000-0000-4000-8000-000000000000", "--timeout", "1h")
    assert done.returncode == 3
    assert "not found" in done.stderr.lower() or "unknown" in done.stderr.lower()


def test_a_sign_in_that_is_refused_is_not_waited_for(home):
    simulator = Simulator(one_demo(), lambda: START, lambda: 0.0, auth="token")
    with SimulatorServer(simulator) as server:
        home.use(server.url)
        done = home.run("wait", IDS[MOVING], IDS[WAITING], "--timeout", "1h")
    assert done.returncode == 3
    assert done.stderr.count("sms-monitor:") == 1


def test_an_api_that_is_away_all_the_time_is_3(empty_home):
    empty_home.use("http://127.0.0.1:9")
    done = empty_home.run("wait", IDS[MOVING], "--timeout", "1s")
    assert done.returncode == 3
    assert "time ran out" in done.stderr


def test_an_api_that_is_away_is_waited_for_by_the_name_of_an_order_too(home):
    home.watch(MOVING)
    recording = home.start("record")
    while MOVING not in home.run("history", "--summary").stdout:
        assert recording.poll() is None
    recording.send_signal(signal.SIGTERM)
    recording.wait(60)
    home.use("http://127.0.0.1:9")
    done = home.run("wait", MOVING, "--timeout", "1")
    assert done.returncode == 3
    assert "time ran out" in done.stderr and MOVING not in done.stderr


def test_an_order_that_gets_final_ends_the_wait(empty_home):
    clock, asked = [START], threading.Event()

    class Noticing(Simulator):
        def respond(self, request):
            asked.set()
            return super().respond(request)

    simulator = Noticing(one_demo(), lambda: clock[0], lambda: 0.0)
    with SimulatorServer(simulator) as server:
        empty_home.write_config(
            "interval = 2.0\n"
            f'[profiles.local]\nenvironment = "custom"\nbase_url = "{server.url}"\nauth = "none"\n'
        )
        with running(empty_home, "wait", IDS[MOVING], "--json", "--timeout", "1h") as program:
            assert asked.wait(60)
            assert program.poll() is None
            clock[0] += timedelta(days=9)
            out, told = program.communicate(timeout=120)
    assert program.returncode in (0, 1) and told == ""
    assert json.loads(out)["final"] is True


@pytest.mark.parametrize("wrong", ["0", "0s", "2 h", "-1h", "h"])
def test_a_wrong_time_is_a_usage_error(home, wrong):
    done = home.run("wait", "x", f"--timeout={wrong}")
    assert done.returncode == 4
    assert "is not a time such as 90s, 30m, 2h or 3d" in done.stderr


def test_wait_needs_orders(home):
    assert home.run("wait").returncode == 4


@contextmanager
def running(home, *arguments):
    with home.start(*arguments) as program:
        try:
            yield program
        finally:
            program.kill()


def lines_until(program, enough):
    lines = []
    for line in program.stdout:
        lines.append(line)
        if enough(lines):
            return lines
    raise AssertionError(f"it ended with {program.wait()}: {program.stderr.read()}")


def ended(program, how=signal.SIGINT):
    program.send_signal(how)
    # not communicate(): the text layer above the pipe may hold half of a character already
    for _ in program.stdout:
        pass
    told = program.stderr.read()
    return program.wait(timeout=20), told


def test_watch_streams_rows_then_transitions_until_it_is_interrupted(moving):
    moving.watch(MOVING)
    with running(moving, "watch", "--json") as program:
        seen = [
            json.loads(line)
            for line in lines_until(
                program, lambda lines: sum('"from": null' not in one for one in lines) >= 3
            )
        ]
        assert ended(program) == (130, "")
    assert set(seen[0]) == {
        *("at", "order_id", "notification_id", "recipient", "from", "to", "phase"),
    }
    first = [one for one in seen if one["from"] is None]
    assert len({one["notification_id"] for one in first}) == len(first) == 500
    last = {one["notification_id"]: one["to"] for one in first}
    for one in seen[len(first) :]:
        assert one["from"] == last.get(one["notification_id"])
        last[one["notification_id"]] = one["to"]
    assert all("•" in one["recipient"] for one in seen)
    assert all(one["order_id"] == IDS[MOVING] for one in seen)


def test_watch_unmasks_when_asked(home):
    with running(home, "watch", "--json", "--unmask", IDS[MOVING]) as program:
        line = json.loads(lines_until(program, bool)[0])
        ended(program)
    assert line["recipient"].lstrip("+").isdigit()


def test_watch_for_people_has_a_line_an_order_and_a_line_a_change(moving):
    with running(moving, "watch", IDS[MOVING]) as program:
        lines = lines_until(program, lambda lines: len(lines) >= 3)
        assert ended(program, signal.SIGTERM) == (143, "")
    assert MOVING in lines[0] and "in flight" in lines[0]
    assert " to " in lines[1] and "•" in lines[1]
    assert "\x1b" not in "".join(lines)


def test_a_reader_that_goes_away_ends_watch_quietly(moving):
    with running(moving, "watch", "--json", IDS[MOVING]) as program:
        program.stdout.readline()
        program.stdout.close()
        assert program.wait(timeout=20) == 141
        assert program.stderr.read() == ""


def test_watch_ends_when_every_order_is_refused(home):
    done = home.run("watch", "--json", "00000000-0000-4000-8000-000000000000")
    assert done.returncode == 3
    assert done.stdout == ""


def test_watch_without_orders_says_how_to_watch_some(home):
    done = home.run("watch")
    assert done.returncode == 4
    assert "orders add" in done.stderr
