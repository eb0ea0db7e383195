"""A program in a real pseudo terminal, and a terminal in memory that shows what it draws."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

from tests import LIMIT

PROJECT = Path(__file__).parent.parent.parent
# pyte does not know private CSI sequences with "<", "=" or ">" and would print their letters
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>][0-9;]*[a-zA-Z]")

_UNFINISHED = re.compile(rb"\x1b(\[[<=>?]?[0-9;]*)?$")


class PtySession:
    """Starts `python ARGV` with its three streams on a pseudo terminal of the given size."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        ignore_hangup: bool = False,
        cwd: Path = PROJECT,
    ) -> None:
        columns, rows = size
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def prepare() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if ignore_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=prepare,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            cwd=cwd,
        )
        os.close(slave)
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.received = b""
        self._cut = b""

    def __enter__(self) -> PtySession:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def read(self, seconds: float = 0.05) -> bytes:
        """Take in what is sent within `seconds`; returns as soon as there is something."""
        if self.master < 0 or not select.select([self.master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return b""
        self.draw(data)
        return data

    def draw(self, data: bytes) -> None:
        """Show what came over the line."""
        self.received += data
        # a sequence may be cut in two by the read, and is then left for the next one
        data = self._cut + data
        cut = _UNFINISHED.search(data)
        data, self._cut = (data[: cut.start()], cut[0]) if cut else (data, b"")
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))

    def until(self, true: Callable[[], bool], seconds: float = LIMIT) -> None:
        """Read until `true()`; fails with the screen when it does not come true in time."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come true:\n" + self.text()
            self.read()

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal larger or smaller, which tells the program."""
        self.screen.resize(rows, columns)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C once the program waits.

        CPython's `input()` lets go of a SIGINT that comes between its prompt and its wait for a
        key, until the next line; a person presses the key again.
        """
        self.until(lambda: is_waiting(self.process.pid))
        self.send("\x03")

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def ends(self, seconds: float = LIMIT) -> int:
        """Wait for the end of the program, taking in what it still sends; its exit status."""
        self.until(lambda: self.process.poll() is not None, seconds)
        while self.read():
            pass
        return self.process.returncode

    def rest(self, seconds: float = 0.5) -> None:
        """Read until the program has slept for so long, and nothing came of it."""
        end = time.monotonic() + LIMIT
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            assert time.monotonic() < end, "it does not come to rest:\n" + self.text()
            # a busy machine may keep it from running at all, which is no sleep
            if self.read(0.02) or not is_waiting(self.process.pid):
                since = time.monotonic()

    def hang_up(self) -> None:
        """Close the terminal, as a dropped SSH connection does."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1


def is_waiting(pid: int) -> bool:
    """Whether all threads of a process sleep in the kernel, where keys and signals wake them.

    One of them reads the keys: on a busy machine it may be about to, while the main one sleeps.
    """
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (thread / "stat").read_text("utf-8", errors="replace")
        except OSError:  # it has just ended
            continue
        # the name before the state, in brackets, may hold anything
        if status.rpartition(")")[2].split()[0] != "S":
            return False
    return True
