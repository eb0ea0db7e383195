"""Commands that ask: on a real terminal, in time, and never by themselves."""

from __future__ import annotations

import asyncio

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.attended import AttendedCommands, TerminalNeeded, run_on_terminal
from sms_monitor.services.auth import TokenSource
from sms_monitor.services.tokens import check_time
from tests.services.sign_in_parts import Reader, StillClock, jwt
from tests.terminal.pty_session import PtySession

RUN = """\
import sys, termios
from sms_monitor.core.errors import SignInError
from sms_monitor.services.attended import run_on_terminal
try:
    found = run_on_terminal(["sh", "-c", sys.argv[1]], 1024, float(sys.argv[2]))
    print("GAVE", found)
except SignInError as error:
    print("FAILED", error.message)
except KeyboardInterrupt:
    print("INTERRUPTED")
print("ECHO", bool(termios.tcgetattr(0)[3] & termios.ECHO))
"""


def outcome(command: str, limit: float = 20.0, keys: str = "", when: str = "") -> str:
    """What a command on a terminal of its own came to."""
    with PtySession(["-c", RUN, command, str(limit)], size=(150, 30)) as terminal:
        if keys:
            terminal.until(lambda: when in terminal.text())
            terminal.send(keys)
        assert terminal.ends() == 0
        return " ".join(line.strip() for line in terminal.screen.display if line.strip())


def test_it_reads_from_the_terminal_and_its_errors_are_seen_there():
    said = outcome("echo WHO? >&2; read name; printf %s $name", keys="me\r", when="WHO?")
    assert "GAVE b'me'" in said and said.startswith('sms-monitor runs "sh" to sign in: WHO?')


def test_the_terminal_is_left_as_it_was():
    said = outcome("stty -echo; echo HUSH >&2; sleep 60", 1.0)
    assert "did not end within 1 s and was stopped." in said and "ECHO True" in said


def test_keys_that_it_did_not_take_are_not_ours():
    said = outcome("echo GO >&2; read x; echo $x; sleep 1", keys="a\rquit\r", when="GO")
    assert "GAVE b'a\\n'" in said and "ECHO True" in said


def test_ctrl_c_is_for_the_command():
    assert "INTERRUPTED" in outcome("echo GO >&2; sleep 60", keys="\x03", when="GO")


def test_a_flood_is_stopped():
    assert "printed more than 1 KiB" in outcome("yes")


def test_something_left_behind_does_not_keep_us_waiting():
    assert "GAVE b'token\\n'" in outcome("sleep 60 & echo token")


def test_in_the_background_it_does_not_run():
    code = "import os, sys\npid = os.fork()\nif not pid:\n    os.setpgid(0, 0)\n"
    code += "".join(f"    {line}\n" for line in RUN.replace('print("ECHO', "#").splitlines())
    code += "else:\n    os.waitpid(pid, 0)\n"
    with PtySession(["-c", code, "echo token", "20"], size=(150, 30)) as terminal:
        assert terminal.ends() == 0
        assert "this program runs in the background" in terminal.text()


def test_what_is_not_there_is_named():
    with pytest.raises(SignInError, match='"no-such-program" was not found'):
        run_on_terminal(["no-such-program"], 10)


async def test_each_session_is_given_what_was_printed_once(monkeypatch):
    printed = iter([b"key-1", b"\xff\x00", b"key-2", b"\xfe\x00"])
    monkeypatch.setattr("sms_monitor.services.attended.run_on_terminal", lambda *_: next(printed))
    commands = AttendedCommands([("key",), ("password",), ("key",)])
    assert not commands.is_asked
    first = commands.for_session()
    with pytest.raises(TerminalNeeded, match='"key" has to ask you again'):
        await first(("key",), 100)
    commands.ask()
    assert commands.is_asked
    for session in (first, commands.for_session()):
        assert await session(("key",), 100) == b"key-1"
        assert await session(("password",), 100) == b"\xff\x00"
        with pytest.raises(TerminalNeeded):
            await session(("key",), 100)
    commands.ask()
    assert await first(("key",), 100) == b"key-2"
    assert "key-2" not in repr(vars(commands))


async def test_before_a_token_ends_it_is_said_that_the_next_one_needs_the_terminal():
    clock = StillClock()
    reader = Reader(jwt(life=100), TerminalNeeded("It has to ask.", "Press T."), jwt(at=80))
    source = TokenSource(reader, clock, pause=0.0, check=check_time)
    held = await source.token()
    assert not source.needs_terminal
    clock.seconds = 70
    assert await source.token() is held
    while not source.needs_terminal:  # noqa: ASYNC110 - the read runs in the background
        await asyncio.sleep(0)
    assert source.note == "It has to ask. Press T."
    clock.seconds = 80
    await source.renew()
    assert not source.needs_terminal and await source.token() is not held
