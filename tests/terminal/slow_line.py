"""A line of so many bytes a second with a delay both ways, and a terminal at its end."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable

from tests.terminal.pty_session import PtySession

QUESTION, ANSWER = b"\x1b[?2026$p", "\x1b[?2026;2$y"
"""What a program asks a terminal about synchronized output, and what one that has it says."""
_PIECE = 0.05
"""Seconds of the line that are taken at once."""


class SlowLine:
    """Takes what a program on a pseudo terminal draws as slowly as the line does.

    Nothing is read ahead: what the line has not taken yet waits in the kernel, then in the
    program. A terminal that `answers` says that it has synchronized output, as most do today.
    """

    def __init__(
        self, terminal: PtySession, rate: float, delay: float, *, answers: bool = True
    ) -> None:
        self.terminal = terminal
        self.rate, self.delay, self.answers = rate, delay, answers
        self._down: deque[tuple[float, bytes]] = deque()
        self._up: deque[tuple[float, str]] = deque()
        self._begin = time.monotonic()
        self._asked = 0
        self.taken = 0
        """Bytes the line has taken."""

    def press(self, keys: str) -> None:
        """Press keys; the program has them after the delay."""
        self._up.append((time.monotonic() + self.delay, keys))

    def pump(self, seconds: float = _PIECE) -> None:
        """Let the line go on for so long."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            while self._up and self._up[0][0] <= now:
                self.terminal.send(self._up.popleft()[1])
            self._take(now)
            while self._down and self._down[0][0] <= now:
                self._draw(self._down.popleft()[1])
            time.sleep(min(0.01, max(0.0, end - now)))

    def until(self, true: Callable[[], bool], seconds: float) -> float:
        """Let the line go on until `true()`; return after how many seconds, or infinity."""
        begin = time.monotonic()
        while not true():
            if time.monotonic() - begin > seconds:
                return float("inf")
            self.pump()
        return time.monotonic() - begin

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal larger or smaller, as a person does who drags its window."""
        self.terminal.resize(columns, rows)

    def _take(self, now: float) -> None:
        ready = select.select([self.terminal.master], [], [], 0)[0]
        if not ready:
            # a line that is idle does not save up
            self._begin = now
            return
        room = int(self.rate * min(now - self._begin, 1.0))
        if room < self.rate * _PIECE:
            return
        try:
            data = os.read(self.terminal.master, room)
        except OSError:  # it has ended
            return
        self._begin = now
        self.taken += len(data)
        self._down.append((now + self.delay, data))

    def _draw(self, data: bytes) -> None:
        self.terminal.draw(data)
        asked = self.terminal.received.count(QUESTION)
        if self.answers and asked > self._asked:
            self.press(ANSWER * (asked - self._asked))
        self._asked = asked
