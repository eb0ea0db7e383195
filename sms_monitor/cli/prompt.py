"""One line from a person at the terminal."""

from __future__ import annotations

import re
import time
from contextlib import suppress

_NONE = "-"
"""Typed to leave empty what has an answer already."""

_SECRET = re.compile(r"eyJ[\w-]{16,}|-----BEGIN|^\{|^(?![~./])[A-Za-z0-9+/=_-]{60,}$")
"""A token, a PEM or JWK, or a line of base64, where a name or a path was asked for."""


def typed(question: str, default: str) -> str:
    """Return what was typed, without white space around it; `default` for Enter, "" for `-`."""
    offered = f" [{default}]" if default else ""
    text = input(f"{question}{offered}: ").strip()
    return "" if text == _NONE else text or default


def refusal(text: str) -> str | None:
    """Return why an answer is not looked at, None when it is; never repeats it."""
    if _SECRET.search(text):
        _drop_the_rest()
        return (
            "That looks like a key or a token itself, so it was not taken; nothing of it is kept. "
            "Say where it is."
        )
    if not text.isprintable():
        return "There is a character in it that cannot be seen. Type it again."
    return None


def _drop_the_rest() -> None:
    """Forget what else was pasted: the next lines of a key are no answers."""
    with suppress(ImportError):
        import termios

        # over a slow line a key comes in pieces
        for _ in range(3):
            termios.tcflush(0, termios.TCIFLUSH)
            time.sleep(0.1)
