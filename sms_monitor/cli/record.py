"""`sms-monitor record`: polls the watched orders and keeps history, with no screen."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
from datetime import datetime

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.core.board import Board
from sms_monitor.core.errors import StorageError
from sms_monitor.core.send_window import OSLO
from sms_monitor.services.history import History
from sms_monitor.services.poller import Poller
from sms_monitor.ui.news import events_of

RELOAD = 15.0
"""Seconds between two looks at the watch list, which a monitor may change."""


def run(options: argparse.Namespace) -> ExitStatus:
    """Record until interrupted; `kill` ends it well, Ctrl-C as interrupted."""
    return asyncio.run(_record_until_told(open_headless(options), options.verbose))


async def _record_until_told(opened: Opened, verbose: bool) -> ExitStatus:
    task = asyncio.create_task(_record(opened, verbose))
    ended = False

    def end() -> None:
        nonlocal ended
        ended = True
        task.cancel()

    # Windows has no SIGTERM to wait for
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    try:
        await task
    except asyncio.CancelledError:
        if not ended:
            raise
    return ExitStatus.DONE


async def _record(opened: Opened, verbose: bool) -> None:
    async with opened.connect() as client:
        poller = Poller(
            client,
            opened.clock,
            random.random,
            opened.config.interval,
            opened.config.requests_per_minute,
        )
        async with (
            opened.history(poller.now, _say, visit=False) as history,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(_watch(opened, poller))
            await _poll(poller, history, verbose)


async def _poll(poller: Poller, history: History, verbose: bool) -> None:
    old = Board()
    async for board in poller.boards():
        history.take(board)
        for text in _events(old, board, poller.now(), verbose):
            _say(text)
        old = board


def _events(old: Board, board: Board, now: datetime, verbose: bool) -> list[str]:
    """What is to be said of a step: trouble with the API when it begins, else nothing."""
    at = f"{now.astimezone(OSLO):%H:%M:%S}"
    if verbose:
        return [f"{at} {event.text}" for event in events_of(old, board, now)]
    before = {order.error.kind for order in old.orders.values() if order.error is not None}
    errors = {o.error.kind: o.error for o in board.orders.values() if o.error is not None}
    return [f"{at} {e.message} {e.next_step}" for kind, e in errors.items() if kind not in before]


async def _watch(opened: Opened, poller: Poller) -> None:
    """Keep to the watch list on the disk."""
    known: list[tuple[str, str]] | None = None
    told = False
    while True:
        try:
            watched = await asyncio.to_thread(opened.watched.orders)
        except StorageError as error:
            if not told:
                _say(f"{error.message} {error.next_step}")
            told = True
        else:
            told = False
            orders = [(order.order_id, order.label) for order in watched]
            if orders != known:
                if not orders:
                    _say("No orders are watched; `sms-monitor orders add ID` adds some.")
                poller.watch(orders)
                known = orders
        await opened.clock.sleep(RELOAD)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
