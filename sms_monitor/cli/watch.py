"""`sms-monitor watch`: a line for every SMS that changes, until it is interrupted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import aclosing
from datetime import datetime
from typing import NamedTuple

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.following import Trouble, is_refused, polling, run_long
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.core.board import Board
from sms_monitor.core.models import Notification
from sms_monitor.core.order import Order
from sms_monitor.core.order_json import utc_text
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.send_window import OSLO


class Step(NamedTuple):
    """One SMS that changed, or is seen for the first time."""

    at: datetime
    """UTC, when it was seen."""
    order: Order
    notification: Notification
    before: str | None
    """None for one seen for the first time."""
    after: str | None
    """None for one that the API no longer lists."""


def run(options: argparse.Namespace) -> ExitStatus:
    """Print changes until somebody ends it, or every order is refused."""
    return run_long(_watch(open_headless(options), options))


async def _watch(opened: Opened, options: argparse.Namespace) -> ExitStatus:
    trouble = Trouble()
    tell = _tell_json if options.json else _tell_text
    before = Board()
    async with (
        polling(opened, options.orders) as poller,
        aclosing(poller.boards()) as boards,
    ):
        async for board in boards:
            trouble.tell(board)
            tell(before, board, poller.now(), unmasked=options.unmask)
            before = board
            if all(map(is_refused, board.orders.values())):
                break
    return ExitStatus.SOURCE


def _tell_json(before: Board, board: Board, now: datetime, *, unmasked: bool) -> None:
    for order in _first_heard_of(before, board):
        for row in sorted(order.rows.values(), key=lambda row: (row.last_update, row.id)):
            first = Step(now, order, row.notification, None, row.status)
            write_json(_as_json(first, unmasked=unmasked))
    for step in _changes(board):
        write_json(_as_json(step, unmasked=unmasked))


def _tell_text(before: Board, board: Board, now: datetime, *, unmasked: bool) -> None:
    for order in _first_heard_of(before, board):
        write_line(f"{_clock(now)} {order.name}: {_in_words(order)}")
    for step in _changes(board):
        write_line(_as_text(step, unmasked=unmasked))


def _first_heard_of(before: Board, board: Board) -> Iterator[Order]:
    for order in board.orders.values():
        old = before.orders.get(order.order_id)
        if order.summary is not None and (old is None or old.summary is None):
            yield order


def _changes(board: Board) -> Iterator[Step]:
    for change in board.news:
        order = board.orders[change.order_id]
        yield Step(change.seen_at, order, change.notification, change.before, change.after)


def _as_json(step: Step, *, unmasked: bool) -> dict[str, object]:
    row = step.order.rows.get(step.notification.id)
    return {
        "at": utc_text(step.at),
        "order_id": step.order.order_id,
        "notification_id": step.notification.id,
        "recipient": recipient_text(step.notification.recipient, unmasked=unmasked),
        "from": step.before,
        "to": step.after,
        "phase": row.phase.value if row and step.after is not None else None,
    }


def _as_text(step: Step, *, unmasked: bool) -> str:
    who = recipient_text(step.notification.recipient, unmasked=unmasked)
    before = step.before or "first seen"
    after = step.after or "no longer listed"
    return f"{_clock(step.at)} {step.order.name}  {who}  {before} to {after}"


def _in_words(order: Order) -> str:
    counts = [f"{order.tally[p]} {p.replace('_', ' ')}" for p in Phase if order.tally[p]]
    return ", ".join(counts) or "no SMS"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%H:%M:%S}"
