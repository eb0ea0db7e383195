"""Orders that are asked about again and again: what `wait` and `watch` have in common."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked, KnownReferences, Wanted, check_all, find_orders
from sms_monitor.cli.opening import Opened, watched_orders
from sms_monitor.core.board import Board
from sms_monitor.core.errors import Forbidden, SignInError, SourceError, Unauthorized
from sms_monitor.core.order import Order
from sms_monitor.services.poller import Poller


@asynccontextmanager
async def polling(opened: Opened, texts: Sequence[str]) -> AsyncIterator[Poller]:
    """Yield what polls the orders that `texts` name, all watched ones when there are none.

    Raises what `find_orders` does.
    """
    watched = watched_orders(opened, texts)
    async with opened.connect() as client:
        known = KnownReferences(opened.references)

        async def look(orders: Iterable[Wanted]) -> list[Checked]:
            # of an API that is away the names are known from before, and it is waited for
            return [await known.name(one) for one in await check_all(client, opened.clock, orders)]

        wanted = await find_orders(texts, watched, look)
        poller = Poller(
            client,
            opened.clock,
            random.random,
            opened.config.interval,
            opened.config.requests_per_minute,
        )
        poller.watch(wanted)
        yield poller


def run_long(main: Coroutine[Any, Any, ExitStatus]) -> ExitStatus:
    """Run `main`; SIGTERM ends it as an interrupt would, with its connections closed."""
    return asyncio.run(_until_terminated(main))


async def _until_terminated(main: Coroutine[Any, Any, ExitStatus]) -> ExitStatus:
    task = asyncio.create_task(main)
    told_to_end = False

    def end() -> None:
        nonlocal told_to_end
        told_to_end = True
        task.cancel()

    if sys.platform != "win32":  # its loop has no signal handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    try:
        return await task
    except asyncio.CancelledError:
        if told_to_end:
            return ExitStatus.TERMINATED
        raise


def is_refused(order: Order) -> bool:
    """Whether the API, or the sign-in, will say no again however often it is asked."""
    error = order.error
    return error is not None and (
        not error.transport or isinstance(error, Unauthorized | Forbidden | SignInError)
    )


class Trouble:
    """Tells trouble on stderr: each kind once, as long as it lasts."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def tell(self, board: Board) -> None:
        """Tell what was not told yet."""
        errors: dict[tuple[str, str], SourceError | None] = {}
        for order in board.orders.values():
            if order.error is not None:
                # trouble between us and the API is the same for all orders
                whose = "" if order.error.transport else order.order_id
                errors[whose, order.error.kind] = order.error
            elif order.summary is None or order.next_poll is None:
                # not heard of, or being asked again: what was told still holds
                errors.update(dict.fromkeys(self._told, None))
        for key, error in errors.items():
            if key not in self._told and error is not None:
                print(f"sms-monitor: {error.message} {error.next_step}", file=sys.stderr)
        self._told = set(errors)
