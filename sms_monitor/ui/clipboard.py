"""Copying to the clipboard of the person's own terminal, over SSH too: OSC 52.

The terminal takes the text out of an escape sequence (invisible-island.net/xterm/ctlseqs,
"Operating System Commands"). tmux and GNU screen stand between and must be told to pass it on.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from enum import Enum
from typing import Literal

from sms_monitor.core.text import clean

Clipboard = Literal["osc52", "screen", "off"]
"""Through the terminal, shown to be selected by hand, or not at all."""

LIMIT = 74_994
"""Bytes, encoded, that every terminal takes in: some keep no longer a sequence."""
_PIECE = 252
"""Bytes of a string that GNU screen passes on: 256 with its frame in old versions, 768 now."""


class Between(Enum):
    """What stands between this program and the terminal."""

    NOTHING = "nothing"
    TMUX = "tmux"
    SCREEN = "GNU screen"


def between(environ: Mapping[str, str]) -> Between:
    """Return what the environment says of a terminal multiplexer.

    Over SSH from inside one only `TERM` tells, and tmux may call itself `screen`.
    """
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return Between.TMUX
    if environ.get("STY") or term.startswith("screen"):
        return Between.SCREEN
    return Between.NOTHING


def copyable(text: str) -> str:
    """Return `text` with nothing in it that a terminal obeys when it is pasted, but line ends."""
    return "\n".join(clean(line, max(len(line), 1)) for line in text.split("\n"))


def encoded_size(text: str) -> int:
    """Return how many bytes `text` is in the sequence; more than `LIMIT` is too much."""
    return -(-len(text.encode("utf-8", "replace")) // 3) * 4


def copy_sequence(text: str, through: Between) -> str:
    """Return what makes the terminal copy `text`, when it is written to it."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    sequence = f"\x1b]52;c;{encoded}\x07"
    match through:
        case Between.NOTHING:
            return sequence
        case Between.TMUX:
            # alone as well: tmux obeys it with `set-clipboard on`, and passes the second on
            # with `allow-passthrough on`; without the setting it drops either
            return f"{sequence}\x1bPtmux;\x1b{sequence}\x1b\\"
        case Between.SCREEN:
            pieces = (sequence[at : at + _PIECE] for at in range(0, len(sequence), _PIECE))
            return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
