"""Commands that ask a person something: they run on the terminal, when it is theirs.

`interactive = true` in a profile says so of all its commands. None of them ever runs by itself:
`ask` is called before there is a screen, or while the screen stands aside.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sms_monitor.core.errors import SignInError
from sms_monitor.services.command import Run, child_environ, find_program
from sms_monitor.services.credentials import MAX_SECRET, Secret

LIMIT = 300.0
"""Seconds a person has to answer."""


class TerminalNeeded(SignInError):
    """A command has to ask again, and the terminal is not its own now."""


class AttendedCommands:
    """The commands of an interactive profile, and what they printed when they were asked last."""

    def __init__(self, commands: Iterable[tuple[str, ...]]) -> None:
        self._commands = tuple(dict.fromkeys(commands))
        self._printed: dict[tuple[str, ...], Secret] = {}

    @property
    def is_asked(self) -> bool:
        """Whether all of them were run once."""
        return self._printed.keys() >= set(self._commands)

    def ask(self) -> None:
        """Run all of them on the terminal, one after the other; everything else waits.

        Raises:
            SignInError: One failed, or there is no terminal; what was printed before is kept.
            KeyboardInterrupt: The person interrupted one.
        """
        printed = {}
        for command in self._commands:
            # latin-1 keeps every byte: a key may be no text
            raw = run_on_terminal(command, MAX_SECRET)
            printed[command] = Secret(raw.decode("latin-1"))
        self._printed = printed

    def for_session(self) -> Run:
        """Return what gives a session each thing that was printed, once.

        A second time means that the first is no longer good, so the person has to be asked.
        """
        used: dict[tuple[str, ...], Secret] = {}

        async def run(command: Sequence[str], max_output: int) -> bytes:
            key = tuple(command)
            printed = self._printed.get(key)
            if printed is None or printed is used.get(key):
                raise TerminalNeeded(
                    f'The command "{command[0]}" has to ask you again.',
                    "Press T in the monitor and it gets the terminal; elsewhere start again.",
                )
            used[key] = printed
            return printed.reveal().encode("latin-1")[: max_output + 1]

        return run


def run_on_terminal(command: Sequence[str], max_output: int, limit: float = LIMIT) -> bytes:
    """Run `command` with the terminal and return its stdout, at most `max_output` bytes.

    Its stdin and stderr are the terminal, whatever ours are; it gets none of our `SMS_MONITOR_*`
    variables. Blocks, and so nothing else of this program reads keys or draws meanwhile.

    Raises:
        SignInError: No terminal, not found, too slow, too much output, or a non-zero exit.
        KeyboardInterrupt: The person interrupted it.
    """
    name = command[0]
    program = find_program(name)
    with _terminal(name) as terminal:
        os.write(terminal, f'sms-monitor runs "{name}" to sign in:\r\n'.encode())
        try:
            child = subprocess.Popen(
                [program, *command[1:]],
                stdin=terminal,
                stdout=subprocess.PIPE,
                stderr=terminal,
                env=child_environ(),
            )
        except OSError as error:
            raise SignInError(
                f'The command "{name}" could not be started: {error.strerror or error}.',
                "Correct the command in the profile.",
            ) from error
        with child:
            try:
                output = _output_of(child, max_output, time.monotonic() + limit)
                status = child.wait(limit) if output is not None else None
            finally:
                if child.poll() is None:
                    child.kill()
    if output is None or status is None:
        raise SignInError(
            f'The command "{name}" did not end within {limit:g} s and was stopped.',
            "Start again, and answer what it asks.",
        )
    if status in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    if len(output) > max_output:
        raise SignInError(
            f'The command "{name}" printed more than {max_output // 1024} KiB and was stopped.',
            "Make it print the token alone.",
        )
    if status:
        raise SignInError(
            f'The command "{name}" ended with exit code {status}; it said why on the terminal.',
            "Try again, or run the profile's command in a shell to see what it needs.",
        )
    return output


def _output_of(child: subprocess.Popen[bytes], max_output: int, end: float) -> bytes | None:
    """Return what `child` prints, one byte more when it is too much; None when time is up."""
    assert child.stdout is not None
    output = b""
    while len(output) <= max_output:
        if select.select([child.stdout], [], [], 0.1)[0]:
            data = os.read(child.stdout.fileno(), max_output)
            if not data:
                return output
            output += data
        elif child.poll() is not None:
            # something it left behind holds the pipe
            return output
        elif time.monotonic() > end:
            return None
    child.kill()
    return output


@contextmanager
def _terminal(name: str) -> Iterator[int]:
    """Yield the terminal this program belongs to, and leave it as it was.

    Not stdin: that may be a pipe while a person sits there all the same.
    """
    if sys.platform == "win32":
        raise _nobody_there(name, "that is for Unix terminals only")
    import termios

    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise _nobody_there(name, "there is no terminal here") from error
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            raise _nobody_there(name, "this program runs in the background")
        before = termios.tcgetattr(terminal)
        try:
            yield terminal
        finally:
            # one that was killed may have left the echo off; keys it did not take are not ours
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
    finally:
        os.close(terminal)


def _nobody_there(name: str, why: str) -> SignInError:
    return SignInError(
        f'The command "{name}" asks at the terminal (interactive = true), and {why}.',
        "Run this at a terminal. For scripts use a profile whose command does not ask, or "
        "--token-file.",
    )
