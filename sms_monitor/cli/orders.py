"""`sms-monitor orders add|remove|list`: the watch list."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import chain

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked, Wanted, check_all, find_orders
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.core.errors import ConfigError, MonitorError
from sms_monitor.core.order_id import environment_doubts, parse_order_ids
from sms_monitor.core.order_json import utc_text
from sms_monitor.core.text import clean

_COMMENT = re.compile(r"(^|\s)#.*")


def run(options: argparse.Namespace) -> ExitStatus:
    """Change or print the watch list of the profile."""
    opened = open_headless(options)
    match options.action:
        case "add":
            return _add(opened, options)
        case "remove":
            return _remove(opened, options.orders)
        case _:
            return _list(opened, in_json=options.json)


def _add(opened: Opened, options: argparse.Namespace) -> ExitStatus:
    """Watch what the API knows; tell on stderr why the rest is not watched."""
    references, label, note = options.ref, options.label, options.note
    lines = "\n".join(_lines(options.orders))
    typed, rejected = parse_order_ids(lines)
    found = asyncio.run(_by_reference(opened, references)) if references else {}
    order_ids = tuple(dict.fromkeys((*typed, *chain.from_iterable(found.values()))))
    if label and len(order_ids) > 1:
        raise ConfigError("A label is for one order.", "Add the orders one by one.")
    if note and len(order_ids) > 1:
        raise ConfigError("A note is for one order.", "Add the orders one by one.")
    if not order_ids and not rejected and not references:
        raise ConfigError(
            "No order id was given.", "Give one, or a line with one on stdin, or --ref REFERENCE."
        )
    for line in rejected:
        print(f'"{line}" holds no order id, so nothing was added for it.', file=sys.stderr)
    for doubt in environment_doubts(lines, opened.profile.environment):
        print(f"{doubt} It is tried all the same.", file=sys.stderr)
    unknown = [reference for reference, ids in found.items() if not ids]
    for reference in unknown:
        print(
            f'No order of your organisation has the reference "{clean(reference, 80)}". '
            "Capitals and spaces count; check the profile too.",
            file=sys.stderr,
        )
    known = {order.order_id: order for order in opened.watched.orders()}
    for order_id in (one for one in order_ids if one in known):
        if label or note:
            before = known[order_id]
            opened.watched.describe(order_id, label or before.label, note or before.note)
        write_line(f"{order_id}  watched already")
    all_kept = _add_new(opened, [one for one in order_ids if one not in known], label, note)
    if unknown or not all_kept:
        return ExitStatus.SOURCE
    return ExitStatus.USAGE if rejected else ExitStatus.DONE


async def _by_reference(opened: Opened, references: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the order ids of each reference; none when the API knows no such order."""
    async with opened.connect() as client:
        return {
            reference: tuple(order.id for order in await client.orders_with(reference))
            for reference in references
            if reference.strip()
        }


def _add_new(opened: Opened, order_ids: Sequence[str], label: str, note: str) -> bool:
    """Watch those that the API knows; return whether it knew all of them."""
    orders = [one.order for one in asyncio.run(_look(opened, map(Wanted, order_ids)))]
    kept = [order for order in orders if order.error is None]
    opened.watched.add((order.order_id for order in kept), label=label, note=note)
    for order in orders:
        if order.error is None:
            write_line(f"{order.order_id}  {label or order.name}  {order.tally.generated} SMS")
        else:
            print(f"{order.order_id} was not added. {order.error.message}", file=sys.stderr)
            print(order.error.next_step, file=sys.stderr)
    return len(kept) == len(orders)


def _lines(texts: Sequence[str]) -> Iterable[str]:
    for text in texts:
        if text == "-":
            yield from (_COMMENT.sub("", line) for line in sys.stdin)
        else:
            yield text


def _remove(opened: Opened, texts: Sequence[str]) -> ExitStatus:
    watched = opened.watched.orders()
    try:
        wanted = asyncio.run(find_orders(texts, watched, lambda orders: _look(opened, orders)))
    except MonitorError as error:
        error.message += " Nothing was removed."
        raise
    known = {order.order_id for order in watched}
    for one in wanted:
        if one.order_id not in known:
            raise ConfigError(
                f"{one.order_id} is not watched, so nothing was removed.",
                "See `sms-monitor orders list`.",
            )
    for removed in opened.watched.remove(one.order_id for one in wanted):
        write_line(f"{removed.order.order_id}  removed")
    return ExitStatus.DONE


async def _look(opened: Opened, orders: Iterable[Wanted]) -> list[Checked]:
    async with opened.connect() as client:
        return await check_all(client, opened.clock, orders)


def _list(opened: Opened, *, in_json: bool) -> ExitStatus:
    orders = opened.watched.orders()
    references = asyncio.run(opened.references())
    if not orders:
        sentence = f'No orders are watched with the profile "{opened.profile.name}".'
        print(sentence, file=sys.stderr)
    for order in orders:
        reference = references.get(order.order_id)
        if in_json:
            fields = {
                "order_id": order.order_id,
                "label": order.label,
                "note": order.note,
                "senders_reference": reference,
                "profile": opened.profile.name,
                "added": utc_text(order.added),
            }
            write_json(fields)
        else:
            write_line(f"{order.order_id}  {order.label or reference or ''}".rstrip())
    return ExitStatus.DONE
