"""The real app on the real simulator over a real socket, with time held in the test's hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from textual.pilot import Pilot

from sms_monitor.cli.demo import DemoWatchList
from sms_monitor.core.language import Language
from sms_monitor.services.alert_table import AlertTable
from sms_monitor.services.client import open_client
from sms_monitor.services.hook import Hook
from sms_monitor.services.log import Log
from sms_monitor.services.state import ViewState
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from sms_monitor.ui.app import MonitorApp
from sms_monitor.ui.clipboard import Clipboard
from sms_monitor.ui.setup import OpenHistory, Setup, history_in_memory
from sms_monitor.ui.widgets.header import Place
from sms_monitor.ui.widgets.words import Words
from tests import LIMIT
from tests.one_demo import SEED, START, one_demo


class HandClock:
    """A clock that moves when the test says so; nothing that sleeps on it wakes before."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._monotonic + seconds, future))
        await future

    def advance(self, seconds: float) -> None:
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)
        for at, future in self._sleepers:
            if at <= self._monotonic and not future.done():
                future.set_result(None)
        self._sleepers = [(at, f) for at, f in self._sleepers if not f.done()]


class MemoryState:
    """Remembers the view without a file."""

    def __init__(self, state: ViewState | None = None) -> None:
        self.state = state or ViewState()

    def load(self) -> tuple[ViewState, str | None]:
        return self.state, None

    def save(self, state: ViewState) -> str | None:
        self.state = state
        return None


class Stage:
    """The app, its pilot, its clock and the server it talks to."""

    def __init__(
        self,
        app: MonitorApp,
        pilot: Pilot[int],
        clock: HandClock,
        watched: DemoWatchList,
        server: SimulatorServer,
        played: object,
    ) -> None:
        self.app, self.pilot, self.clock, self.watched = app, pilot, clock, watched
        self.server, self.played = server, played

    @property
    def screen(self):
        return self.app.monitor

    def serve_again(self) -> None:
        """Put the server back on its port."""
        port = int(self.server.url.rsplit(":", 1)[1])
        self.server = SimulatorServer(self.played, port)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for answers on the real socket; fails when they do not come in `LIMIT`."""
        end = time.monotonic() + LIMIT
        while True:
            # a pause of the pilot asks every widget, which costs more than the app does
            await asyncio.sleep(0.005)
            if true():
                await self.pilot.pause(0)
                return
            assert time.monotonic() < end, "it did not come true:\n" + self.text()

    def recalling(self) -> bool:
        """Whether history is still being asked something for the screen."""
        return any(
            worker.group in ("recall", "replay", "since") and not worker.is_finished
            for worker in self.app.workers
        )

    async def recalled(self) -> None:
        """Wait until the screen shows what history says."""
        await self.pilot.pause()
        await self.until(lambda: not self.recalling())
        await self.pilot.pause()

    async def heard_of_all(self) -> None:
        """Wait until every order was answered or refused."""
        await self.until(
            lambda: (
                bool(self.app.board.orders)
                and all(
                    o.next_poll is not None and (o.summary or o.error)
                    for o in self.app.board.orders.values()
                )
            )
        )
        await self.recalled()

    async def poll(self, seconds: float = 0.0) -> None:
        """Let `seconds` go by and ask about every order once."""
        self.clock.advance(seconds)
        asked = self.clock.monotonic()
        self.app.action_refresh_all()
        await self.until(
            lambda: all(
                o.next_poll is not None and o.next_poll > asked and (o.answered == asked or o.error)
                for o in self.app.board.orders.values()
            )
        )
        await self.recalled()

    async def poll_behind(self, seconds: float) -> None:
        """Like `poll`, while the past is on the screen."""
        self.clock.advance(seconds)
        asked = self.clock.monotonic()
        self.app.action_refresh_all()
        await self.until(
            lambda: all(
                o.answered == asked or o.error
                for o in self.app.watching.poller.board.orders.values()
            )
        )
        await self.pilot.pause()

    async def poll_in_turn(self, seconds: float) -> None:
        """Like `poll`, one order after the other, so that what is told has one order."""
        self.clock.advance(seconds)
        await self.pilot.pause()
        await self.heard_of_all()
        for order_id in self.app.board.orders:
            self.app.watching.poller.refresh(order_id)
            await self.until(
                lambda order_id=order_id: (
                    (o := self.app.board.orders[order_id]).error is not None
                    or o.answered == self.clock.monotonic()
                )
            )
        await self.recalled()

    async def press(self, *keys: str) -> None:
        # the pilot waits 40 ms after each key; here it is looked at what the last one did
        with mock.patch("textual.app.wait_for_idle", _a_turn):
            await self.pilot.press(*keys)
        await self.until(lambda: self.app.type_ahead.idle or not self.app.is_running)
        if self.app.is_running:
            await self.recalled()

    def lines(self) -> list[str]:
        """The text on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return [strip.text[:width] for strip in strips[:height]]

    def detail(self) -> str:
        """What the detail says, as one line."""
        return " ".join(str(self.screen.detail.query_one(Words).content).split())

    def text(self) -> str:
        return "\n".join(self.lines())


async def _a_turn(_seconds: float) -> None:
    await asyncio.sleep(0.001)


class Played:
    """Serves given bodies in turn for every SMS list, as the API would; the last one stays."""

    def __init__(self, bodies: Sequence[bytes], now: Callable[[], datetime]) -> None:
        self.bodies = list(bodies)
        self.place = 0
        self.now = now

    def respond(self, request: Request) -> Answer:
        if request.target.endswith("/notifications/sms"):
            body = self.bodies[min(self.place, len(self.bodies) - 1)]
            return Answer(200, body, "application/json; charset=utf-8")
        return Answer(404)


def a_setup(url: str, clock: HandClock, watched: DemoWatchList, **more: Any) -> Setup:
    """Return a setup with nothing of the machine in it; `more` is what is otherwise."""
    usual = {
        "place": Place("demo", "demo"),
        "remembered": MemoryState(),
        "requests_per_minute": 600,
        "theme": "textual-dark",
        "connect": lambda: open_client(url, profile="demo", environment="demo"),
    }
    return Setup(
        watched=watched,
        clock=clock,
        chance=lambda: 0.5,
        interval=15.0,
        **{**usual, **more},
    )


@asynccontextmanager
async def stage(
    size: tuple[int, int] = (120, 40),
    *,
    order_ids: Sequence[str] | None = None,
    respond: Callable[[Callable[[], datetime]], object] | None = None,
    state: MemoryState | None = None,
    theme: str = "textual-dark",
    clipboard: Clipboard = "osc52",
    now: datetime = START,
    heard: bool = True,
    confirm: bool = False,
    language: Language = "en",
    environment: str = "demo",
    history: OpenHistory = history_in_memory,
    keys: Mapping[str, str] | None = None,
    alerts: AlertTable | None = None,
    hook: Hook | None = None,
    log: Log | None = None,
    ascii_only: bool = False,
    budget: int = 600,
) -> AsyncIterator[Stage]:
    """Run the app on the demo set, or on what `respond` makes, until the end of the block."""
    clock = HandClock(now.astimezone(UTC))
    simulator = respond(clock.now) if respond else Simulator(one_demo(), clock.now, lambda: 0)
    watched = DemoWatchList(demo_order_ids(SEED) if order_ids is None else order_ids, clock)
    server = SimulatorServer(simulator)
    url = server.url
    app = MonitorApp(
        a_setup(
            url,
            clock,
            watched,
            place=Place("demo", environment),
            remembered=state or MemoryState(),
            requests_per_minute=budget,
            theme=theme,
            confirm=confirm,
            language=language,
            clipboard=clipboard,
            history=history,
            keys=keys or {},
            alerts=(alerts or AlertTable()).alerting,
            hook=hook,
            log=log or Log(),
            ascii=ascii_only,
        )
    )
    async with app.run_test(size=size) as pilot:
        on_stage = Stage(app, pilot, clock, watched, server, simulator)
        try:
            if heard:
                await on_stage.heard_of_all()
            yield on_stage
        finally:
            on_stage.server.close()
