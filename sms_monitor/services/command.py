"""Running a program that hands out a secret, on a leash: no screen, little time and memory."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence

from sms_monitor.core.errors import SignInError
from sms_monitor.core.text import clean

LIMIT = 30.0
"""Seconds a command may run."""
GRACE = 1.0
"""Seconds its output is waited for after its end: a child it left behind may hold the pipe."""

Run = Callable[[Sequence[str], int], Awaitable[bytes]]
"""Runs a command and returns what it printed, at most so many bytes; raises `SignInError`."""

_KEPT_OF_STDERR = 4096
_TOKEN = re.compile(r"(eyJ[\w-]+|[\w-]{40,})(\.[\w-]+)*")
"""A JWT, a piece of one, or a long key; an id of 36 characters is not meant."""


def hide_tokens(text: str) -> str:
    """Return `text`, which is not ours, without anything that looks like a token or a key."""
    return _TOKEN.sub("(a token)", text)


async def run_command(command: Sequence[str], max_output: int, limit: float = LIMIT) -> bytes:
    """Run `command` without a shell and return its stdout, at most `max_output` bytes.

    It gets no stdin, no terminal (a session of its own: opening /dev/tty fails) and none of
    our `SMS_MONITOR_*` variables. After `limit` seconds, or when the caller is cancelled, its
    whole process group is killed. Neither stdout nor stderr is ever logged.

    Raises:
        SignInError: Not found, not started, too slow, too much output, or a non-zero exit.
    """
    name = command[0]
    program = find_program(name)
    output, status = await _outcome(name, (program, *command[1:]), max_output, limit)
    if len(output.stdout) > max_output:
        raise SignInError(
            f'The command "{name}" printed more than {max_output // 1024} KiB and was stopped.',
            "Make it print the token alone.",
        )
    if status:
        line = last_line(output.stderr)
        raise SignInError(
            f'The command "{name}" ended with exit code {status}: {line or "it did not say why"}.',
            "Run the profile's command in a shell to see what it needs.",
        )
    return bytes(output.stdout)


def find_program(name: str) -> str:
    """Return the path of the program called `name`; raises `SignInError` when there is none.

    One in the working directory is none: whoever can write there would be run.
    """
    program = shutil.which(name)
    if program is None or not os.path.isabs(program):  # noqa: PTH117 - which gives a text
        looked = "" if "/" in name else f" (PATH={os.environ.get('PATH', '')})"
        raise SignInError(
            f'The command "{name}" was not found{looked}.',
            "Install it, or give its full path in the profile.",
        )
    return program


def child_environ() -> dict[str, str]:
    """Return the environment of a command: the person's own, less all that is meant for us.

    A proxy with its password stays: it is the person's setting for every program of theirs, and
    a command that asks a vault needs it as much as we do.
    """
    return {k: v for k, v in os.environ.items() if not k.startswith("SMS_MONITOR_")}


class Output(asyncio.SubprocessProtocol):
    """Collects stdout up to a limit, and the end of stderr."""

    def __init__(self, max_output: int) -> None:
        self.stdout = bytearray()
        self.stderr = b""
        self.enough = asyncio.Event()
        self.closed = asyncio.Event()
        self._max_output = max_output

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.stderr = (self.stderr + data)[-_KEPT_OF_STDERR:]
            return
        self.stdout += data
        if len(self.stdout) > self._max_output:
            self.enough.set()

    def process_exited(self) -> None:
        asyncio.get_running_loop().call_later(GRACE, self.enough.set)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        self.enough.set()
        self.closed.set()


async def _outcome(
    name: str, arguments: Sequence[str], max_output: int, limit: float
) -> tuple[Output, int | None]:
    """Return what it printed and its exit status; None when it was stopped."""
    try:
        return await run_leashed(arguments, max_output, limit)
    except TimeoutError as error:
        raise SignInError(
            f'The command "{name}" did not end within {limit:g} s and was stopped.',
            "Run it in a shell: if it asks something, sign in there first.",
        ) from error
    except OSError as error:
        raise SignInError(
            f'The command "{name}" could not be started: {error.strerror or error}.',
            "Correct the command in the profile.",
        ) from error


async def run_leashed(
    arguments: Sequence[str],
    max_output: int,
    limit: float,
    stdin: bytes | None = None,
) -> tuple[Output, int | None]:
    """Run a program in a session of its own; return what it printed and its status.

    `stdin` is all it can read, None for nothing; without it stdout is collected, with it stdout
    is dropped. The status is None when it was stopped because its output was enough.

    Raises:
        TimeoutError: It did not end within `limit` seconds, and was killed with its group.
        OSError: It could not be started.
    """
    starting = asyncio.ensure_future(
        asyncio.get_running_loop().subprocess_exec(
            lambda: Output(max_output),
            *arguments,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE if stdin is None else subprocess.DEVNULL,
            env=child_environ(),
            start_new_session=True,
        )
    )
    try:
        async with asyncio.timeout(limit):
            # a start that is cancelled half-way would leave the children of the child
            transport, output = await asyncio.shield(starting)
            _give(transport, stdin)
            await output.enough.wait()
        return output, transport.get_returncode()
    finally:
        await _end(starting)


def _give(transport: asyncio.SubprocessTransport, stdin: bytes | None) -> None:
    pipe = transport.get_pipe_transport(0)
    if stdin is not None and isinstance(pipe, asyncio.WriteTransport):
        pipe.write(stdin)
        pipe.close()


async def _end(
    starting: asyncio.Future[tuple[asyncio.SubprocessTransport, Output]],
) -> None:
    """Kill what still runs, once it has started, and close its pipes."""
    try:
        transport, output = await starting
    except OSError:
        return
    if transport.get_returncode() is None:
        _kill_group(transport)
    transport.close()
    await output.closed.wait()


def _kill_group(transport: asyncio.SubprocessTransport) -> None:
    if sys.platform == "win32":
        transport.kill()
        return
    try:
        os.killpg(transport.get_pid(), signal.SIGKILL)
    except ProcessLookupError:
        return


def last_line(stderr: bytes) -> str:
    """Return the last thing a program complained of, cleaned, on one line; "" for nothing."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return clean(hide_tokens(lines[-1]).rstrip("."), 200) if lines else ""
