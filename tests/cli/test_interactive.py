"""`interactive = true`: a command that asks gets the terminal, and never behind the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.server import SimulatorServer
from tests.promises.canaries import ORDER, rows
from tests.services.keys import pem
from tests.terminal.pty_session import PtySession

from .conftest import PROGRAM, Home
from .test_simulate import Served

ALTERNATE = b"\x1b[?1049h"
"""What a terminal is sent when the screen opens."""

HELPER = """\
import os, pathlib, sys
here = pathlib.Path(sys.argv[1])
number = len(list(here.glob("asked*"))) + 1
(here / f"asked{number}").write_text("\\n".join(f"{k}={v}" for k, v in os.environ.items()))
with open("/dev/tty", "rb+", buffering=0) as terminal:
    terminal.write(f"Passphrase {number}: ".encode())
    said = sys.stdin.readline().strip()
if said != "sesame":
    sys.exit("that is not it")
print(f"token-{number}")
"""
"""Asks on the terminal, reads the answer from stdin, and prints another token each time."""


class Gate:
    """An API that takes one token only."""

    def __init__(self) -> None:
        self.taken = "token-1"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def respond(self, request: Request) -> Answer:
        if request.authorization != f"Bearer {self.taken}":
            return Answer(401)
        if ORDER not in request.target:
            return Answer(404)
        return Answer(200, rows(), "application/json")


@pytest.fixture
def gate(empty_home: Home) -> Iterator[Gate]:
    gate = Gate()
    helper = empty_home.path / "helper.py"
    helper.write_text(HELPER)
    command = json.dumps([sys.executable, str(helper), str(empty_home.path)])
    with SimulatorServer(gate) as server:
        empty_home.write_config(
            f'[profiles.local]\nenvironment = "custom"\nbase_url = "{server.url}"\n'
            f'auth = "token"\ntoken = {{ command = {command} }}\ninteractive = true\n'
        )
        yield gate


class Screen(PtySession):
    def asks(self, number: int, answer: str) -> None:
        """Wait for the question of that number, on a terminal without our screen; answer it."""
        self.until(lambda: f"Passphrase {number}: ".encode() in self.received)
        before = self.received.rpartition(f"Passphrase {number}".encode())[0]
        assert before.count(ALTERNATE) == before.count(ALTERNATE.replace(b"h", b"l"))
        self.send(answer)


@pytest.fixture
def terminal(empty_home: Home) -> Callable[..., Screen]:
    def start(*arguments: str, **environ: str) -> Screen:
        env = {"SMS_MONITOR_HOME": str(empty_home.path), **environ}
        return Screen(["-m", "sms_monitor", *arguments], size=(120, 30), env=env)

    return start


def asked(home: Home) -> int:
    return len(list(home.path.glob("asked*")))


def test_it_asks_before_the_screen_and_again_only_when_a_key_says_so(empty_home, gate, terminal):
    with terminal(ORDER) as screen:
        screen.asks(1, "sesame\r")
        screen.until(lambda: "LIVE" in screen.text() and "FAKTURA-7" in screen.text())
        gate.taken = "token-2"
        screen.send("R")
        screen.until(lambda: "T SIGNS IN" in screen.text() and "has to ask you" in screen.text())
        # it goes on being asked for, and nothing comes over the screen
        screen.send("RjkR/abc\r")
        screen.until(lambda: "abc" in screen.text())
        screen.send("\x1b")
        screen.until(lambda: "abc" not in screen.text())
        assert asked(empty_home) == 1
        assert screen.text().count("* The command") == 1
        screen.send("T")
        screen.asks(2, "sesame\r")
        screen.until(lambda: "Signed in again" in screen.text() and "LIVE" in screen.text())
        assert "T SIGNS IN" not in screen.text()
        screen.send("\x11")
        assert screen.ends() == 0
    assert asked(empty_home) == 2
    # what was typed for the command is on no screen of ours, and its tokens on none at all
    assert "sesame" not in screen.text() and b"token-" not in screen.received
    environ = (empty_home.path / "asked1").read_text()
    assert "SMS_MONITOR_" not in environ and "PATH=" in environ


def test_a_command_that_fails_or_is_interrupted_leads_back(empty_home, gate, terminal):
    with terminal(ORDER) as screen:
        screen.asks(1, "sesame\r")
        screen.until(lambda: "LIVE" in screen.text())
        screen.send("T")
        screen.asks(2, "\x03")
        screen.until(lambda: "It was interrupted" in screen.text())
        screen.send("T")
        screen.asks(3, "wrong\r")
        screen.until(lambda: "Press Enter to go back" in screen.text())
        assert "that is not it" in screen.text()
        screen.send("\r")
        screen.until(lambda: "ended with exit code 1" in screen.text() and "LIVE" in screen.text())
        gate.taken = "token-4"
        screen.send("T")
        screen.asks(4, "sesame\r")
        screen.until(lambda: "Signed in again" in screen.text())
        screen.send("\x11")
        assert screen.ends() == 0
    assert asked(empty_home) == 4


@pytest.mark.parametrize(("answer", "status"), [("wrong\r", 3), ("\x03", 130)])
def test_no_screen_opens_when_it_fails_before(gate, terminal, answer, status):
    del gate
    with terminal(ORDER) as screen:
        screen.asks(1, answer)
        assert screen.ends() == status
    assert ALTERNATE not in screen.received
    assert ("ended with exit code 1" in screen.text()) is (status == 3)


def test_going_to_such_a_profile_lets_it_ask(empty_home, gate, terminal):
    with SimulatorServer(gate) as other:
        gate.taken = ""
        plain = f'[profiles.plain]\nenvironment = "custom"\nbase_url = "{other.url}"\n'
        own = empty_home.config.read_text()
        empty_home.write_config(f'{plain}auth = "none"\n{own}')
        with terminal("--profile", "plain") as screen:
            screen.until(lambda: "NO ORDERS" in screen.text())
            screen.send("C2")
            screen.asks(1, "\x03")
            screen.until(lambda: "It was interrupted" in screen.text())
            assert " plain " in screen.text()
            screen.send("C2")
            screen.asks(2, "sesame\r")
            screen.until(lambda: " local " in screen.text() and "NO ORDERS" in screen.text())
            screen.send("\x11")
            assert screen.ends() == 0


def test_headless_it_asks_once_also_when_our_streams_are_no_terminal(empty_home, gate, terminal):
    del gate
    line = " ".join([*PROGRAM, "orders", "add", "-", "2>&1"])
    code = f"import os; os.system('echo {ORDER} | {line} | cat')"
    env = {"SMS_MONITOR_HOME": str(empty_home.path)}
    with Screen(["-c", code], size=(120, 30), env=env) as screen:
        screen.asks(1, "sesame\r")
        assert screen.ends() == 0
    assert f"{ORDER}  FAKTURA-7  2 SMS" in screen.text()
    gate_left = asked(empty_home)
    with terminal("orders", "list") as screen:
        assert screen.ends() == 0
    assert asked(empty_home) == gate_left == 1


def test_headless_without_a_terminal_it_is_a_sentence_and_nothing_runs(empty_home, gate):
    del gate
    program = empty_home.start("status", ORDER, start_new_session=True)
    out, err = program.communicate(timeout=30)
    assert (program.returncode, out) == (3, "")
    assert "asks at the terminal (interactive = true), and there is no terminal here." in err
    assert "For scripts use a profile whose command does not ask" in err
    assert asked(empty_home) == 0


def test_it_is_not_run_from_a_config_that_others_can_write(empty_home, gate, terminal):
    del gate
    empty_home.config.chmod(0o666)
    with terminal("status", ORDER) as screen:
        assert screen.ends() == 4
        assert "No command of" in screen.text()
    assert asked(empty_home) == 0


def test_auth_check_lets_it_ask(empty_home, gate, terminal):
    del gate
    with terminal("auth", "check") as screen:
        screen.asks(1, "sesame\r")
        assert screen.ends() == 0
        assert "Altinn Notifications takes the sign-in." in screen.text()
    assert asked(empty_home) == 1


def test_the_password_of_a_key_is_asked_for_once(empty_home, terminal, tmp_path):
    """A key that needs a password needs no other one for the whole day."""
    key = tmp_path / "own.pem"
    key.write_text(pem(password="sesame"))
    key.chmod(0o600)
    ask = 'printf "Passphrase 1: " >/dev/tty; read word; echo "$word"'
    with Served(empty_home, "--auth", "maskinporten", "--client-key", key_without(key)) as served:
        lines = [line for line in served.config.splitlines() if not line.startswith("key = ")]
        lines += [f'key = {{ file = "{key}" }}', "interactive = true"]
        lines += [f"key_password = {{ command = {json.dumps(['sh', '-c', ask])} }}"]
        empty_home.write_config("\n".join(lines))
        order = served.orders(1)[0].split()[0]
        with terminal(order) as screen:
            screen.asks(1, "sesame\r")
            screen.until(lambda: "LIVE" in screen.text())
            screen.send("\x11")
            assert screen.ends() == 0
    assert screen.received.count(b"Passphrase") == 1


def key_without(key: Path) -> str:
    """The same key without its password, for the simulator to know."""
    plain = key.with_name("plain.pem")
    plain.write_text(pem())
    return str(plain)
