"""Programs as processes: their CPU, and what they draw on a pseudo terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
PROJECT = Path(__file__).parent.parent.parent
_OWN = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _environment(env: Mapping[str, str] | None) -> dict[str, str]:
    # a program that is installed has its bytecode, so this one may keep it too: else each start
    # would compile it, and what it is held to, whose libraries are installed, would not
    ours = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    return {**ours, **(env or {})}


def cpu_of(argv: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Run a program to its end; return the ms of CPU it and its children took."""
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(env),
        cwd=PROJECT,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    # status says by 1 and 2 how the deliveries went
    if process.returncode not in (0, 1, 2):
        raise RuntimeError(f"{' '.join(argv)} ended with {process.returncode}: {said.decode()}")
    return 1000 * (usage.ru_utime + usage.ru_stime)


class Terminal:
    """A program on a pseudo terminal; what it draws is counted, not looked at."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self.master = pty.fork()
        if not self.pid:
            os.chdir(PROJECT)
            os.execvpe(argv[0], list(argv), _environment({**_OWN, **(env or {})}))
        columns, rows = size
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.received = 0
        """Bytes drawn so far."""
        self.tail = b""
        """The last of them."""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> float:
        """End the program; return the ms of CPU it and the children it waited for took."""
        if not self.pid:
            return 0.0
        os.kill(self.pid, signal.SIGTERM)
        limit = time.monotonic() + 10
        while True:
            self.read(0.02)
            pid, _, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
        self.pid = 0
        os.close(self.master)
        return 1000 * (usage.ru_utime + usage.ru_stime)

    def cpu(self) -> float:
        """Return the ms of CPU of the program so far, without its children."""
        tasks = Path(f"/proc/{self.pid}/task")
        total = 0
        for task in tasks.iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:  # a thread that has just ended
                continue
        return total / 1e6

    def read(self, seconds: float) -> bytes:
        """Take in what is drawn within `seconds`; returns as soon as there is something."""
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # it has ended
            return b""
        self.received += len(data)
        self.tail = (self.tail + data)[-65536:]
        return data

    def until(self, words: bytes, seconds: float = 120.0) -> None:
        """Read until `words` are drawn, from here on."""
        limit = time.monotonic() + seconds
        self.tail = b""
        while words not in self.tail:
            self.read(0.2)
            if time.monotonic() > limit:
                raise TimeoutError(f"{words!r} was not drawn: {self.tail[-2000:]!r}")

    def quiet(self, seconds: float = 0.25) -> None:
        """Read until nothing is drawn for so long and the program sleeps."""
        while True:
            before = self.cpu()
            end = time.monotonic() + seconds
            drawn = False
            while (left := end - time.monotonic()) > 0:
                drawn = bool(self.read(left)) or drawn
            if not drawn and self.cpu() - before < 0.2 * 1000 * seconds:
                return

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def event(self, keys: str, seconds: float = 0.25) -> tuple[float, int]:
        """Press keys; return the ms of CPU and the bytes drawn until all is quiet."""
        cpu, received = self.cpu(), self.received
        self.send(keys)
        self.quiet(seconds)
        return self.cpu() - cpu, self.received - received
