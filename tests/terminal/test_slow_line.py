"""A line that takes less than what is drawn: what was true meanwhile is not sent."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests import LIMIT
from tests.terminal.pty_session import PtySession
from tests.terminal.slow_line import ANSWER, QUESTION
from tests.terminal.test_bytes import WHOLE_LINES, a_line

WHOLE = 20_000
"""Bytes of a whole screen, at most."""
KERNEL = 21_000
"""Bytes that a pseudo terminal of Linux takes before it is full; other systems take fewer."""
BURST = "j" * 40 + "G"
FIRST, LAST = "08:49:00", "08:00:00"
"""Of the first row of the table, and of its last one."""


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end, "it asks no more"
        time.sleep(0.01)


class FarEnd:
    """Who reads what the program sends, and answers it or not."""

    def __init__(self, terminal: PtySession) -> None:
        self.terminal = terminal
        self._answered = 0

    def is_asked(self) -> bool:
        return self.terminal.received.count(QUESTION) > self._answered

    def answer(self) -> None:
        self._answered = self.terminal.received.count(QUESTION)
        self.terminal.send(ANSWER)

    def read(self, *, answers: bool, late: float = 0.0) -> int:
        """Read until nothing more comes, an answer so many seconds late; how much it was."""
        before = len(self.terminal.received)
        self.terminal.rest(0.3)
        while answers and self.is_asked():
            end = time.monotonic() + late
            while (left := end - time.monotonic()) > 0:
                self.terminal.read(left)
            self.answer()
            self.terminal.rest(0.3)
        return len(self.terminal.received) - before


@pytest.mark.parametrize(
    "env", [{}, pytest.param(WHOLE_LINES, marks=pytest.mark.long)], ids=["cells", "lines"]
)
def test_keys_do_not_pile_up_polling_goes_on_and_quitting_does_not_wait(tmp_path, env):
    with a_line(tmp_path, env) as line:
        terminal, far = line.terminal, FarEnd(line.terminal)
        typed = 0

        def unread(keys: str) -> None:
            """Type these, and let them have their effect, while nobody reads."""
            nonlocal typed
            typed += len(keys)
            terminal.send(keys)
            line.tell(-typed)

        unread("2")
        for answers, most in ((False, KERNEL + 2 * WHOLE), (True, 2 * WHOLE)):
            if answers:
                far.answer()
                for key in "gGgG":
                    # a line that is fast, so that it can be told when it is slow
                    unread(key)
                    terminal.until(far.is_asked)
                    far.answer()
                    far.read(answers=True)
            unread("g")
            far.read(answers=answers, late=1.5)
            assert FIRST in terminal.text() and LAST not in terminal.text()
            unread(BURST)
            for _ in range(3):
                asked = line.rows.asked
                line.tell(0)
                wait_until(lambda before=asked: line.rows.asked > before)
            assert far.read(answers=answers) < most
            assert LAST in terminal.text()
        shown = terminal.text().partition("\n")[2]
        for key in ("?", "\x1b"):
            unread(key)
            far.read(answers=True)
        assert terminal.text().partition("\n")[2] == shown, "and it is what a new screen shows"
        unread("gG" * 20)
        terminal.send("\x11")
        assert terminal.process.wait(LIMIT) == 0, "though nobody reads"
        terminal.ends()
        for given_back in (b"\x1b[?1049l", b"\x1b[?25h"):
            assert given_back in terminal.received
