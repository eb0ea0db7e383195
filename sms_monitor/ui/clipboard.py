"""Copying to the clipboard of the person's own terminal, over SSH too: OSC 52.

The terminal takes the text out of an escape sequence (invisible-island.net/xterm/ctlseqs,
"Operating System Commands"). tmux and GNU screen stand between and must be told to pass it on.
"""

from __future__ import annotations

import base64
from typing import Literal

from sms_monitor.core.text import clean
from sms_monitor.ui.multiplexer import Between, passed_on

Clipboard = Literal["osc52", "screen", "off"]
"""Through the terminal, shown to be selected by hand, or not at all."""

LIMIT = 74_994
"""Bytes, encoded, that every terminal takes in: some keep no longer a sequence."""


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
    # to tmux alone as well: it obeys that with `set-clipboard on`, and may drop the other
    alone = sequence if through is Between.TMUX else ""
    return alone + passed_on(sequence, through)
