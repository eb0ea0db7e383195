"""The time of the event loop, which a test lets go by: no time-out ends before it is meant to."""

from __future__ import annotations

import asyncio

import pytest


class LoopTime:
    """Time of the running loop until the end of the test; it goes on as usual beside `passes`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        really = loop.time
        self._passed = 0.0
        monkeypatch.setattr(loop, "time", lambda: really() + self._passed)

    def passes(self, seconds: float) -> None:
        """Let `seconds` go by at once."""
        self._passed += seconds
