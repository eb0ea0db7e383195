"""Keys by a moment each of them has, of which the earliest is always at hand."""

from __future__ import annotations

import heapq
from datetime import datetime
from itertools import count
from typing import Generic, TypeVar

MomentT = TypeVar("MomentT", float, datetime)

_SLACK = 64
"""Entries that may be out of date beside as many that are not, before they are swept away."""


class Deadlines(Generic[MomentT]):
    """One moment a key. Among equal moments the key that was put first comes first."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[MomentT, int, str]] = {}
        self._heap: list[tuple[MomentT, int, str]] = []
        self._number = count()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, key: str, moment: MomentT) -> None:
        """Give `key` a moment, in the place of the one it had."""
        entry = (moment, next(self._number), key)
        self._entries[key] = entry
        heapq.heappush(self._heap, entry)
        if len(self._heap) > 2 * len(self._entries) + _SLACK:
            self._heap = list(self._entries.values())
            heapq.heapify(self._heap)

    def remove(self, key: str) -> None:
        """Forget `key`; nothing happens when it is not known."""
        self._entries.pop(key, None)

    def first(self) -> tuple[MomentT, str] | None:
        """Return the earliest moment and its key; None when there is none."""
        while self._heap:
            entry = self._heap[0]
            if self._entries.get(entry[2]) is entry:
                return entry[0], entry[2]
            heapq.heappop(self._heap)
        return None
