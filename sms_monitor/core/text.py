"""Making text from outside safe to show."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands where a character was that a terminal would obey or hide."""


def clean(text: str, limit: int = 1000) -> str:
    """Return `text` with nothing in it that a terminal obeys, at most `limit` characters.

    Every control (C0, C1), format (bidi marks, zero-width joiners), surrogate, private-use
    and unassigned character and every line separator becomes `REPLACEMENT`; white space
    becomes a plain space. What is cut is marked by "…" as the last character. Idempotent.

    Textual and Rich strip five control codes and pass ESC on, so an uncleaned
    `sendersReference` could retitle the window or write to the clipboard.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # isprintable is one pass in C, and almost all text passes it
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else REPLACEMENT for c in text)


def clean_lines(text: str, limit: int = 1000) -> str:
    """Return `text` cleaned line by line, with its line breaks; at most `limit` characters."""
    return "\n".join(clean(line, limit) for line in text[:limit].splitlines())


def cell_width(text: str) -> int:
    """Return how many terminal cells cleaned `text` takes: wide characters two, marks none."""
    if text.isascii():
        return len(text)
    return sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
