"""`simulate`: what it prints is all another program needs."""

from __future__ import annotations

import signal
import socket
import urllib.request

import pytest

from sms_monitor.core.order_id import parse_order_ids
from sms_monitor.simulator.demo import WATCHED
from tests import LIMIT

from .conftest import IDS


class Served:
    """A simulator that another process serves, and what it said of itself."""

    def __init__(self, home, *arguments: str) -> None:
        self.program = home.start("simulate", "--port", "0", *arguments)
        self.lines: list[str] = []

    def __enter__(self):
        # the orders are the last that is printed, under a line that says how to watch them
        while not self.lines or "orders add" not in self.lines[-1]:
            self.lines.append(self.program.stdout.readline().rstrip("\n"))
            assert self.program.poll() is None
        return self

    def orders(self, count: int) -> list[str]:
        return [self.program.stdout.readline() for _ in range(count)]

    @property
    def config(self) -> str:
        begin = self.lines.index("# config.toml")
        return "\n".join(self.lines[begin:-1])

    def stop(self, number: int) -> int:
        self.program.send_signal(number)
        self.program.communicate(timeout=LIMIT)
        return self.program.returncode

    def __exit__(self, *_: object) -> None:
        self.program.kill()
        self.program.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end(empty_home, number):
    with Served(empty_home) as served:
        url = served.lines[0]
        path = f"/notifications/api/v1/orders/{IDS['ARKI-03']}"
        assert urllib.request.urlopen(url + path, timeout=LIMIT).status == 200
        assert served.stop(number) == 0


@pytest.mark.parametrize("auth", ["none", "token"])
def test_its_profile_and_its_orders_can_be_used_as_they_are(empty_home, auth):
    with Served(empty_home, "--auth", auth) as served:
        lines = served.orders(len(WATCHED))
        assert [line.split()[1] for line in lines] == list(WATCHED)
        empty_home.write_config(served.config)
        added = empty_home.run("orders", "add", "-", stdin="".join(lines))
        assert added.returncode == 3
        assert len(added.stdout.splitlines()) == len(WATCHED) - 1
        assert "not found" in added.stderr


def test_it_serves_as_many_orders_as_wanted(empty_home):
    with Served(empty_home, "--orders", "12", "--rows", "3", "--start", "now") as served:
        lines = served.orders(12)
        assert lines[9].split(maxsplit=1)[1] == "(no reference)  3 SMS\n"
        empty_home.write_config(served.config)
        ids, _ = parse_order_ids("".join(lines))
        done = empty_home.run("status", *ids)
        assert done.returncode == 2
        assert [line.split()[2] for line in done.stdout.splitlines()[2:]] == ["3"] * 12


def test_it_makes_trouble_on_request(empty_home):
    with Served(empty_home, "--fault", "503=1") as served:
        empty_home.write_config(served.config)
        done = empty_home.run("status", "--json", IDS["ARKI-03"])
        assert done.returncode == 3
        assert '"kind": "server"' in done.stdout


def test_a_fault_it_does_not_know_is_answered_with_those_it_knows(empty_home):
    done = empty_home.run("simulate", "--fault", "flood=1")
    assert (done.returncode, done.stdout) == (4, "")
    assert "latency, 429, 429-date, 500" in done.stderr


def test_a_port_that_is_taken_is_a_sentence(empty_home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = empty_home.execute("simulate", "--port", port)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"Port {port}" in done.stderr
    assert "--port 0" in done.stderr
