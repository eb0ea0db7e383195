"""The frame: where it stands, what is typed on it, and leaving from it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from textual import events
from textual.widgets import TextArea

from sms_monitor.cli.demo import DemoWatchList
from sms_monitor.services.client import NotificationsClient, open_client
from sms_monitor.ui.app import MonitorApp
from sms_monitor.ui.opening import Opening
from sms_monitor.ui.screens.add_orders import AddOrders
from sms_monitor.ui.screens.choose_profile import Confirm
from sms_monitor.ui.screens.frame import FrameScreen
from sms_monitor.ui.screens.monitor import MonitorScreen
from sms_monitor.ui.setup import Setup
from sms_monitor.ui.widgets.header import Place
from tests import LIMIT
from tests.core.orders import ORDER
from tests.services.histories import until

from .dialog_host import shown
from .stage import HandClock, a_setup

SIZES = ((120, 40), (200, 50), (100, 24), (80, 24), (60, 15))
PANES = ("orders", "sms", "detail", "events")


class HeldOpening:
    """A profile that is opened when the test says so."""

    def __init__(self, **more: Any) -> None:
        self._let = threading.Event()
        self._more = more
        self.opening = Opening("textual-dark", self._open)

    def _open(self) -> Setup:
        assert self._let.wait(LIMIT)
        clock = HandClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
        nobody = DemoWatchList((), clock)
        place = Place("held", "tt02")
        return a_setup("http://127.0.0.1:9", clock, nobody, place=place, theme="nord", **self._more)

    def let(self) -> None:
        self._let.set()


@pytest.fixture
def held() -> Iterator[HeldOpening]:
    one = HeldOpening()
    yield one
    one.let()


async def rules(pilot) -> list[dict[str, object]]:
    """Where the panes and their rules are, at every size."""
    found = []
    for size in SIZES:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        # what it would begin with in such a terminal is what Textual makes of it later
        fitted = FrameScreen().fit(pilot.app.size).classes
        assert len(fitted) == 2 and fitted <= pilot.app.screen.classes
        ids = [f"#{pane}-{part}" for pane in PANES for part in ("pane", "title")]
        found.append({one: pilot.app.screen.query_one(one).region for one in ids})
    return found


async def test_the_panes_of_the_frame_stand_where_those_of_the_monitor_will(held) -> None:
    app = MonitorApp(held.opening)
    async with app.run_test(size=SIZES[0]) as pilot:
        assert type(app.screen) is FrameScreen
        of_the_frame = await rules(pilot)
        held.let()
        await until(lambda: isinstance(app.screen, MonitorScreen) and app.is_open)
        assert await rules(pilot) == of_the_frame
        assert app.theme == "nord"


async def test_a_key_typed_on_the_frame_is_for_the_monitor(held) -> None:
    app = MonitorApp(held.opening)
    async with app.run_test() as pilot:
        await pilot.press("4")
        assert type(app.screen) is FrameScreen
        held.let()
        await until(lambda: app.is_open and app.monitor.has_class("-at-events"))
        assert app.screen_stack == [app.monitor]


async def test_what_is_pasted_on_the_frame_reaches_what_a_key_before_it_opened(held) -> None:
    app = MonitorApp(held.opening)
    async with app.run_test() as pilot:
        await pilot.press("a")
        app.post_message(events.Paste(ORDER))
        await pilot.pause()
        assert type(app.screen) is FrameScreen
        held.let()
        await until(lambda: isinstance(app.screen, AddOrders) and app.type_ahead.idle)
        assert app.screen.query_one(TextArea).text == ORDER


async def test_a_key_typed_on_the_frame_answers_no_question_about_the_profile() -> None:
    held = HeldOpening(confirm=True)
    app = MonitorApp(held.opening)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        held.let()
        await until(lambda: isinstance(app.screen, Confirm) and app.type_ahead.idle)
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("q")
        await until(lambda: app.return_value == 0)


async def test_before_the_watch_list_is_read_nothing_is_said_of_orders() -> None:
    connected = asyncio.Event()

    @asynccontextmanager
    async def connect() -> AsyncIterator[NotificationsClient]:
        await connected.wait()
        async with open_client("http://127.0.0.1:9", profile="held", environment="tt02") as client:
            yield client

    held = HeldOpening(connect=connect)
    held.let()
    app = MonitorApp(held.opening)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: app.is_open)
        await pilot.pause()
        assert "STARTING" in shown(app) and "The watch list is being read." in shown(app)
        for early in ("no orders", "no order is watched", "req/min"):
            assert early not in shown(app).lower()
        connected.set()
        await until(lambda: "NO ORDERS" in shown(app) and "No order is watched." in shown(app))


async def test_ctrl_q_leaves_from_the_frame_too(held) -> None:
    app = MonitorApp(held.opening)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        await until(lambda: app.return_value == 0)
        assert not app.is_open
        held.let()
