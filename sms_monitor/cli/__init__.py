"""The command line: `sms-monitor`.

Data goes to stdout, everything else to stderr. A command is imported when it is run, so that
`--help` is quick and nothing without a screen loads what draws one.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.parser import parse

TYPE_CHECKING = False  # of `typing`, which takes as long to load as argparse
if TYPE_CHECKING:
    from typing import Any


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv`, None for the program's own arguments; return its exit status.

    Raises SystemExit after `--help`, `--version` and a usage error, as argparse does.
    """
    options = parse(sys.argv[1:] if argv is None else argv)
    from sms_monitor.core.errors import MonitorError  # after `--help` has ended

    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal that is not UTF-8 gets a "?", not a traceback
        sys.stdout.reconfigure(errors="replace")
    try:
        command = _load(options.command)
        return int(command.run(options))
    except MonitorError as error:
        print(f"sms-monitor: {error.message}\n{error.next_step}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # the interpreter flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the outermost boundary: Python's own report has no masks
        from sms_monitor.services.crash import crash_report

        print(crash_report(error), file=sys.stderr)
        return ExitStatus.CRASHED


def _load(name: str) -> Any:
    # loading only makes what stays, and the collector would look through it again and again
    gc.disable()
    try:
        return importlib.import_module(f"sms_monitor.cli.{name}")
    finally:
        gc.enable()
