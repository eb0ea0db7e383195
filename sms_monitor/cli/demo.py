"""`sms-monitor demo`: the monitor on the simulator, in one process; it writes nothing."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sms_monitor.cli.arguments import DEMO_SEED, DEMO_SPEED
from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.terminal import draws_ascii, has_screen, tell_of_dumb_terminal
from sms_monitor.core.language import locale_language
from sms_monitor.services.clock import Clock, SystemClock
from sms_monitor.ui.collecting import pause_collector

if TYPE_CHECKING:
    # what these load is not needed for the first paint
    from contextlib import AbstractAsyncContextManager

    from sms_monitor.services.client import NotificationsClient
    from sms_monitor.services.state import ViewState
    from sms_monitor.services.watch_list import RemovedOrder, WatchedOrder
    from sms_monitor.simulator.clock import SimulatedClock
    from sms_monitor.simulator.server import SimulatorServer
    from sms_monitor.ui.setup import Setup

INTERVAL = 2.0
"""Seconds between polls: nobody is on the other side to be spared."""
REQUESTS_PER_MINUTE = 600


def run(options: argparse.Namespace) -> int:
    """Show the demo with this seed and speed; without a terminal print one table of it."""
    with closing(_Demonstration(options.seed, options.speed)) as demonstration:
        if not has_screen():
            import asyncio

            tell_of_dumb_terminal()
            asyncio.run(_print_table(demonstration))
            return ExitStatus.DONE
        return _show(demonstration, mouse=not options.no_mouse, ascii_only=options.ascii)


def run_default(options: argparse.Namespace) -> int:
    """Show the demo as it is without options, but for those of the screen, as `options` has."""
    return run(argparse.Namespace(**{**vars(options), "seed": DEMO_SEED, "speed": DEMO_SPEED}))


class DemoClock(SystemClock):
    """The simulator's time of day; waiting is real."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the simulated time, UTC."""
        return self._now()


class DemoWatchList:
    """A watch list that is forgotten at the end."""

    def __init__(self, order_ids: Iterable[str], clock: Clock) -> None:
        """`order_ids` is gone through when the list is first asked for."""
        self._clock = clock
        self._first = order_ids

    @cached_property
    def _orders(self) -> list[WatchedOrder]:
        return self._watched(self._first)

    def _watched(
        self, order_ids: Iterable[str], label: str = "", note: str = ""
    ) -> list[WatchedOrder]:
        from sms_monitor.services.watch_list import WatchedOrder

        added = self._clock.now()
        return [
            WatchedOrder(order_id=one, label=label, note=note, added=added) for one in order_ids
        ]

    def orders(self) -> tuple[WatchedOrder, ...]:
        """Return what is watched."""
        return tuple(self._orders)

    def add(self, order_ids: Iterable[str], label: str = "", note: str = "") -> tuple[str, ...]:
        """Add orders at the end; return those that were new."""
        known = {order.order_id for order in self._orders}
        new = tuple(one for one in dict.fromkeys(order_ids) if one not in known)
        self._orders += self._watched(new, label, note)
        return new

    def describe(self, order_id: str, label: str, note: str) -> None:
        """Give an order another label and note."""
        self._orders = [
            order.model_validate({**dict(order), "label": label, "note": note})
            if order.order_id == order_id
            else order
            for order in self._orders
        ]

    def remove(self, order_ids: Iterable[str]) -> tuple[RemovedOrder, ...]:
        """Stop watching; return what `restore` needs."""
        from sms_monitor.services.watch_list import RemovedOrder

        unwanted = set(order_ids)
        removed = tuple(
            RemovedOrder(order, place)
            for place, order in enumerate(self._orders)
            if order.order_id in unwanted
        )
        self._orders = [order for order in self._orders if order.order_id not in unwanted]
        return removed

    def restore(self, removed: Iterable[RemovedOrder]) -> None:
        """Put orders back at their places."""
        known = {order.order_id for order in self._orders}
        for order, place in removed:
            if order.order_id not in known:
                self._orders.insert(place, order)


class Forgetful:
    """Remembers no view: the demo begins the same each time."""

    def load(self) -> tuple[ViewState, None]:
        """Return the view of a first start."""
        from sms_monitor.services.state import ViewState

        return ViewState(), None

    def save(self, state: ViewState) -> None:
        """Forget `state`."""


class _Demonstration:
    """Today's demo; it begins, and is served on a free port, when it is first asked for.

    Then there is something on the screen already.
    """

    def __init__(self, seed: int, speed: float) -> None:
        self._seed, self._speed = seed, speed
        self._server: SimulatorServer | None = None
        self.clock = DemoClock(lambda: self._simulated.now())
        self.watched = DemoWatchList(self._order_ids(), self.clock)

    def connect(self) -> AbstractAsyncContextManager[NotificationsClient]:
        """Return a block with a client of the simulator."""
        from sms_monitor.services.client import open_client

        if self._server is None:
            self._server = self._serve()
        return open_client(self._server.url, profile="demo", environment="demo")

    def close(self) -> None:
        """End the simulator."""
        if self._server is not None:
            self._server.close()

    @cached_property
    def _start(self) -> datetime:
        from sms_monitor.core.send_window import OSLO
        from sms_monitor.simulator.demo import demo_start

        return demo_start(datetime.now(OSLO).date())

    @cached_property
    def _simulated(self) -> SimulatedClock:
        from sms_monitor.simulator.clock import SimulatedClock

        return SimulatedClock(self._start, self._speed, time.monotonic)

    def _order_ids(self) -> Iterator[str]:
        from sms_monitor.simulator.demo import demo_order_ids

        yield from demo_order_ids(self._seed)

    def _serve(self) -> SimulatorServer:
        from sms_monitor.simulator.demo import demo
        from sms_monitor.simulator.respond import Simulator
        from sms_monitor.simulator.server import SimulatorServer

        scenario = demo(self._seed, self._start)
        return SimulatorServer(Simulator(scenario, self._simulated.now, time.time))


async def _print_table(demonstration: _Demonstration) -> None:
    from sms_monitor.cli.looks import Wanted, check_all
    from sms_monitor.cli.output import write_line
    from sms_monitor.cli.report import table

    wanted = [Wanted(order.order_id) for order in demonstration.watched.orders()]
    async with demonstration.connect() as client:
        write_line(table(await check_all(client, demonstration.clock, wanted)))


def _show(demonstration: _Demonstration, *, mouse: bool, ascii_only: bool) -> int:
    pause_collector()
    from sms_monitor.cli.screen import show
    from sms_monitor.ui.app import default_theme
    from sms_monitor.ui.opening import Opening

    theme = default_theme()

    def open_setup() -> Setup:
        from sms_monitor.ui.setup import Setup
        from sms_monitor.ui.widgets.header import Place

        return Setup(
            place=Place("demo", "demo"),
            connect=demonstration.connect,
            watched=demonstration.watched,
            remembered=Forgetful(),
            clock=demonstration.clock,
            chance=random.random,
            interval=INTERVAL,
            requests_per_minute=REQUESTS_PER_MINUTE,
            theme=theme,
            language=locale_language(os.environ),
            ascii=ascii_only or draws_ascii(None),
        )

    return show(Opening(theme, open_setup), mouse=mouse)
