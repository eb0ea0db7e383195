"""One look at each of some orders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sms_monitor.core.errors import ConfigError, SourceError
from sms_monitor.core.order import Order
from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.text import clean
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.clock import Clock
from sms_monitor.services.look import look_at
from sms_monitor.services.turns import CONCURRENCY
from sms_monitor.services.watch_list import WatchedOrder


class Wanted(NamedTuple):
    """An order to look at."""

    order_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An order after one look at it, with its rows or its error."""

    order: Order
    at: datetime
    """The server's time of the look, UTC; ours when it did not say."""


async def check_each(
    client: NotificationsClient, clock: Clock, orders: Iterable[Wanted]
) -> AsyncGenerator[Checked, None]:
    """Yield each of `orders` in their order, as soon as it is known; `CONCURRENCY` at once."""
    gate = asyncio.Semaphore(CONCURRENCY)

    async def check(wanted: Wanted) -> Checked:
        order = Order(wanted.order_id, wanted.label)
        async with gate:
            try:
                look = await look_at(client, wanted.order_id)
            except SourceError as error:
                return Checked(order.after_error(error), clock.now())
        at = look.date or clock.now()
        answered = clock.monotonic()
        order, _ = order.after_answer(look.taken.answer, look.order_status, at, answered)
        return Checked(order, at)

    tasks = [asyncio.create_task(check(wanted)) for wanted in orders]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def check_all(
    client: NotificationsClient, clock: Clock, orders: Iterable[Wanted]
) -> list[Checked]:
    """Return all of `orders`, each looked at once."""
    async with aclosing(check_each(client, clock, orders)) as checked:
        return [one async for one in checked]


class KnownReferences:
    """The sender's references that history has, read when one is needed: at the most once."""

    def __init__(self, read: Callable[[], Awaitable[Mapping[str, str | None]]]) -> None:
        """`read` returns them by order id."""
        self._read = read
        self._known: Mapping[str, str | None] | None = None

    async def name(self, one: Checked) -> Checked:
        """Return `one`; an order that was not read gets the reference as its name."""
        order = one.order
        if order.summary is not None:
            return one
        if self._known is None:
            self._known = await self._read()
        reference = self._known.get(order.order_id) or ""
        return replace(one, order=replace(order, known_reference=reference))


async def find_orders(
    texts: Sequence[str],
    watched: Sequence[WatchedOrder],
    look: Callable[[Iterable[Wanted]], Awaitable[list[Checked]]],
) -> list[Wanted]:
    """Return the orders `texts` name, each once; all of `watched` when there are no texts.

    A text is an order id, a URL, a label, or a sender's reference. The last is the API's to know,
    so it makes `look` be called with the watched orders. Several orders may have it.

    Raises:
        ConfigError: A text names no order.
        SourceError: It might, but some watched order could not be read.
    """
    labels = {order.order_id: order.label for order in watched}
    if not texts:
        return [Wanted(*pair) for pair in labels.items()]
    found: dict[str, list[str]] = {}
    for text in texts:
        order_id = parse_order_id(text)
        found[text] = [order_id] if order_id else [o for o in labels if labels[o] == text != ""]
    missing = [text for text in texts if not found[text]]
    if missing:
        checked = await look(Wanted(*pair) for pair in labels.items()) if labels else []
        for text in missing:
            found[text] = _with_reference(text, checked)
    order_ids = dict.fromkeys(order_id for text in texts for order_id in found[text])
    return [Wanted(order_id, labels.get(order_id, "")) for order_id in order_ids]


def _with_reference(reference: str, checked: Iterable[Checked]) -> list[str]:
    found, error = [], None
    for order in (one.order for one in checked):
        if order.senders_reference == reference:
            found.append(order.order_id)
        elif order.summary is None and order.error is not None and order.error.transport:
            error = order.error
    if found:
        return found
    if error is not None:
        raise error
    raise ConfigError(
        f'No watched order is called "{clean(reference, 80)}".',
        "Give an order id or a URL that holds one, or see `sms-monitor orders list` "
        "and `sms-monitor --help`.",
    )
