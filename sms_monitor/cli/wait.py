"""`sms-monitor wait`: asks about orders until they are final, or delivered."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import aclosing

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.following import Trouble, is_refused, polling, run_long
from sms_monitor.cli.looks import Checked
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.cli.report import exit_status, table
from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.order_json import order_as_json
from sms_monitor.core.phase import Phase
from sms_monitor.services.poller import Poller


def run(options: argparse.Namespace) -> ExitStatus:
    """Wait, print the last status, and return what it says; `NOT_FINAL` when time ran out."""
    return run_long(_wait(open_headless(options), options))


async def _wait(opened: Opened, options: argparse.Namespace) -> ExitStatus:
    async with polling(opened, options.orders) as poller:
        try:
            async with asyncio.timeout(options.timeout):
                await _until_over(poller, delivered=options.until == "delivered")
            in_time = True
        except TimeoutError:
            in_time = False
        orders = list(poller.board.orders.values())
        checked = [Checked(order, poller.now()) for order in orders]
    if options.json:
        for one in checked:
            write_json(order_as_json(one.order, one.at, opened.profile.name))
    else:
        write_line(table(checked))
    if in_time:
        is_lost = options.until == "delivered" and any(map(_is_lost, orders))
        return ExitStatus.FAILED if is_lost else exit_status(orders)
    print(f"sms-monitor: time ran out before the orders were {options.until}.", file=sys.stderr)
    unheard = any(order.summary is None and order.error is not None for order in orders)
    return ExitStatus.SOURCE if unheard else ExitStatus.NOT_FINAL


async def _until_over(poller: Poller, *, delivered: bool) -> None:
    trouble = Trouble()
    async with aclosing(poller.boards()) as boards:
        async for board in boards:
            trouble.tell(board)
            if _is_over(board, delivered=delivered):
                return


def _is_over(board: Board, *, delivered: bool) -> bool:
    orders = board.orders.values()
    if delivered and any(map(_is_lost, orders)):
        return True
    return all(map(_is_settled, orders))


def _is_lost(order: Order) -> bool:
    """Whether some SMS will not be delivered, or nobody will ever know."""
    return bool(order.tally[Phase.FAILED] or order.tally[Phase.DEAD])


def _is_settled(order: Order) -> bool:
    if is_refused(order):
        return True
    return order.error is None and order.summary is not None and order.final
