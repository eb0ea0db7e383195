"""The themes there are, by name."""

from textual.theme import BUILTIN_THEMES

THEMES: tuple[str, ...] = tuple(sorted(BUILTIN_THEMES))
"""What `theme` in the config file may be; the app registers none of its own."""
