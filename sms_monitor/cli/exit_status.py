"""What the exit status of the program says."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Scripts rely on these; trouble is in `MonitorError.exit_code`, with the same meaning."""

    DONE = 0
    """Also: every SMS is delivered."""
    FAILED = 1
    """Some SMS failed, or will never be sent."""
    NOT_FINAL = 2
    """Some SMS can still change, or there are none yet."""
    SOURCE = 3
    """The API or the sign-in could not be used."""
    USAGE = 4
    """Something a person wrote must be changed."""
    CRASHED = 70
    """A fault of our own; sysexits.h calls it EX_SOFTWARE."""
    INTERRUPTED = 130
    """128 + SIGINT, as shells say it."""
    TERMINATED = 143
    """128 + SIGTERM; a command that runs long has closed its connections."""
    BROKEN_PIPE = 141
    """128 + SIGPIPE: who read the output went away, as `head` does."""
