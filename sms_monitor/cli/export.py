"""`sms-monitor export ORDER`: the SMS of one order as a file for people."""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked, check_all, find_orders
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_whole
from sms_monitor.cli.report import exit_status
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.export import Format, Layout, export_text, format_of
from sms_monitor.core.order_json import worst_first
from sms_monitor.core.phase import FAULTS
from sms_monitor.core.text import clean
from sms_monitor.services.new_file import typed_path, write_new


def run(options: argparse.Namespace) -> ExitStatus:
    """Write the SMS of the order, worst first, to stdout or to a file that is not there yet."""
    layout = Layout(_format(options), options.separator or ";", options.bom, options.unmask)
    if layout.format is not Format.CSV and (options.separator or options.bom):
        raise ConfigError(
            f"--separator and --bom are for csv, not for {layout.format}.",
            "Leave them out, or write --format csv.",
        )
    # a path that cannot be is told before anything is asked
    path = typed_path(options.output) if options.output not in (None, "-") else None
    opened = open_headless(options)
    one = asyncio.run(_look(opened, options.order))
    order = one.order
    if order.error is not None:
        raise order.error
    rows = worst_first(
        row for row in order.rows.values() if not options.faults or row.phase in FAULTS
    )
    text = export_text(layout, order, rows, one.at, opened.profile.name)
    if path is None:
        write_whole(text)
    else:
        write_new(path, text)
        print(f"{len(rows)} SMS written to {path}", file=sys.stderr)
    return exit_status([order])


def _format(options: argparse.Namespace) -> Format:
    """Return what was asked for, else what the name of the file ends in."""
    if options.format is not None:
        return Format(options.format)
    try:
        return format_of("" if options.output in (None, "-") else options.output)
    except ValueError as error:
        raise ConfigError(str(error), "Rename it, or say --format csv, json or md.") from error


async def _look(opened: Opened, text: str) -> Checked:
    async with opened.connect() as client:
        look = partial(check_all, client, opened.clock)
        wanted = await find_orders([text], opened.watched.orders(), look)
        if len(wanted) > 1:
            raise ConfigError(
                f'"{clean(text, 80)}" is the name of {len(wanted)} watched orders.',
                f"Give one of their ids: {', '.join(order.order_id for order in wanted[:5])}",
            )
        return (await look(wanted))[0]
