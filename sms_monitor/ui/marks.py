"""Which SMS somebody has marked."""

from __future__ import annotations

from collections.abc import Iterable

MARK = "*"
"""Stands behind the glyph of a marked SMS."""


class Marks:
    """Kept by notification id, so that neither polls nor filters nor sorting lose one."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self.last: str | None = None
        """The SMS that was marked last; None when it was unmarked since."""

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def toggle(self, key: str) -> None:
        """Mark an SMS, or take its mark away."""
        if key in self._ids:
            self.forget([key])
        else:
            self.add([key])

    def add(self, keys: Iterable[str]) -> None:
        """Mark each of `keys`; the last of them counts as the last mark."""
        for key in keys:
            self._ids.add(key)
            self.last = key

    def forget(self, keys: Iterable[str]) -> None:
        """Take the marks of `keys` away."""
        self._ids.difference_update(keys)
        if self.last not in self._ids:
            self.last = None
