"""What can be copied of an SMS, of several that are marked, or of an order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sms_monitor.core.evidence import evidence
from sms_monitor.core.language import Language
from sms_monitor.core.order import Order, Row
from sms_monitor.core.order_json import order_as_json, utc_text
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.raw_json import notification_json
from sms_monitor.core.ticket import ticket_text
from sms_monitor.core.timeline import Sight
from sms_monitor.ui.cells import tally_words
from sms_monitor.ui.clipboard import copyable


class CopyItem(NamedTuple):
    """Something that can be copied."""

    key: str
    """One character."""
    name: str
    """What it is, in a word or two."""
    text: str
    """What goes to the clipboard; masked when it should be."""
    masked: bool = False
    """Whether something in it is hidden."""

    @property
    def shown(self) -> str:
        """The text as a line of the menu; of several lines how many there are, and the first."""
        first, *more = self.text.split("\n")
        return f"{len(more) + 1} lines: {' '.join(first.split())}" if more else first


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is not in the order itself."""

    answered: datetime
    """When the API last answered about the order, UTC."""
    now: datetime
    """UTC."""
    profile: str
    environment: str
    """As in the config."""
    curl: str
    """What asks the same from a shell; "" while there is no connection."""
    unmasked: bool
    sights: Sequence[Sight] = ()
    """What history has of the SMS, when it is about one alone."""


_TICKETS: tuple[tuple[str, str, Language], ...] = (
    ("t", "ticket, Norwegian", "nb"),
    ("T", "ticket, English", "en"),
)


def copy_items(
    order: Order, rows: Sequence[Row], circumstances: Circumstances
) -> tuple[CopyItem, ...]:
    """Return what can be copied of `rows` of `order`, or of the order when there are none."""
    match rows:
        case []:
            items = _of_order(order, circumstances)
        case [row]:
            items = _of_row(order, row, circumstances)
        case _:
            items = _of_marked(rows, unmasked=circumstances.unmasked)
    whole = [*items, *_of_any(order, circumstances)]
    return tuple(item._replace(text=copyable(item.text)) for item in whole)


def _of_row(order: Order, row: Row, c: Circumstances) -> Iterator[CopyItem]:
    masked = not c.unmasked
    recipient = row.notification.recipient
    block = evidence(order, row, c.answered, c.now, c.profile, unmasked=c.unmasked, sights=c.sights)
    yield CopyItem("y", "line", _line(row, c.unmasked), masked)
    yield CopyItem("n", "number", recipient_text(recipient, unmasked=c.unmasked), masked)
    yield CopyItem("i", "notification id", row.id)
    for key, name, language in _TICKETS:
        ticket = ticket_text(
            order, row, c.now, language, unmasked=c.unmasked, environment=c.environment
        )
        yield CopyItem(key, name, ticket, masked)
    yield CopyItem("e", "evidence", block, masked)
    yield CopyItem("j", "JSON", _json(row, c.unmasked), masked)


def _of_marked(rows: Sequence[Row], *, unmasked: bool) -> Iterator[CopyItem]:
    masked = not unmasked
    numbers = [recipient_text(row.notification.recipient, unmasked=unmasked) for row in rows]
    objects = [_json(row, unmasked) for row in rows]
    yield CopyItem("y", "marked lines", "\n".join(_line(row, unmasked) for row in rows), masked)
    yield CopyItem("n", "marked numbers", "\n".join(numbers), masked)
    yield CopyItem("i", "marked ids", "\n".join(row.id for row in rows))
    yield CopyItem("j", "marked JSON", "\n".join(objects), masked)


def _of_order(order: Order, c: Circumstances) -> Iterator[CopyItem]:
    line = f"{order.name}  {tally_words(order.tally).plain}  {order.order_id}"
    counts = order_as_json(order, c.answered, c.profile)
    block = evidence(order, None, c.answered, c.now, c.profile, unmasked=c.unmasked)
    yield CopyItem("y", "line", line)
    yield CopyItem("e", "evidence", block)
    yield CopyItem("j", "JSON", json.dumps(counts, ensure_ascii=False))


def _of_any(order: Order, c: Circumstances) -> Iterator[CopyItem]:
    yield CopyItem("o", "order id", order.order_id)
    reference = order.summary.senders_reference if order.summary else None
    if reference:
        yield CopyItem("r", "reference", reference)
    if c.curl:
        yield CopyItem("c", "curl", c.curl)


def _json(row: Row, unmasked: bool) -> str:
    return notification_json(row.notification, unmasked=unmasked, indent=None)


def _line(row: Row, unmasked: bool) -> str:
    number = recipient_text(row.notification.recipient, unmasked=unmasked)
    return f"{row.status}  {number}  {utc_text(row.last_update)}  {row.id}"
