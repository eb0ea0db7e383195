"""`sms-monitor history`: what was seen of SMS, from the file alone; the API is not asked."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.opening import Opened, open_headless
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.core.diff import Transition
from sms_monitor.core.durations import span
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.moments import parse_moment
from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.order_json import utc_text
from sms_monitor.core.phase import standing
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.text import clean
from sms_monitor.services.history import History


def run(options: argparse.Namespace) -> ExitStatus:
    """Print the changes of the given, else of all orders, oldest first by the server's time."""
    return asyncio.run(_print(open_headless(options), options))


async def _print(opened: Opened, options: argparse.Namespace) -> ExitStatus:
    now = opened.clock.now()
    try:
        since = parse_moment(options.since, now) if options.since else None
    except ValueError as error:
        raise ConfigError(f"--since {error}", "Correct it, then try again.") from error
    async with opened.look_into_history() as history:
        names = await _names(opened, history)
        order_ids = _wanted(options.orders, names)
        if options.summary:
            await _summarise(history, order_ids or list(names), names)
            return ExitStatus.DONE
        for change in await history.changes(since, order_ids):
            if options.json:
                write_json(change_as_json(change, unmasked=options.unmask))
            else:
                write_line(_line(change, names, unmasked=options.unmask))
    return ExitStatus.DONE


def change_as_json(change: Transition, *, unmasked: bool) -> dict[str, object]:
    """Return the object of `history --json`: that of `watch --json` and `seen_at`."""
    n = change.notification
    phase = standing(n, change.seen_at).phase if change.after is not None else None
    return {
        "at": utc_text(n.last_update),
        "order_id": change.order_id,
        "notification_id": change.notification_id,
        "recipient": recipient_text(n.recipient, unmasked=unmasked),
        "from": change.before,
        "to": change.after,
        "phase": phase,
        "seen_at": utc_text(change.seen_at),
    }


def _line(change: Transition, names: Mapping[str, Sequence[str]], *, unmasked: bool) -> str:
    n = change.notification
    at = f"{change.at.astimezone(OSLO):%Y-%m-%d %H:%M:%S}"
    who = recipient_text(n.recipient, unmasked=unmasked)
    name = next(iter(names.get(change.order_id, ())), change.order_id)
    return f"{at}  {name}  {who}  {change.before or 'new'} to {change.after or 'not listed'}"


async def _summarise(
    history: History, order_ids: Sequence[str], names: Mapping[str, Sequence[str]]
) -> None:
    looked = await history.looked_at()
    for order_id in order_ids:
        record = await history.record(order_id)
        if record is None:
            continue
        delivery = await history.delivery(order_id)
        sms = len({sight.notification_id for sight in record.sights})
        took = "no delivery was seen from before its end"
        if delivery is not None:
            took = (
                f"half delivered within {span(delivery.median)}, "
                f"95 % within {span(delivery.slow)}, "
                f"measured on {delivery.sms} of {sms} SMS"
            )
        seen = f"{record.first_seen_at.astimezone(OSLO):%Y-%m-%d %H:%M}"
        last = f"{looked[order_id].astimezone(OSLO):%Y-%m-%d %H:%M}"
        name = next(iter(names[order_id]), order_id)
        moments = "1 moment" if len(record.moments) == 1 else f"{len(record.moments)} moments"
        write_line(f"{name}  {seen} to {last}  {moments}  {took}")


async def _names(opened: Opened, history: History) -> dict[str, list[str]]:
    """Return what each known order may be called, its label first."""
    labels = {order.order_id: order.label for order in opened.watched.orders()}
    references = await history.references()
    return {
        order_id: [name for name in (labels.get(order_id), reference) if name]
        for order_id, reference in references.items()
    }


def _wanted(texts: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    found: list[str] = []
    for text in texts:
        order_id = parse_order_id(text)
        ids = [order_id] if order_id else [key for key, known in names.items() if text in known]
        if not ids:
            raise ConfigError(
                f'Nothing is kept of an order called "{clean(text, 80)}".',
                "Give an order id, a label or a sender's reference; without one all are printed.",
            )
        found += ids
    return found
