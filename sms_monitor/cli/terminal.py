"""What the terminal can do, asked before anything is drawn on it."""

from __future__ import annotations

import os
import sys

from sms_monitor.core.sparkline import needs_ascii


def has_screen() -> bool:
    """Tell whether there is a terminal to draw on and to read keys from."""
    # Textual draws on stderr, so that stdout can be taken; a screen in a file helps nobody
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None or not stream.isatty():
            return False
    return not _is_dumb()


def tell_of_dumb_terminal() -> None:
    """Say on stderr why a table is printed, where there is a terminal all the same."""
    if sys.stderr.isatty() and _is_dumb():
        name = os.environ.get("TERM", "")
        print(f'The terminal cannot be drawn on (TERM is "{name}"); a table:', file=sys.stderr)


def _is_dumb() -> bool:
    # Windows has no TERM
    return os.name != "nt" and os.environ.get("TERM", "") in ("", "dumb")


def draws_ascii(configured: bool | None) -> bool:
    """Tell whether sparklines are drawn in ASCII: by the config, else by what the terminal is."""
    return needs_ascii_here() if configured is None else configured


def needs_ascii_here() -> bool:
    """Tell whether the terminal is known to have no block characters."""
    # the stream that Textual draws on, and that it has put something in place of by then
    stream = sys.__stderr__ or sys.stderr
    return needs_ascii(os.environ.get("TERM", ""), stream.encoding)
