"""Running the monitor on the terminal, and what is said on stderr when it has ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, TypeVar

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.ui.app import MonitorApp

if TYPE_CHECKING:
    from sms_monitor.ui.opening import Opening
    from sms_monitor.ui.setup import Setup
    from sms_monitor.ui.terminal import TerminalApp

ResultT = TypeVar("ResultT")


def show(begin: Setup | Opening, *, mouse: bool = True) -> int:
    """Show the monitor until it is left; return the exit status.

    Raises:
        MonitorError: Its profile could not be opened; the screen is gone again.
    """
    app = MonitorApp(begin)
    status = run_app(app, mouse=mouse)
    if app.crash and app.is_open:
        app.setup.log.crash(app.crash)
    if app.refused is not None:
        raise app.refused
    return ExitStatus.DONE if status is None else status


def run_app(
    app: TerminalApp[ResultT], *, mouse: bool = True
) -> ResultT | Literal[ExitStatus.CRASHED] | None:
    """Run an app; return its result, `CRASHED` when it ended by a fault of its own.

    Without `mouse` the terminal keeps the mouse.
    """
    result = app.run(mouse=mouse)
    if not app.crash:
        return result
    print(app.crash, file=sys.stderr)
    return ExitStatus.CRASHED
