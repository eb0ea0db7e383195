"""`sms-monitor status`: one look at the given, else the watched orders."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import KnownReferences, check_all, check_each, find_orders
from sms_monitor.cli.opening import Opened, open_headless, watched_orders
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.cli.report import exit_status, table
from sms_monitor.core.errors import SourceError
from sms_monitor.core.order_json import (
    order_as_json,
    rows_as_json,
    unread_as_json,
    worst_first,
)


def run(options: argparse.Namespace) -> ExitStatus:
    """Print how the orders stand; return what the worst of them says."""
    opened = open_headless(options)
    if options.json:
        return asyncio.run(_print_json(opened, options))
    return print_table(opened, options.orders)


def print_table(opened: Opened, texts: Sequence[str]) -> ExitStatus:
    """Print the table of the orders `texts` name, of the watched ones when there are none."""
    return asyncio.run(_print_table(opened, texts))


async def _print_table(opened: Opened, texts: Sequence[str]) -> ExitStatus:
    watched = watched_orders(opened, texts)
    async with opened.connect() as client:
        look = partial(check_all, client, opened.clock)
        checked = await look(await find_orders(texts, watched, look))
    known = KnownReferences(opened.references)
    checked = [await known.name(one) for one in checked]
    write_line(table(checked))
    return exit_status(one.order for one in checked)


async def _print_json(opened: Opened, options: argparse.Namespace) -> ExitStatus:
    watched = watched_orders(opened, options.orders)
    seen = []
    known = KnownReferences(opened.references)
    async with opened.connect() as client:
        look = partial(check_all, client, opened.clock)
        try:
            wanted = await find_orders(options.orders, watched, look)
        except SourceError as error:
            for text in options.orders:
                write_json(unread_as_json(text, error, opened.profile.name, opened.clock.now()))
            raise
        async with aclosing(check_each(client, opened.clock, wanted)) as checked:
            async for one in checked:
                order = (await known.name(one)).order
                line = order_as_json(order, one.at, opened.profile.name)
                if options.rows:
                    rows = rows_as_json(worst_first(order.rows.values()), unmasked=options.unmask)
                    line["notifications"] = rows if order.summary else None
                write_json(line)
                seen.append(order)
    return exit_status(seen)
