"""What the monitor begins with when its profile is not opened yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sms_monitor.ui.setup import Setup


class Opening(NamedTuple):
    """All that the frame needs: it is drawn before anything else is loaded."""

    theme: str
    open: Callable[[], Setup]
    """Opens the profile and returns what to go on with; blocks for a second, and may raise
    `MonitorError`. It is called in a thread."""
