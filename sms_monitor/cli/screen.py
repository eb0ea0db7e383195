"""Running the monitor on the terminal, and what is said on stderr when it has ended."""

from __future__ import annotations

import sys

from sms_monitor.ui.app import MonitorApp, Setup


def show(setup: Setup) -> int:
    """Show the monitor until it is left; return the exit status."""
    app = MonitorApp(setup)
    status = app.run()
    if app.crash:
        print(app.crash, file=sys.stderr)
        return 1
    return status or 0
