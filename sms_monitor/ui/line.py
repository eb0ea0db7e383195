"""The line to the terminal: never waited for, and never given more than it takes.

Textual's own driver writes all that is drawn, one thing after the other. When the line takes less
than that, the keys of the last minute are still being drawn, and in the end the app stands still.
Here the app is told whether the line is behind, and draws what is true by then when it is not.

The kernel tells that a pseudo terminal is full, some 20 kB late; SSH behind it takes far more. So
a terminal that knows of synchronized output is asked about it once more after what was drawn: what
it says comes when it has drawn that (DECRQM, and mode 2026, which Textual asks for at its start).
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import time
from collections import deque
from typing import Any, TextIO

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

_ASK = "\x1b[?2026$p"
_CLEAN = "\x1b[?2026l\x1b[0m"
"""Ends an update that was cut off, and its attributes."""
_WORTH = 512
"""Characters that are written at least before the terminal is asked again."""
_LATE = 0.25
"""Seconds after the quickest answer there was, from which on an answer is late."""
_NO_ANSWER = 30.0
"""Seconds after which no answer is waited for; a screen takes as long at 3600 baud."""
_PATIENCE = 1.0
"""Seconds that the end of the program waits for the line, twice at the most."""
_PIECE = 512
"""Bytes written at once."""
_AT_ONCE = 0.05
"""Seconds in which a line that keeps up takes a screen."""


class Outlet:
    """The file that Textual's writer thread writes to; what is not taken can be thrown away."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._texts: list[str] = []
        self._busy = threading.Lock()
        self._since: float | None = None
        """When it was begun to write; None when all is written."""
        self.gives_up = False
        """Whether what is written is thrown away."""

    @property
    def full(self) -> bool:
        """Whether the terminal does not take at once what is written."""
        since = self._since
        return since is not None and time.monotonic() - since > _AT_ONCE

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Keep `text` until `flush`."""
        with self._busy:
            self._texts.append(text)

    def flush(self) -> None:
        """Return when all that was kept is taken or thrown away; also when the terminal is gone."""
        with self._busy, contextlib.suppress(OSError):
            data = "".join(self._texts).encode(self._file.encoding, "replace")
            self._texts.clear()
            self._since = time.monotonic()
            while data and not self.gives_up:
                if select.select([], [self._file], [], 0.1)[1]:
                    # may have to wait all the same, for room for the last of them
                    data = data[os.write(self._file.fileno(), data[:_PIECE]) :]
        self._since = None

    def throw_away(self) -> None:
        """Drop what was written and not drawn yet, as far as it has not left this machine."""
        self.gives_up = True
        with contextlib.suppress(termios.error):
            termios.tcflush(self._file, termios.TCOFLUSH)
        if self._busy.acquire(timeout=_PATIENCE):
            self._texts.clear()
            self._busy.release()
            self.gives_up = False


class LineDriver(LinuxDriver):
    """Textual's driver; it tells whether the line is behind, and ends although it is stuck."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what Textual's takes."""
        super().__init__(*args, **options)
        assert self._file is not None
        self._outlet = Outlet(self._file)
        # Textual gives it to its writer thread, which needs no more than there is
        self._file = self._outlet  # type: ignore[assignment]
        self._written = 0
        """Characters since the terminal was asked."""
        self._asked: deque[float] = deque()
        """When it was asked what it has not answered yet, the oldest first."""
        self._answers = False
        self._answered = threading.Event()
        self._quickest = _NO_ANSWER
        self._late = True
        """Whether the last answer was late; nothing is known of a line that has answered none."""

    @property
    def is_behind(self) -> bool:
        """Whether what is drawn now would have to wait for what was drawn before."""
        if self._outlet.full:
            return True
        age = self._waits()
        if age is None or not self._answers:
            return False
        return self._late or age > self._quickest + _LATE

    def write(self, data: str) -> None:
        """Have `data` written, however much waits already; drawing waits while it does."""
        self._written += len(data)
        super().write(data)

    def ask(self) -> None:
        """Have the terminal say when it has drawn what was written, if that is worth it."""
        if self._answers and self._waits() is None and self._written >= _WORTH:
            self._begin_to_ask()
            self.write(_ASK)

    def _waits(self) -> float | None:
        """Return for how many seconds an answer is waited for; None when none is."""
        try:
            age = time.monotonic() - self._asked[-1]
        except IndexError:  # the thread that reads keys takes them out
            return None
        return age if age < _NO_ANSWER else None

    def _begin_to_ask(self) -> None:
        self._answered.clear()
        self._written = 0
        self._asked.append(time.monotonic())

    def process_message(self, message: Message) -> None:
        """Take in what the terminal answers; runs in the thread that reads keys."""
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            known, self._answers = self._answers, True
            asked_at = self._asked.popleft() if self._asked else None
            # while another answer is to come, this one is from before the line stood still
            if asked_at is not None and not self._asked:
                took = time.monotonic() - asked_at
                self._late = not known or took > self._quickest + _LATE
                self._quickest = min(self._quickest, took)
            self._answered.set()
            if known:
                return
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Begin as Textual does, which asks the terminal."""
        self._answers = self._outlet.gives_up = False
        self._asked.clear()
        self._begin_to_ask()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's has none
        assert self._writer_thread is not None
        # with an end to it, the app would wait for the line where it writes more than that
        self._writer_thread._queue.maxsize = 0

    def stop_application_mode(self) -> None:
        """Give the terminal back; whoever has it then gets no answer that was meant for us."""
        if self.is_behind:
            assert self._writer_thread is not None
            with self._writer_thread._queue.mutex:
                self._writer_thread._queue.queue.clear()
            self._outlet.throw_away()
            self.write(_CLEAN)
        if self._answers and self._waits() is not None:
            self._answered.wait(_PATIENCE)
        super().stop_application_mode()

    def close(self) -> None:
        """End the writing, also when the line takes nothing."""
        end = threading.Thread(target=super().close, daemon=True)
        end.start()
        end.join(_PATIENCE)
        # the next one to have the terminal is not to find it there
        self._outlet.gives_up = end.is_alive()
