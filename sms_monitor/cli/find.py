"""`sms-monitor find`: did this person get the SMS, over the watched orders."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked, Wanted, check_all
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.core.board import Board
from sms_monitor.core.durations import oslo_time
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.order_json import row_as_json, utc_text
from sms_monitor.core.person import (
    Answer,
    Hit,
    PastHit,
    PeopleIndex,
    Person,
    parse_person,
    past_hit,
    unread,
)

_STATUS = {
    Answer.YES: ExitStatus.DONE,
    Answer.NO: ExitStatus.FAILED,
    Answer.NOT_YET: ExitStatus.NOT_FINAL,
    Answer.UNKNOWN: ExitStatus.NOT_FINAL,
}


def run(options: argparse.Namespace) -> ExitStatus:
    """Print what each watched order has for the person; return what the newest says."""
    person = _person(options.number)
    if person.doubt:
        print(person.doubt, file=sys.stderr)
    opened = open_headless(options)
    watched = opened.watched.orders()
    if not watched:
        raise ConfigError(
            f'No orders are watched with the profile "{opened.profile.name}", so there is nothing '
            "to look through.",
            "Watch some with `sms-monitor orders add ID`.",
        )
    wanted = [Wanted(order.order_id, order.label) for order in watched]
    checked = asyncio.run(_look(opened, wanted))
    board = Board(orders={one.order.order_id: one.order for one in checked})
    hits = PeopleIndex().find(board, person)
    past = asyncio.run(_past(opened, person, board))
    for hit in hits:
        if options.json:
            write_json(_as_json(hit, opened.profile.name, unmasked=options.unmask))
        else:
            write_line(_line(hit, checked))
    # as it was, not as it is: so it is told beside the answer, and is none itself
    for known in past:
        print(f"From history: {known.told(opened.clock.now())}", file=sys.stderr)
    return _tell_rest(person, hits, board)


async def _past(opened: Opened, person: Person, board: Board) -> list[PastHit]:
    async with opened.look_into_history() as history:
        found = await history.with_recipient(person)
    return [
        past_hit(one.senders_reference or one.order_id, one.notification, one.looked_at)
        for one in found
        if one.order_id not in board.orders
    ]


def _person(text: str) -> Person:
    # on stdin it stays out of the list of processes and of the shell's history
    written = sys.stdin.readline() if text == "-" else text
    person = parse_person(written)
    if person is None:
        raise ConfigError(
            "What was given is no phone number, organisation number or national id.",
            "Write it as `sms-monitor find 99112233`, with or without +47; - reads it from stdin.",
        )
    return person


async def _look(opened: Opened, orders: Sequence[Wanted]) -> list[Checked]:
    async with opened.connect() as client:
        return await check_all(client, opened.clock, orders)


def _tell_rest(person: Person, hits: Sequence[Hit], board: Board) -> ExitStatus:
    missing = unread(board)
    for order in missing:
        if order.error is not None:
            print(f"{order.name} was not looked through. {order.error.message}", file=sys.stderr)
    if not hits:
        print(
            f"unknown: {person.name} is in none of the {len(board.orders)} watched orders.",
            file=sys.stderr,
        )
        return ExitStatus.SOURCE if missing else ExitStatus.NOT_FINAL
    return _STATUS[hits[0].answer]


def _line(hit: Hit, checked: Sequence[Checked]) -> str:
    now = next(one.at for one in checked if one.order.order_id == hit.order.order_id)
    statuses = ", ".join(dict.fromkeys(row.status for row in hit.rows))
    return (
        f"{hit.answer.glyph} {hit.answer:8} {oslo_time(hit.at, now):>10}  "
        f"{hit.order.name}  {statuses}"
    )


def _as_json(hit: Hit, profile: str, *, unmasked: bool) -> dict[str, object]:
    summary = hit.order.summary
    return {
        "order_id": hit.order.order_id,
        "senders_reference": summary.senders_reference if summary else None,
        "profile": profile,
        "answer": hit.answer.value,
        "at": utc_text(hit.at),
        "notifications": [row_as_json(row, unmasked) for row in hit.rows],
    }
