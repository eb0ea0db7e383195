"""`sms-monitor find`: did this person get the SMS, over the watched orders."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked, KnownReferences, Wanted, check_all
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.core.board import Board
from sms_monitor.core.durations import oslo_time
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.order import Order, Row
from sms_monitor.core.order_json import row_as_json, utc_text
from sms_monitor.core.person import (
    Answer,
    Hit,
    PastHit,
    Person,
    find_person,
    nowhere,
    parse_person,
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
    if not opened.watched.orders():
        raise ConfigError(
            f'No orders are watched with the profile "{opened.profile.name}", so there is nothing '
            "to look through.",
            "Watch some with `sms-monitor orders add ID`.",
        )
    return asyncio.run(_find(opened, person, options))


async def _find(opened: Opened, person: Person, options: argparse.Namespace) -> ExitStatus:
    wanted = [Wanted(order.order_id, order.label) for order in opened.watched.orders()]
    async with opened.look_into_history() as history:
        async with opened.connect() as client:
            looked = await check_all(client, opened.clock, wanted)
        known = KnownReferences(history.references)
        checked = {one.order.order_id: await known.name(one) for one in looked}
        board = Board({order_id: one.order for order_id, one in checked.items()}, listed=True)
        past = await history.past_hits(person, board)
    hits = find_person(board, person)
    told = _Told(opened.profile.name, checked, unmasked=options.unmask)
    if options.json:
        for line in told.as_json(hits, past, unread(board)):
            write_json(line)
    else:
        for hit in hits:
            write_line(told.line(hit))
    for before in past:
        # as it was, not as it is: so it is told beside the answer, and is none itself
        print(f"From history: {before.told(opened.clock.now())}", file=sys.stderr)
    for sentence in _not_looked_through(unread(board)):
        print(sentence, file=sys.stderr)
    if hits:
        return _STATUS[hits[0].answer]
    print(nowhere(person, board), file=sys.stderr)
    return ExitStatus.SOURCE if unread(board) else ExitStatus.NOT_FINAL


def _not_looked_through(orders: Sequence[Order]) -> Iterator[str]:
    """Yield why; trouble with the API, which is the same for all of them, once."""
    names: dict[str, list[str]] = {}
    for order in orders:
        if order.error is not None:
            names.setdefault(order.error.message, []).append(order.name)
    for message, named in names.items():
        what = f"{named[0]} was" if len(named) == 1 else f"{len(named)} orders were"
        yield f"{what} not looked through. {message}"


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


class _Told:
    """What is printed of the hits."""

    def __init__(self, profile: str, checked: Mapping[str, Checked], *, unmasked: bool) -> None:
        """`checked` has every watched order, by its id."""
        self._profile = profile
        self._checked = checked
        self._unmasked = unmasked

    def line(self, hit: Hit) -> str:
        """`X no       14:19:02  KOM-118  Failed_BarredReceiver`."""
        now = self._checked[hit.order.order_id].at
        statuses = ", ".join(dict.fromkeys(row.status for row in hit.rows))
        return (
            f"{hit.answer.glyph} {hit.answer:8} {oslo_time(hit.at, now):>10}  "
            f"{hit.order.name}  {statuses}"
        )

    def as_json(
        self, hits: Sequence[Hit], past: Sequence[PastHit], missing: Sequence[Order]
    ) -> Iterator[dict[str, object]]:
        """Yield what the orders say now, what they said, and which of them say nothing."""
        for hit in hits:
            yield {
                **self._order(hit.order.order_id, hit.order.senders_reference),
                **self._answer(hit.answer, hit.at, hit.rows),
                "source": "api",
                "looked_at": utc_text(self._checked[hit.order.order_id].at),
                "error": None,
            }
        for one in past:
            yield {
                **self._order(one.order_id, one.senders_reference),
                **self._answer(one.answer, one.row.last_update, [one.row]),
                "source": "history",
                "looked_at": utc_text(one.looked_at),
                "error": None,
            }
        for order in missing:
            yield {
                **self._order(order.order_id, order.senders_reference),
                **self._answer(Answer.UNKNOWN, None, []),
                "source": "api",
                "looked_at": None,
                "error": order.error.as_json() if order.error else None,
            }

    def _order(self, order_id: str, reference: str | None) -> dict[str, object]:
        return {
            "order_id": order_id,
            "senders_reference": reference,
            "profile": self._profile,
        }

    def _answer(
        self, answer: Answer, at: datetime | None, rows: Sequence[Row]
    ) -> dict[str, object]:
        return {
            "answer": answer.value,
            "at": utc_text(at) if at else None,
            "notifications": [row_as_json(row, self._unmasked) for row in rows],
        }
