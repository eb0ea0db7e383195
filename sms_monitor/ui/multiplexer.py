"""What stands between this program and the terminal, and how a sequence gets past it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

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


def passed_on(sequence: str, through: Between) -> str:
    """Return what makes the terminal itself get `sequence`, which has one ESC, its first character.

    tmux passes it on with `allow-passthrough on`, else it drops it.
    """
    match through:
        case Between.NOTHING:
            return sequence
        case Between.TMUX:
            return f"\x1bPtmux;\x1b{sequence}\x1b\\"
        case Between.SCREEN:
            pieces = (sequence[at : at + _PIECE] for at in range(0, len(sequence), _PIECE))
            return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
